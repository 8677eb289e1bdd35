#include "core/solvers.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace mec {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Number of sites as a compile-time constant (Fixed<3>) or a run-time one: the same code serves
// both, and the compiler unrolls the paper's three sites.
template <std::size_t K>
struct Fixed {
  static constexpr std::size_t kSites = K;
  using Values = std::array<double, K>;
  static constexpr std::size_t sites() { return K; }
  static Values values() { return {}; }
};
struct Dynamic {
  std::size_t count;
  using Values = std::vector<double>;
  [[nodiscard]] std::size_t sites() const { return count; }
  [[nodiscard]] Values values() const { return Values(count); }
};

// One stage of the recursion V_t(j) = min_i [V_{t-1}(i) + d_t c(i, j)] + e_t s(j). `parent(j, i)`
// receives the argmin, the lowest i among equals.
template <class Sites, class Values, class Parent>
inline void stage(const Sites& sites, const SiteCosts& costs, double data, double work,
                  const Values& previous, Values& next, Parent parent) {
  const std::size_t count = sites.sites();
  const double* per_byte = costs.per_byte_data();
  const double* per_cycle = costs.per_cycle_data();
  for (std::size_t j = 0; j < count; ++j) {
    double best = previous[0] + data * per_byte[j];
    std::size_t from = 0;
    for (std::size_t i = 1; i < count; ++i) {
      const double candidate = previous[i] + data * per_byte[i * count + j];
      from = candidate < best ? i : from;
      best = candidate < best ? candidate : best;
    }
    next[j] = best + work * per_cycle[j];
    parent(j, from);
  }
}

template <class Sites, class Values>
inline void first_stage(const Sites& sites, const SiteCosts& costs, ChainView task,
                        Values& values) {
  for (std::size_t j = 0; j < sites.sites(); ++j) {
    values[j] = task.data[0].value() * costs.per_byte(kDevice, j) +
                task.work[0].value() * costs.per_cycle(j);
  }
}

// Cheapest end: the output returns to the device.
template <class Sites, class Values>
inline std::pair<std::size_t, double> last_stage(const Sites& sites, const SiteCosts& costs,
                                                 double data, const Values& values) {
  std::size_t at = 0;
  double best = values[0] + data * costs.per_byte(0, kDevice);
  for (std::size_t i = 1; i < sites.sites(); ++i) {
    const double candidate = values[i] + data * costs.per_byte(i, kDevice);
    at = candidate < best ? i : at;
    best = candidate < best ? candidate : best;
  }
  return {at, best};
}

template <class Sites>
Solution dynamic_program(const Sites& sites, const SiteCosts& costs, ChainView task) {
  const std::size_t n = task.size();
  const std::size_t count = sites.sites();
  auto previous = sites.values();
  auto next = sites.values();
  boost::container::small_vector<SiteIndex, 48> parents(n * count);
  first_stage(sites, costs, task, previous);
  for (std::size_t t = 1; t < n; ++t) {
    SiteIndex* row = parents.data() + t * count;
    stage(sites, costs, task.data[t].value(), task.work[t].value(), previous, next,
          [row](std::size_t j, std::size_t from) { row[j] = static_cast<SiteIndex>(from); });
    std::swap(previous, next);
  }
  auto [at, cost] = last_stage(sites, costs, task.data[n].value(), previous);
  Solution solution{Placement(n, boost::container::default_init), cost};
  for (std::size_t t = n; t-- > 0;) {
    solution.placement[t] = static_cast<SiteIndex>(at);
    at = parents[t * count + at];
  }
  return solution;
}

template <class Sites>
double dynamic_cost(const Sites& sites, const SiteCosts& costs, ChainView task) {
  auto previous = sites.values();
  auto next = sites.values();
  first_stage(sites, costs, task, previous);
  for (std::size_t t = 1; t < task.size(); ++t) {
    stage(sites, costs, task.data[t].value(), task.work[t].value(), previous, next,
          [](std::size_t, std::size_t) {});
    std::swap(previous, next);
  }
  return last_stage(sites, costs, task.data[task.size()].value(), previous).second;
}

// Depth-first walk of the prefix tree. A node is a prefix of a placement; its cost is paid once for
// all that share it.
template <class Sites>
class PrefixTree {
 public:
  PrefixTree(const Sites& sites, const SiteCosts& costs, ChainView task)
      : sites_(sites), costs_(costs), task_(task), current_(task.size()), best_(task.size()) {}

  Solution search() {
    descend(0, kDevice, 0.0);
    return {best_, best_cost_};
  }

 private:
  void descend(std::size_t t, std::size_t at, double prefix) {
    const std::size_t count = sites_.sites();
    const double data = task_.data[t].value();
    const double work = task_.work[t].value();
    const bool leaf = t + 1 == task_.size();
    for (std::size_t j = 0; j < count; ++j) {
      const double cost = (prefix + data * costs_.per_byte_data()[at * count + j]) +
                          work * costs_.per_cycle_data()[j];
      current_[t] = static_cast<SiteIndex>(j);
      if (leaf) {
        finish(j, cost);
      } else {
        descend(t + 1, j, cost);
      }
    }
  }

  void finish(std::size_t at, double prefix) {
    const double cost =
        prefix + task_.data[task_.size()].value() * costs_.per_byte_data()[at * sites_.sites()];
    if (cost < best_cost_) {
      best_cost_ = cost;
      best_ = current_;
    }
  }

  Sites sites_;
  const SiteCosts& costs_;
  ChainView task_;
  Placement current_;
  Placement best_;
  double best_cost_ = kInfinity;
};

void check_task(ChainView task) {
  if (task.size() == 0 || task.data.size() != task.size() + 1) {
    throw std::invalid_argument(
        fmt::format("a task of {} subtasks and {} flows; expected n >= 1 and n + 1", task.size(),
                    task.data.size()));
  }
}

}  // namespace

Solution solve_dp(const SiteCosts& costs, ChainView task) {
  check_task(task);
  return costs.sites() == 3 ? dynamic_program(Fixed<3>{}, costs, task)
                            : dynamic_program(Dynamic{costs.sites()}, costs, task);
}

double optimal_cost(const SiteCosts& costs, ChainView task) {
  check_task(task);
  return costs.sites() == 3 ? dynamic_cost(Fixed<3>{}, costs, task)
                            : dynamic_cost(Dynamic{costs.sites()}, costs, task);
}

Solution solve_exhaustive(const SiteCosts& costs, ChainView task) {
  check_task(task);
  const double placements =
      std::pow(static_cast<double>(costs.sites()), static_cast<double>(task.size()));
  if (placements > kMaxExhaustivePlacements) {
    throw std::invalid_argument(fmt::format(
        "an exhaustive search of {} sites ^ {} subtasks = {:.3g} placements (limit {:.0e}); use dp",
        costs.sites(), task.size(), placements, kMaxExhaustivePlacements));
  }
  return costs.sites() == 3 ? PrefixTree(Fixed<3>{}, costs, task).search()
                            : PrefixTree(Dynamic{costs.sites()}, costs, task).search();
}

}  // namespace mec
