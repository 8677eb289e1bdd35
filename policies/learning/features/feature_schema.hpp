// What a network sees of a decision: named slices of a flat vector of floats, in one place. Source:
// the paper, Section 3.2 (S = (E, D, p1, p2, b1, b2)), for `raw`; DESIGN of `time` and `cost` is
// ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy.hpp"

namespace mec::learning {

/// raw:  the state as it is measured, the paper's S: e_t [Gcycles], d_t [MB], p1, p2 [GHz], b1, b2
///       [MB/s]. 2n + 5 values. Knows nothing of the objective or of a cloud's finite speed.
/// time: what each part would take, over the mean time of a subtask on the device: e_t/p1, e_t/p2
///       (and e_t/p3 if the cloud's speed is finite), d_t/b1, d_t/b2. 4n + 2 values (5n + 2).
/// cost: the same for any objective: e_t times each site's cost per cycle, d_t times the cost per
///       byte between each two of the three sites, over the mean cost of a subtask on the device.
///       3n + 6 (n + 1).
///
/// `time` and `cost` are capped at n: a part that costs more than the whole task does on the device
/// is in no optimal placement, so the cap loses nothing and every feature is in [0, n].
///
/// moving: what a decision before a subtask rests on where bandwidths move (Observation and
/// forecasts,
///       policies/online_dil/moving_features.hpp, which extracts them). 37 + window x channels.
///
/// queued: those of `time`, and the waits that are seen (Observation; none seen, none there), in
/// the
///       same unit: of the three sites, of b1 up and down, of b2 up and down. Each is capped at 4n,
///       four times what the whole task takes on the device. 4n + 9 values (5n + 9).
enum class FeatureKind { raw, time, cost, moving, queued };

[[nodiscard]] std::string_view name_of(FeatureKind kind);

struct FeatureSchema {
  FeatureKind kind = FeatureKind::time;
  std::size_t subtasks = 6;    // n of the tasks that the network sees (chain_fit.hpp)
  bool cloud_compute = false;  // time, queued: with the compute times of a cloud of finite speed
  std::size_t window = 0;      // moving: probes of each channel
  std::size_t channels = 0;    // moving: channels that move

  [[nodiscard]] std::size_t size() const;
  /// "e0/p1", "d6/b2", ...: one per value, in order.
  [[nodiscard]] std::vector<std::string> names() const;
  /// The schema in words, "time/1 n=6": the version changes when the meaning of a value does.
  [[nodiscard]] std::string text() const;
  /// FNV-1a of text and names, 16 hexadecimal digits: stored in model files.
  [[nodiscard]] std::string hash() const;
  friend bool operator==(const FeatureSchema&, const FeatureSchema&) = default;
};

/// The schema that `text` (as of FeatureSchema::text) describes; throws UserError.
[[nodiscard]] FeatureSchema parse_feature_schema(std::string_view text);

/// Fills `values` (schema.size() of them). The task has schema.subtasks subtasks, the state three
/// sites, the kind is not `moving`; else std::invalid_argument. Always finite. No allocation.
void extract_features(const FeatureSchema& schema, const DecisionRequest& request,
                      std::span<float> values);

}  // namespace mec::learning
