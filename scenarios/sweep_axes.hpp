// The axes of a sweep: which keys of the scenario it varies, and the values of each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sweep.hpp"
#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"
#include "scenarios/sweep_ranges.hpp"

namespace mec {

/// What a template of values has in place of the number.
inline constexpr std::string_view kHole = "{}";

struct SweptKey {
  std::vector<std::string> key;  // in parts
  YamlNode place;                // where the key stands
  std::string form;  // "uniform(0 MB/s, {})": values are numbers in it; empty: themselves
  SweepColumn column;
  std::string name;                 // what conditions call it: the column without its unit
  std::optional<NumberRule> rule;   // of the key, where it takes numbers
  std::uint64_t size = 0;           // of its values, which are not there where they are too many
  std::vector<YamlNode> values;     // what the scenario gets
  std::vector<std::string> fields;  // what the column says
  std::vector<std::optional<double>> numbers;  // in SI units
};

/// One key, or several that change together.
struct SweepAxis {
  YamlNode place;
  std::vector<SweptKey> keys;

  [[nodiscard]] std::uint64_t size() const { return keys.front().size; }
};

/// More values than this of one axis are counted, not made.
inline constexpr std::uint64_t kMostAxisValues = 1'000'000;

/// The axes that `list` says; those with a fault, which goes to `faults`, are left out.
[[nodiscard]] std::vector<SweepAxis> read_axes(const YamlNode& list, Faults& faults);

}  // namespace mec
