// Random placement problems for tests: the paper's Section 5.1 samples, and networks of any number
// of sites.
#pragma once

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/state.hpp"
#include "core/task.hpp"

namespace mec::test {

/// A stream of the test's own, so that no case's draws shift another's.
inline RandomEngine engine(std::string_view name) { return RandomStreams(20'200, 0).stream(name); }

/// On (low, high], as core/distribution.hpp's Uniform.
inline double uniform(RandomEngine& random, double low, double high) {
  return high - (high - low) * boost::random::uniform_01<double>()(random);
}

inline std::size_t index_below(RandomEngine& random, std::size_t count) {
  return boost::random::uniform_int_distribution<std::size_t>(0, count - 1)(random);
}

inline ChainTask chain(const std::vector<double>& cycles, const std::vector<double>& bytes) {
  ChainTask task;
  for (const double work : cycles) {
    task.work.emplace_back(work);
  }
  for (const double data : bytes) {
    task.data.emplace_back(data);
  }
  return task;
}

/// Paper, Section 5.1: e ~ U(0, 2000] Mcycles, d ~ U(0, 10] MB.
inline ChainTask paper_task(RandomEngine& random, std::size_t subtasks = 6) {
  ChainTask task;
  for (std::size_t t = 0; t < subtasks; ++t) {
    task.work.emplace_back(uniform(random, 0.0, 2000e6));
  }
  for (std::size_t t = 0; t <= subtasks; ++t) {
    task.data.emplace_back(uniform(random, 0.0, 10e6));
  }
  return task;
}

/// Paper, Section 5.1.
inline ThreeTierState paper_state(RandomEngine& random) {
  ThreeTierState state;
  state.p1 = Hertz{uniform(random, 100e6, 1000e6)};
  state.p2 = Hertz{uniform(random, 500e6, 5000e6)};
  state.b1 = BytesPerSecond{uniform(random, 0.0, 2e6)};
  state.b2 = BytesPerSecond{uniform(random, 0.0, 3e6)};
  return state;
}

/// A task of small whole numbers, many of them zero: most costs tie.
inline ChainTask tied_task(RandomEngine& random, std::size_t subtasks) {
  ChainTask task;
  for (std::size_t t = 0; t < subtasks; ++t) {
    task.work.emplace_back(static_cast<double>(index_below(random, 3)));
  }
  for (std::size_t t = 0; t <= subtasks; ++t) {
    task.data.emplace_back(static_cast<double>(index_below(random, 3)));
  }
  return task;
}

/// Costs of small whole numbers, many of them zero, with a price for staying on a site too.
inline SiteCosts tied_costs(RandomEngine& random, std::size_t sites) {
  SiteCosts costs(sites);
  for (std::size_t i = 0; i < sites; ++i) {
    costs.set_per_cycle(i, static_cast<double>(index_below(random, 3)));
    for (std::size_t j = 0; j < sites; ++j) {
      costs.set_per_byte(i, j, static_cast<double>(index_below(random, 2)));
    }
  }
  return costs;
}

/// Sites in a line, device first, with a link each way between neighbours: links 2k (outward) and
/// 2k + 1 (homeward) join sites k and k + 1.
inline Topology line_topology(std::size_t sites) {
  std::vector<std::string> names;
  std::vector<Link> links;
  for (std::size_t k = 0; k < sites; ++k) {
    names.push_back("site " + std::to_string(k));
    if (k > 0) {
      const auto here = static_cast<SiteIndex>(k);
      const auto before = static_cast<SiteIndex>(k - 1);
      links.push_back({"out " + std::to_string(k), before, here});
      links.push_back({"home " + std::to_string(k), here, before});
    }
  }
  return {names, links};
}

/// Speeds of 0.1 to 5 GHz and rates up to 3 MB/s, as the ranges of Section 5.1 together.
inline SystemState random_state(RandomEngine& random, const Topology& topology) {
  std::vector<Hertz> speeds(topology.site_count());
  std::vector<BytesPerSecond> rates(topology.link_count());
  std::generate(speeds.begin(), speeds.end(),
                [&random] { return Hertz{uniform(random, 100e6, 5000e6)}; });
  std::generate(rates.begin(), rates.end(),
                [&random] { return BytesPerSecond{uniform(random, 0.0, 3e6)}; });
  return {topology, speeds, rates};
}

inline Placement random_placement(RandomEngine& random, std::size_t subtasks, std::size_t sites) {
  Placement placement(subtasks);
  for (SiteIndex& site : placement) {
    site = static_cast<SiteIndex>(index_below(random, sites));
  }
  return placement;
}

}  // namespace mec::test
