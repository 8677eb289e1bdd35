// Samples to learn from: tasks drawn from a scenario's distributions, each with the state it meets,
// its features and its optimal placement (paper, Section 3.3, phase 1).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/scenario.hpp"
#include "core/site_costs.hpp"
#include "policies/learning/features/feature_schema.hpp"

namespace mec::learning {

/// Tasks fitted to n subtasks (chain_fit.hpp) on three sites, flat: row i of every array is sample
/// i.
struct SampleSet {
  FeatureSchema schema;
  std::size_t count = 0;
  std::vector<float> features;       // [count x schema.size()]
  std::vector<double> work;          // [count x n] cycles
  std::vector<double> data;          // [count x (n + 1)] bytes
  std::vector<double> costs;         // [count x 12]: 3 per cycle, then 9 per byte, as SiteCosts
  std::vector<double> optimal_cost;  // [count], in the unit of the objective
  std::vector<SiteIndex> optimal;    // [count x n] sites

  [[nodiscard]] std::size_t subtasks() const { return schema.subtasks; }
  [[nodiscard]] std::span<const float> features_of(std::size_t i) const {
    return {features.data() + i * schema.size(), schema.size()};
  }
  [[nodiscard]] PlacementView optimal_of(std::size_t i) const {
    return {optimal.data() + i * subtasks(), subtasks()};
  }
};

/// Seconds (or the objective's unit) that the parts of sample i cost: what a subtask costs on a
/// site, and a flow between two sites.
class SampleCosts {
 public:
  SampleCosts(const SampleSet& samples, std::size_t i)
      : work_(samples.work.data() + i * samples.subtasks()),
        data_(samples.data.data() + i * (samples.subtasks() + 1)),
        costs_(samples.costs.data() + i * 12),
        subtasks_(samples.subtasks()) {}

  [[nodiscard]] std::size_t subtasks() const { return subtasks_; }
  [[nodiscard]] double compute(std::size_t t, std::size_t site) const {
    return work_[t] * costs_[site];
  }
  /// Flow t, which leads into subtask t (t = n: the output).
  [[nodiscard]] double transfer(std::size_t t, std::size_t from, std::size_t to) const {
    return data_[t] * costs_[3 + 3 * from + to];
  }
  [[nodiscard]] double total(PlacementView placement) const;

 private:
  const double* work_;
  const double* data_;
  const double* costs_;
  std::size_t subtasks_;
};

/// What samples are drawn from, and how many.
struct SampleRequest {
  const Scenario& scenario;  // its distributions, objective and energy model
  FeatureSchema schema;
  std::size_t count = 0;
  std::uint64_t seed = 1;  // together with `part`, which streams they are drawn from:
  std::uint64_t part = 0;  // sets of different parts are independent
};

/// The request in words, every distribution in it: two requests of one text are the same samples.
[[nodiscard]] std::string describe(const SampleRequest& request);

/// Draws, fits, extracts, and solves exactly by dynamic programming. Speeds and bandwidths are
/// drawn anew for each sample, whatever the scenario's `state` says: a policy is trained for all
/// states that it may meet. The streams are none that a run draws from.
///
/// Throws UserError for no samples, or when all optima are 0 (there is nothing to learn from).
[[nodiscard]] SampleSet draw_samples(const SampleRequest& request);

/// The same, kept in `folder` under the hash of `describe(request)`; drawn anew if the file is
/// missing or damaged.
[[nodiscard]] SampleSet cached_samples(const SampleRequest& request, const std::string& folder);

/// The most frequent optimal placements, most frequent first (ties: lexicographic), at most `most`.
[[nodiscard]] std::vector<Placement> frequent_placements(const SampleSet& samples,
                                                         std::size_t most);

}  // namespace mec::learning
