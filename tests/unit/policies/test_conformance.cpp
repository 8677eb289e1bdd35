// What every registered policy owes its caller (core/policy.hpp).
#include <algorithm>
#include <cmath>

#include "core/solvers.hpp"
#include "tests/catch.hpp"
#include "tests/support/policy_variants.hpp"
#include "tests/support/random_problems.hpp"

namespace mec {

namespace {

using test::every_variant;

const std::size_t kLengths[] = {1, 2, 6, 7, 12, 100};
const Objective kObjectives[] = {{1.0, 0.0}, {0.0, 1.0}, {0.7, 2.5}};

// An exhaustive search beyond this is not worth a test's time.
bool affordable(const PolicySpec& spec, std::size_t sites, std::size_t subtasks) {
  const auto solver = spec.parameters.find("solver");
  const bool exhaustive = solver != spec.parameters.end() && solver->second == "exhaustive";
  return !exhaustive ||
         std::pow(static_cast<double>(sites), static_cast<double>(subtasks)) <= 20'000.0;
}

bool learns(const PolicySpec& spec) {
  return static_cast<bool>(policy_registry().find(spec.name).prepare);
}

// Nothing where the policy does not work on so many sites: it must say so as a user's mistake.
// Learned policies do not, on any number but the paper's three.
std::unique_ptr<Policy> make_if_accepted(const PolicySpec& spec, std::size_t sites) {
  CAPTURE(test::label(spec), sites);
  try {
    auto policy = test::make(spec, sites);
    REQUIRE((sites == 3 || !learns(spec)));
    return policy;
  } catch (const PolicyError&) {
    return nullptr;
  }
}

void require_valid(const PolicySpec& spec, const Placement& placement, std::size_t subtasks,
                   std::size_t sites) {
  CAPTURE(test::label(spec), subtasks, sites);
  REQUIRE(placement.size() == subtasks);
  REQUIRE(std::all_of(placement.begin(), placement.end(),
                      [sites](SiteIndex site) { return site < sites; }));
}

std::vector<SiteIndex> decide(Policy& policy, const ChainTask& task, const SystemState& state) {
  const Placement placement = test::decide(policy, task, state);
  return {placement.begin(), placement.end()};
}

std::vector<std::vector<SiteIndex>> decisions(Policy& policy, const std::vector<ChainTask>& tasks,
                                              const SystemState& state) {
  std::vector<std::vector<SiteIndex>> all;
  all.reserve(tasks.size());
  for (const ChainTask& task : tasks) {
    all.push_back(decide(policy, task, state));
  }
  return all;
}

std::vector<ChainTask> some_tasks(std::string_view stream) {
  RandomEngine random = test::engine(stream);
  std::vector<ChainTask> tasks(50);
  std::generate(tasks.begin(), tasks.end(), [&random] { return test::paper_task(random); });
  return tasks;
}

}  // namespace

TEST_CASE("Every policy can be built on the paper's three sites", "[policy][conformance]") {
  for (const PolicySpec& spec : every_variant()) {
    CAPTURE(test::label(spec));
    REQUIRE_NOTHROW(test::make(spec, 3));
  }
}

TEST_CASE("A policy that has to learn first cannot be built before", "[policy][conformance]") {
  std::size_t learned = 0;
  for (const PolicyEntry& entry : policy_registry().entries()) {
    CAPTURE(entry.name);
    if (entry.prepare) {
      ++learned;
      const auto own = entry.parameters;
      REQUIRE(std::any_of(own.begin(), own.end(),
                          [](const PolicyParameter& p) { return p.name == kModelParameter; }));
      REQUIRE_THROWS_AS(policy_registry().make({entry.name, {}}, RandomStreams(1, 0), 3),
                        PolicyError);
    } else {
      REQUIRE_NOTHROW(policy_registry().make({entry.name, {}}, RandomStreams(1, 0), 3));
    }
  }
  REQUIRE(learned > 0);
}

TEST_CASE("Every policy documents itself", "[policy][conformance]") {
  for (const PolicyEntry& entry : policy_registry().entries()) {
    CAPTURE(entry.name);
    REQUIRE_FALSE(entry.name.empty());
    REQUIRE_FALSE(entry.summary.empty());
    REQUIRE_FALSE(entry.reference.empty());
    for (const PolicyParameter& parameter : entry.parameters) {
      REQUIRE_FALSE(parameter.summary.empty());
      // The default is a value that a user may write.
      REQUIRE_NOTHROW(
          policy_registry().resolve({entry.name, {{parameter.name, parameter.default_value}}}));
    }
  }
}

TEST_CASE("Every policy places every subtask on a site that is there", "[policy][conformance]") {
  RandomEngine random = test::engine("conformance: sites");
  for (const PolicySpec& spec : every_variant()) {
    for (std::size_t sites = 2; sites <= 5; ++sites) {
      const Topology topology = test::line_topology(sites);
      const auto policy = make_if_accepted(spec, sites);
      for (const std::size_t n : kLengths) {
        if (!policy || !affordable(spec, sites, n)) {
          continue;
        }
        for (int i = 0; i < 20; ++i) {
          const SystemState state = test::random_state(random, topology);
          const ChainTask task = test::paper_task(random, n);
          require_valid(spec, test::decide(*policy, task, state, topology), n, sites);
        }
      }
    }
  }
}

TEST_CASE("Every policy copes with tasks of nothing", "[policy][conformance]") {
  RandomEngine random = test::engine("conformance: nothing");
  const ChainTask nothing = test::chain(std::vector<double>(6, 0.0), std::vector<double>(7, 0.0));
  for (const PolicySpec& spec : every_variant()) {
    const SystemState state(test::paper_state(random));
    require_valid(spec, test::decide(*test::make(spec), nothing, state), 6, 3);
  }
}

TEST_CASE("Every policy copes with a cloud of any speed", "[policy][conformance]") {
  RandomEngine random = test::engine("conformance: cloud");
  for (const PolicySpec& spec : every_variant()) {
    for (const Hertz speed : {kInfiniteSpeed, Hertz{10e9}, Hertz{1.0}}) {
      ThreeTierState tiers = test::paper_state(random);
      tiers.p3 = speed;
      const ChainTask task = test::paper_task(random);
      require_valid(spec, test::decide(*test::make(spec), task, SystemState(tiers)), 6, 3);
    }
  }
}

TEST_CASE("Every policy copes with extreme values", "[policy][conformance]") {
  RandomEngine random = test::engine("conformance: extremes");
  const auto extreme = [&random] { return std::pow(10.0, test::uniform(random, -300.0, 300.0)); };
  for (const PolicySpec& spec : every_variant()) {
    const auto policy = test::make(spec);
    for (int i = 0; i < 200; ++i) {
      ChainTask task = test::paper_task(random);
      std::generate(task.work.begin(), task.work.end(), [&] { return Cycles{extreme()}; });
      std::generate(task.data.begin(), task.data.end(), [&] { return Bytes{extreme()}; });
      const SystemState state({Hertz{extreme()}, Hertz{extreme()}, BytesPerSecond{extreme()},
                               BytesPerSecond{extreme()}, Hertz{extreme()}});
      const Placement placement = test::decide(*policy, task, state);
      require_valid(spec, placement, 6, 3);
      REQUIRE_FALSE(std::isnan(evaluate(state.seconds(), task.view(), view(placement)).total()));
    }
  }
}

TEST_CASE("No policy beats the optimum on its own snapshot", "[policy][conformance]") {
  RandomEngine random = test::engine("conformance: optimum");
  for (const PolicySpec& spec : every_variant()) {
    const auto policy = test::make(spec);
    for (int i = 0; i < 600; ++i) {
      const SystemState state(test::paper_state(random));
      const ChainTask task = test::paper_task(random);
      const SiteCosts costs =
          objective_costs(kObjectives[i % 3], state, three_tier_topology(), EnergyModel{});
      CAPTURE(test::label(spec), i);
      Placement placement;
      try {
        placement = policy->decide({task.view(), state, costs});
      } catch (const PolicyError&) {  // it reckons in dates
        REQUIRE_FALSE(kObjectives[i % 3].is_latency());
        continue;
      }
      REQUIRE(evaluate(costs, task.view(), view(placement)).total() >=
              optimal_cost(costs, task.view()) * (1.0 - 1e-12));
    }
  }
}

TEST_CASE("Every policy decides alike on the same stream", "[policy][conformance]") {
  RandomEngine random = test::engine("conformance: repeat");
  const SystemState state(test::paper_state(random));
  const std::vector<ChainTask> tasks = some_tasks("conformance: repeated tasks");
  for (const PolicySpec& spec : every_variant()) {
    CAPTURE(test::label(spec));
    REQUIRE(decisions(*test::make(spec), tasks, state) ==
            decisions(*test::make(spec), tasks, state));
  }
}

TEST_CASE("Every policy decides many tasks at once as it decides one by one",
          "[policy][conformance]") {
  // Chains of many lengths, so that learned policies fit some of them to their own.
  RandomEngine random = test::engine("conformance: batch");
  const SystemState state(test::paper_state(random));
  std::vector<ChainTask> tasks;
  for (std::size_t i = 0; i < 50; ++i) {
    tasks.push_back(test::paper_task(random, 1 + i % 9));
  }
  std::vector<DecisionRequest> requests;
  requests.reserve(tasks.size());
  for (const ChainTask& task : tasks) {
    requests.push_back({task.view(), state, state.seconds()});
  }
  for (const PolicySpec& spec : every_variant()) {
    const auto single = decisions(*test::make(spec), tasks, state);
    std::vector<Placement> batch(tasks.size());
    test::make(spec)->decide_batch(requests, batch);
    CAPTURE(test::label(spec));
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      REQUIRE(std::vector<SiteIndex>(batch[i].begin(), batch[i].end()) == single[i]);
    }
  }
}

TEST_CASE("No two instances of a policy share anything", "[policy][conformance]") {
  // Asked in turn, both decide as one that is asked alone.
  RandomEngine random = test::engine("conformance: share");
  const SystemState state(test::paper_state(random));
  const std::vector<ChainTask> tasks = some_tasks("conformance: shared tasks");
  for (const PolicySpec& spec : every_variant()) {
    const auto alone = decisions(*test::make(spec), tasks, state);
    const auto a = test::make(spec);
    const auto b = test::make(spec);
    CAPTURE(test::label(spec));
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      REQUIRE(decide(*a, tasks[i], state) == alone[i]);
      REQUIRE(decide(*b, tasks[i], state) == alone[i]);
    }
  }
}

}  // namespace mec
