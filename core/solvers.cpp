#include "core/solvers.hpp"

#include <fmt/format.h>

#include <algorithm>
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
inline void first_stage(const Sites& sites, const SiteCosts& costs, ChainView task, SiteIndex from,
                        Values& values) {
  for (std::size_t j = 0; j < sites.sites(); ++j) {
    values[j] =
        task.data[0].value() * costs.per_byte(from, j) + task.work[0].value() * costs.per_cycle(j);
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
Solution dynamic_program(const Sites& sites, const SiteCosts& costs, ChainView task,
                         SiteIndex from) {
  const std::size_t n = task.size();
  const std::size_t count = sites.sites();
  auto previous = sites.values();
  auto next = sites.values();
  boost::container::small_vector<SiteIndex, 48> parents(n * count);
  first_stage(sites, costs, task, from, previous);
  for (std::size_t t = 1; t < n; ++t) {
    SiteIndex* row = parents.data() + t * count;
    stage(sites, costs, task.data[t].value(), task.work[t].value(), previous, next,
          [row](std::size_t j, std::size_t parent) { row[j] = static_cast<SiteIndex>(parent); });
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
double dynamic_cost(const Sites& sites, const SiteCosts& costs, ChainView task, SiteIndex from) {
  auto previous = sites.values();
  auto next = sites.values();
  first_stage(sites, costs, task, from, previous);
  for (std::size_t t = 1; t < task.size(); ++t) {
    stage(sites, costs, task.data[t].value(), task.work[t].value(), previous, next,
          [](std::size_t, std::size_t) {});
    std::swap(previous, next);
  }
  return last_stage(sites, costs, task.data[task.size()].value(), previous).second;
}

// Walks the prefix tree of all K^n placements. A node is a prefix of a placement; its cost is paid
// once for all that share it. Depth first down to the last `levels_` subtasks, whose subtree is
// then laid out level by level in an array: additions in long runs, which the compiler vectorises.
//
// In a level of the array the site of the last subtask is the most significant digit (base K) of a
// node's index, and that of the subtree's first one the least.
template <class Sites>
class PrefixTree {
 public:
  // Leaves nodes_ as it is: clearing 16 KiB would cost a third of a search.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
  PrefixTree(const Sites& sites, const SiteCosts& costs, ChainView task, SiteIndex from)
      : sites_(sites),
        costs_(costs),
        task_(task),
        from_(from),
        current_(task.size()),
        best_(task.size()) {
    for (std::size_t nodes = sites_.sites(); levels_ < task.size() && nodes <= kNodes; ++levels_) {
      nodes *= sites_.sites();
    }
  }

  Solution search() {
    descend(0, from_, 0.0);
    return {best_, best_cost_};
  }

 private:
  static constexpr std::size_t kNodes = 1024;  // 2 x 8 KiB: within a first-level cache
  using Level = std::array<double, kNodes>;

  [[nodiscard]] double transfer(std::size_t t, std::size_t from, std::size_t to) const {
    return task_.data[t].value() * costs_.per_byte_data()[from * sites_.sites() + to];
  }
  [[nodiscard]] double compute(std::size_t t, std::size_t site) const {
    return task_.work[t].value() * costs_.per_cycle_data()[site];
  }

  void descend(std::size_t t, std::size_t at, double prefix) {
    if (t + levels_ == task_.size()) {
      search_subtree(t, at, prefix);
      return;
    }
    for (std::size_t j = 0; j < sites_.sites(); ++j) {
      current_[t] = static_cast<SiteIndex>(j);
      descend(t + 1, j, (prefix + transfer(t, at, j)) + compute(t, j));
    }
  }

  void search_subtree(std::size_t first, std::size_t at, double prefix) {
    const std::size_t count = sites_.sites();
    double* level = nodes_[0].data();
    double* next = nodes_[1].data();
    for (std::size_t j = 0; j < count; ++j) {
      level[j] = (prefix + transfer(first, at, j)) + compute(first, j);
    }
    std::size_t run = 1;  // nodes that end at one site
    for (std::size_t t = first + 1; t < task_.size(); ++t) {
      for (std::size_t j = 0; j < count; ++j) {
        for (std::size_t i = 0; i < count; ++i) {
          extend(level + i * run, run, transfer(t, i, j), compute(t, j),
                 next + (j * count + i) * run);
        }
      }
      std::swap(level, next);
      run *= count;
    }
    for (std::size_t i = 0; i < count; ++i) {
      extend(level + i * run, run, transfer(task_.size(), i, kDevice), 0.0, next + i * run);
    }
    keep_best(first, next, run * count);
  }

  static void extend(const double* __restrict prefixes, std::size_t run, double transfer,
                     double compute, double* __restrict costs) {
    for (std::size_t q = 0; q < run; ++q) {
      costs[q] = (prefixes[q] + transfer) + compute;
    }
  }

  // In lanes of their own: one running minimum would be a chain of dependent instructions.
  static double least_of(const double* costs, std::size_t count) {
    std::array<double, 8> least{};
    least.fill(kInfinity);
    std::size_t q = 0;
    for (; q + least.size() <= count; q += least.size()) {
      for (std::size_t lane = 0; lane < least.size(); ++lane) {
        least[lane] = costs[q + lane] < least[lane] ? costs[q + lane] : least[lane];
      }
    }
    for (; q < count; ++q) {
      least[0] = std::min(least[0], costs[q]);
    }
    return *std::min_element(least.begin(), least.end());
  }

  void keep_best(std::size_t first, const double* leaves, std::size_t count) {
    const double least = least_of(leaves, count);
    if (!(least < best_cost_)) {
      return;
    }
    best_cost_ = least;
    const double* end = leaves + count;
    const double* leaf = std::find(leaves, end, least);
    write_sites(first, static_cast<std::size_t>(leaf - leaves));
    best_ = current_;
    while ((leaf = std::find(leaf + 1, end, least)) != end) {  // ties
      write_sites(first, static_cast<std::size_t>(leaf - leaves));
      best_ = std::min(best_, current_);
    }
  }

  void write_sites(std::size_t first, std::size_t leaf) {
    for (std::size_t t = first; t < task_.size(); ++t) {
      current_[t] = static_cast<SiteIndex>(leaf % sites_.sites());
      leaf /= sites_.sites();
    }
  }

  Sites sites_;
  const SiteCosts& costs_;
  ChainView task_;
  SiteIndex from_;
  std::size_t levels_ = 0;
  Placement current_;
  Placement best_;
  double best_cost_ = kInfinity;
  std::array<Level, 2> nodes_;
};

void check_task(ChainView task) {
  if (task.size() == 0 || task.data.size() != task.size() + 1) {
    throw std::invalid_argument(
        fmt::format("a task of {} subtasks and {} flows; expected n >= 1 and n + 1", task.size(),
                    task.data.size()));
  }
}

}  // namespace

Solution solve_dp(const SiteCosts& costs, ChainView task, SiteIndex from) {
  check_task(task);
  return costs.sites() == 3 ? dynamic_program(Fixed<3>{}, costs, task, from)
                            : dynamic_program(Dynamic{costs.sites()}, costs, task, from);
}

double optimal_cost(const SiteCosts& costs, ChainView task, SiteIndex from) {
  check_task(task);
  return costs.sites() == 3 ? dynamic_cost(Fixed<3>{}, costs, task, from)
                            : dynamic_cost(Dynamic{costs.sites()}, costs, task, from);
}

Solution solve_exhaustive(const SiteCosts& costs, ChainView task, SiteIndex from) {
  check_task(task);
  const double placements =
      std::pow(static_cast<double>(costs.sites()), static_cast<double>(task.size()));
  if (placements > kMaxExhaustivePlacements) {
    throw std::invalid_argument(fmt::format(
        "an exhaustive search of {} sites ^ {} subtasks = {:.3g} placements (limit {:.0e}); use dp",
        costs.sites(), task.size(), placements, kMaxExhaustivePlacements));
  }
  return costs.sites() == 3 ? PrefixTree(Fixed<3>{}, costs, task, from).search()
                            : PrefixTree(Dynamic{costs.sites()}, costs, task, from).search();
}

}  // namespace mec
