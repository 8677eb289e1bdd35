// What any additive objective looks like to a solver: a cost per cycle at each of K sites and a
// cost per byte between each two of them. Latency (seconds), energy (joules) and their weighted sum
// all have this shape, so one solver minimises all three:
//
//   cost(I) = sum_t work[t] * per_cycle(I_t)  +  sum_{t=0..n} data[t] * per_byte(I_{t-1}, I_t),
//   I_{-1} = I_n = 0.
//
// Plain doubles, because the unit is the objective's. Ignores waiting: costs do not depend on the
// load.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>

#include "core/placement.hpp"
#include "core/task.hpp"

namespace mec {

class SiteCosts {
 public:
  /// All costs zero. Throws std::invalid_argument unless 1 <= sites <= kMaxSites.
  explicit SiteCosts(std::size_t sites);

  [[nodiscard]] std::size_t sites() const { return sites_; }
  [[nodiscard]] double per_cycle(std::size_t site) const { return values_[site]; }
  [[nodiscard]] double per_byte(std::size_t from, std::size_t to) const {
    return values_[sites_ + from * sites_ + to];
  }
  void set_per_cycle(std::size_t site, double cost) { values_[site] = cost; }
  void set_per_byte(std::size_t from, std::size_t to, double cost) {
    values_[sites_ + from * sites_ + to] = cost;
  }

  /// [sites] costs per cycle, and [sites x sites] costs per byte in row-major order (row: from).
  [[nodiscard]] const double* per_cycle_data() const { return values_.data(); }
  [[nodiscard]] const double* per_byte_data() const { return values_.data() + sites_; }

 private:
  std::size_t sites_;
  boost::container::small_vector<double, 12> values_;  // 12 = 3 + 3 x 3: three sites need no heap
};

/// Cost of executing `task` as placed, split as the paper splits latency.
struct CostSplit {
  double compute = 0.0;
  double transfer = 0.0;
  [[nodiscard]] double total() const { return compute + transfer; }
};

/// The task's input lies at site `from`: the device, or wherever the first part of it has run.
/// Throws std::invalid_argument if the placement's length is not the task's or it names a site that
/// is not there.
[[nodiscard]] CostSplit evaluate(const SiteCosts& costs, ChainView task, PlacementView placement,
                                 SiteIndex from = kDevice);

}  // namespace mec
