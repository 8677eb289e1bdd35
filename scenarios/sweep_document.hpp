// A sweep's base scenario as a document, and the documents of its points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/platform.hpp"
#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"
#include "scenarios/option_reader.hpp"
#include "scenarios/sources.hpp"
#include "scenarios/sweep_axes.hpp"
#include "scenarios/trace_cache.hpp"

namespace mec {

/// `read` that reads every platform once.
[[nodiscard]] PlatformReader once_each(const PlatformReader& read);

class SweepDocument {
 public:
  /// The scenario's file is source 0 of `sources`, and `base` what it says after all overrides.
  SweepDocument(const Sources& sources, YamlNode base, std::vector<SweepAxis> axes,
                const PolicyRegistry& policies, const PlatformReader& read_platform);

  ~SweepDocument() = default;
  SweepDocument(const SweepDocument&) = delete;  // keys_ points into axes_
  SweepDocument& operator=(const SweepDocument&) = delete;
  SweepDocument(SweepDocument&&) = delete;
  SweepDocument& operator=(SweepDocument&&) = delete;

  [[nodiscard]] const Sources& sources() const { return sources_; }
  [[nodiscard]] const std::vector<SweepAxis>& axes() const { return axes_; }
  /// Of all axes, zipped ones too, in the order of the columns.
  [[nodiscard]] const std::vector<const SweptKey*>& keys() const { return keys_; }

  /// The axes' values at this place of the whole grid, the last axis varying fastest.
  [[nodiscard]] std::vector<std::size_t> values_at(std::uint64_t place) const;
  /// The same by key.
  [[nodiscard]] std::vector<std::size_t> by_key(const std::vector<std::size_t>& values) const;

  /// What the scenario says without the axes.
  [[nodiscard]] const YamlNode& base() const { return base_; }
  /// What the scenario says where the axes have these values. Faults go to `faults`.
  [[nodiscard]] YamlNode document(const std::vector<std::size_t>& values, Faults& faults) const;
  [[nodiscard]] Scenario read(const YamlNode& document, Faults& faults, Checks checks) const;

  /// Policies are read once; from then on every document has the first one only.
  void keep_first_policy();
  /// The points of the sweep, by their place in the whole grid.
  void set_points(std::vector<std::uint64_t> places) { points_ = std::move(places); }
  [[nodiscard]] std::size_t points() const { return points_.size(); }
  [[nodiscard]] std::uint64_t place_of(std::size_t point) const { return points_.at(point); }

  /// A hash of a file's contents, which are read once.
  [[nodiscard]] const std::string& hash_of_file(const std::string& path) const;

 private:
  Sources sources_;
  YamlNode base_;
  std::vector<SweepAxis> axes_;
  std::vector<const SweptKey*> keys_;
  const PolicyRegistry* policies_;
  PlatformReader read_platform_;
  std::vector<std::uint64_t> points_;
  mutable TraceCache traces_;
  mutable std::map<std::string, std::string> hashes_;
};

}  // namespace mec
