#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <set>

#include "core/errors.hpp"
#include "core/hash.hpp"
#include "core/solvers.hpp"
#include "policies/learning/training/samples.hpp"
#include "tests/catch.hpp"
#include "tests/support/workloads.hpp"
#include "tests/unit/learning/model_support.hpp"
#include "tests/unit/learning/training_support.hpp"

namespace mec::learning {

namespace {

bool same(const SampleSet& a, const SampleSet& b) {
  return a.schema == b.schema && a.count == b.count && a.features == b.features &&
         a.work == b.work && a.data == b.data && a.costs == b.costs &&
         a.optimal_cost == b.optimal_cost && a.optimal == b.optimal;
}

ChainTask task_of(const SampleSet& samples, std::size_t i) {
  const auto n = static_cast<std::ptrdiff_t>(samples.subtasks());
  const auto row = static_cast<std::ptrdiff_t>(i);
  const auto work = samples.work.begin() + row * n;
  const auto data = samples.data.begin() + row * (n + 1);
  return test::chain({work, work + n}, {data, data + n + 1});
}

SiteCosts costs_of(const SampleSet& samples, std::size_t i) {
  const double* values = samples.costs.data() + 12 * i;
  SiteCosts costs(3);
  for (std::size_t a = 0; a < 3; ++a) {
    costs.set_per_cycle(a, values[a]);
    for (std::size_t b = 0; b < 3; ++b) {
      costs.set_per_byte(a, b, values[3 + 3 * a + b]);
    }
  }
  return costs;
}

// Tasks that both sets have: none of independent ones, as a draw has 53 bits.
std::size_t shared_tasks(const SampleSet& a, const SampleSet& b) {
  const std::set<double> of_a(a.work.begin(), a.work.end());
  return static_cast<std::size_t>(
      std::count_if(b.work.begin(), b.work.end(), [&](double w) { return of_a.contains(w); }));
}

const Objective kObjectives[] = {{1.0, 0.0}, {0.0, 1.0}, {0.7, 2.5}};

// Three sites for each of the placements, which are one sample's optima.
SampleSet with_optima(const std::vector<Placement>& optima) {
  SampleSet samples;
  samples.schema.subtasks = optima.front().size();
  samples.count = optima.size();
  for (const Placement& optimum : optima) {
    samples.optimal.insert(samples.optimal.end(), optimum.begin(), optimum.end());
  }
  return samples;
}

std::vector<std::string> files_in(const test::Scratch& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    names.push_back(entry.path().string());
  }
  return names;
}

// A scenario and what is asked of it.
struct Asked {
  Scenario scenario = test::paper_tasks(3);
  std::size_t count = 20;
  std::uint64_t seed = 1;
  std::uint64_t part = 0;
  FeatureSchema schema = test::time_features(3);

  [[nodiscard]] SampleRequest request() const { return {scenario, schema, count, seed, part}; }
};

}  // namespace

TEST_CASE("The same request gives the same samples, and another part or seed others",
          "[learning][samples]") {
  Asked asked;
  const SampleSet first = draw_samples(asked.request());
  REQUIRE(first.count == 20);
  REQUIRE(same(first, draw_samples(asked.request())));
  asked.part = 1;
  REQUIRE(shared_tasks(first, draw_samples(asked.request())) == 0);
  asked.part = 0;
  asked.seed = 2;
  REQUIRE(shared_tasks(first, draw_samples(asked.request())) == 0);
}

TEST_CASE("More samples begin with the fewer", "[learning][samples]") {
  Asked asked;
  const SampleSet few = draw_samples(asked.request());
  asked.count = 50;
  SampleSet more = draw_samples(asked.request());
  REQUIRE(more.count == 50);
  more.work.resize(few.work.size());
  REQUIRE(more.work == few.work);
}

TEST_CASE("No run of the same seed has a task of the samples", "[learning][samples]") {
  const Scenario scenario = test::paper_tasks(3);
  Asked asked;
  asked.count = 200;
  const SampleSet samples = draw_samples(asked.request());
  for (std::uint64_t replication = 0; replication < 4; ++replication) {
    const auto source = make_generated_source(scenario, RandomStreams(1, replication));
    WorkItem first;
    REQUIRE(source->next(first));
    const double work = first.chain.work.front().value();
    CAPTURE(replication);
    REQUIRE(std::find(samples.work.begin(), samples.work.end(), work) == samples.work.end());
  }
}

TEST_CASE("Samples are labelled with optima", "[learning][samples]") {
  for (const Objective& objective : kObjectives) {
    Asked asked;
    asked.scenario = test::paper_tasks(4);
    asked.scenario.objective = objective;
    asked.schema = {FeatureKind::cost, 4, false};
    asked.count = 150;
    const SampleSet samples = draw_samples(asked.request());
    for (std::size_t i = 0; i < samples.count; ++i) {
      const SiteCosts costs = costs_of(samples, i);
      const ChainTask task = task_of(samples, i);
      const Solution best = solve_exhaustive(costs, task.view());
      CAPTURE(i, objective.latency_weight);
      REQUIRE(samples.optimal_cost[i] == best.cost);
      REQUIRE(evaluate(costs, task.view(), samples.optimal_of(i)).total() ==
              Approx(best.cost).epsilon(1e-12));
      REQUIRE(SampleCosts(samples, i).total(samples.optimal_of(i)) ==
              Approx(best.cost).epsilon(1e-12));
    }
  }
}

TEST_CASE("The features of a sample are those of its task and costs", "[learning][samples]") {
  Asked asked;
  asked.schema.kind = GENERATE(FeatureKind::time, FeatureKind::cost);
  asked.scenario.objective = {0.7, asked.schema.kind == FeatureKind::cost ? 2.5 : 0.0};
  const SampleSet samples = draw_samples(asked.request());
  REQUIRE(samples.features.size() == samples.count * asked.schema.size());
  const SystemState any(ThreeTierState{Hertz{1}, Hertz{1}, BytesPerSecond{1}, BytesPerSecond{1}});
  for (std::size_t i = 0; i < samples.count; ++i) {
    std::vector<float> values(asked.schema.size());
    const ChainTask task = task_of(samples, i);
    extract_features(asked.schema, {task.view(), any, costs_of(samples, i)}, values);
    const auto own = samples.features_of(i);
    REQUIRE(std::equal(values.begin(), values.end(), own.begin(), own.end()));
  }
}

TEST_CASE("Parts of a sample cost what the task's do", "[learning][samples]") {
  // Work 10, 20; data 1, 2, 3; 1, 2, 3 a cycle; 3 * from + to a byte, but 0 on one site.
  SampleSet samples;
  samples.schema.subtasks = 2;
  samples.count = 1;
  samples.work = {10, 20};
  samples.data = {1, 2, 3};
  samples.costs = {1, 2, 3, 0, 1, 2, 3, 0, 5, 6, 7, 0};
  const SampleCosts costs(samples, 0);
  REQUIRE(costs.compute(1, kCloud) == 60.0);
  REQUIRE(costs.transfer(1, kEdge, kCloud) == 10.0);
  // To the edge 1 * 1, there 10 * 2, on to the cloud 2 * 5, there 20 * 3, home 3 * 6.
  REQUIRE(costs.total(view(Placement{kEdge, kCloud})) == 1.0 + 20.0 + 10.0 + 60.0 + 18.0);
}

TEST_CASE("Tasks of any length become samples of n subtasks", "[learning][samples]") {
  Asked asked;
  asked.scenario.task.subtasks = Choice{{1, 2, 3, 7, 20}, {1, 1, 1, 1, 1}};
  asked.count = 200;
  const SampleSet samples = draw_samples(asked.request());
  REQUIRE(samples.work.size() == 600);
  REQUIRE(samples.optimal.size() == 600);
  std::size_t filled = 0;
  std::size_t merged = 0;
  for (std::size_t i = 0; i < samples.count; ++i) {
    const ChainTask task = task_of(samples, i);
    filled += task.work.back().value() == 0.0 ? 1U : 0U;
    merged += task.work.front().value() > 2e9 ? 1U : 0U;  // more than one subtask may have
    REQUIRE(samples.optimal_cost[i] == optimal_cost(costs_of(samples, i), task.view()));
  }
  REQUIRE(filled > 40);  // 80 expected
  REQUIRE(merged > 20);  // 80 expected, half of them in another subtask than the first
}

TEST_CASE("What a scenario's run looks like does not change its samples", "[learning][samples]") {
  Asked asked;
  const SampleSet plain = draw_samples(asked.request());
  asked.scenario.redraw = StateRedraw::fixed;
  asked.scenario.network.devices = 7;
  asked.scenario.workload.tasks = 3;
  asked.scenario.workload.arrivals = FileArrivals{};
  asked.scenario.workload.file = "tasks.csv";
  asked.scenario.seed = 99;
  asked.scenario.replications = 5;
  REQUIRE(same(plain, draw_samples(asked.request())));
  REQUIRE(describe(asked.request()) == describe(Asked{}.request()));
}

TEST_CASE("All that changes samples is in the words for them", "[learning][samples]") {
  using Change = std::function<void(Asked&)>;
  const std::vector<Change> changes = {
      [](Asked&) {},
      [](Asked& a) { a.count = 21; },
      [](Asked& a) { a.seed = 2; },
      [](Asked& a) { a.part = 1; },
      [](Asked& a) { a.schema.kind = FeatureKind::raw; },
      [](Asked& a) { a.schema.subtasks = 4; },
      [](Asked& a) { a.schema.cloud_compute = true; },
      [](Asked& a) { a.scenario.task.subtasks = Constant{4}; },
      [](Asked& a) {
        a.scenario.task.work = Uniform{0, 2.0000001e9};
      },
      [](Asked& a) { a.scenario.task.data = Exponential{10e6}; },
      [](Asked& a) { a.scenario.network.device_speed = Constant{1e9}; },
      [](Asked& a) {
        a.scenario.network.edge_speed = LogNormal{1e9, 0.5};
      },
      [](Asked& a) { a.scenario.network.cloud_speed = Constant{1e10}; },
      [](Asked& a) {
        a.scenario.network.b1 = TruncatedNormal{1e6, 1e5, 0, 2e6};
      },
      [](Asked& a) {
        a.scenario.network.b2 = Choice{{1e6, 2e6}, {1, 2}};
      },
      [](Asked& a) {
        a.scenario.objective = {0.5, 0};
      },
      [](Asked& a) {
        a.scenario.objective = {0.5, 1};
      },
      [](Asked& a) {
        a.scenario.objective = {0.5, 1}, a.scenario.energy.kappa = 2e-28;
      },
      [](Asked& a) {
        a.scenario.objective = {0.5, 1}, a.scenario.energy.idle = Watts{1};
      },
      [](Asked& a) {
        a.scenario.objective = {0.5, 1}, a.scenario.energy.transmit = Watts{1};
      },
      [](Asked& a) {
        a.scenario.objective = {0.5, 1}, a.scenario.energy.receive = Watts{1};
      },
      [](Asked& a) {
        a.scenario.objective = {0.5, 1}, a.scenario.energy.busy = {Watts{1}};
      }};
  std::set<std::string> words;
  for (const Change& change : changes) {
    Asked asked;
    change(asked);
    words.insert(describe(asked.request()));
  }
  REQUIRE(words.size() == changes.size());
}

TEST_CASE("A distribution in words has all its numbers", "[distribution]") {
  REQUIRE(describe(Distribution{Constant{1.5}}) == "1.5");
  REQUIRE(describe(Distribution{Uniform{0.5, 2.5}}) == "uniform(0.5, 2.5)");
  REQUIRE(describe(Distribution{TruncatedNormal{1.5, 0.5, 0.25, 2.5}}) ==
          "normal(1.5, 0.5, 0.25, 2.5)");
  REQUIRE(describe(Distribution{Exponential{2.5}}) == "exponential(2.5)");
  REQUIRE(describe(Distribution{LogNormal{1.5, 0.5}}) == "lognormal(1.5, 0.5)");
  REQUIRE(describe(Distribution{Choice{{1.5, 2.5}, {0.5, 0.25}}}) == "choice(1.5:0.5, 2.5:0.25)");
}

TEST_CASE("There must be samples, and something to learn from them", "[learning][samples]") {
  Asked asked;
  asked.count = 0;
  REQUIRE_THROWS_AS(draw_samples(asked.request()), UserError);
  asked.count = 5;
  asked.scenario = Scenario{};  // tasks of no work and no data
  const std::string message =
      test::message_of<UserError>([&] { return draw_samples(asked.request()); });
  REQUIRE(message.find("the optimum of every sample is 0") != std::string::npos);
}

TEST_CASE("Samples are drawn once and then read from their file", "[learning][samples][cache]") {
  const test::Scratch folder;
  const Asked asked;
  const SampleSet drawn = draw_samples(asked.request());
  REQUIRE(same(cached_samples(asked.request(), folder.path().string()), drawn));
  const auto files = files_in(folder);
  REQUIRE(files.size() == 1);
  REQUIRE(same(cached_samples(asked.request(), folder.path().string()), drawn));
  REQUIRE(files_in(folder) == files);

  // A file that differs, under a hash that fits, is taken as it is: nothing is drawn again.
  std::string bytes = test::read_file(files.front());
  bytes[bytes.size() - 9] = static_cast<char>(1 - bytes[bytes.size() - 9]);  // the last site
  const std::uint64_t hash = fnv1a64({bytes.data(), bytes.size() - 8});
  std::memcpy(bytes.data() + bytes.size() - 8, &hash, 8);
  test::put_file(files.front(), bytes);
  REQUIRE(cached_samples(asked.request(), folder.path().string()).optimal.back() ==
          static_cast<SiteIndex>(1 - drawn.optimal.back()));
}

TEST_CASE("Processes that need the same samples at once do not meet in the file",
          "[learning][samples][cache]") {
  const test::Scratch folder;
  const Asked asked;
  const SampleSet drawn = draw_samples(asked.request());
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        ::_exit(same(cached_samples(asked.request(), folder.path().string()), drawn) ? 0 : 1);
      } catch (const std::exception&) {
        ::_exit(2);
      }
    }
    REQUIRE(child > 0);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  REQUIRE(files_in(folder).size() == 1);
}

TEST_CASE("A damaged file of samples is drawn and written anew", "[learning][samples][cache]") {
  const test::Scratch folder;
  const Asked asked;
  const SampleSet drawn = cached_samples(asked.request(), folder.path().string());
  const std::string path = files_in(folder).front();
  const std::string whole = test::read_file(path);
  std::vector<std::string> damaged = {"", whole + "x", whole.substr(0, whole.size() - 1),
                                      whole.substr(0, whole.size() / 2)};
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{20}, whole.size() / 2, whole.size() - 20, whole.size() - 1}) {
    damaged.push_back(whole);
    damaged.back()[at] = static_cast<char>(damaged.back()[at] ^ 4);
  }
  for (const std::string& bytes : damaged) {
    test::put_file(path, bytes);
    CAPTURE(bytes.size());
    REQUIRE(same(cached_samples(asked.request(), folder.path().string()), drawn));
    REQUIRE((test::read_file(path) == whole));
  }
}

TEST_CASE("The file of another request is not taken", "[learning][samples][cache]") {
  const test::Scratch folder;
  const test::Scratch elsewhere;
  const Asked asked;
  Asked other;
  other.seed = 2;
  const SampleSet drawn = cached_samples(asked.request(), folder.path().string());
  static_cast<void>(cached_samples(other.request(), elsewhere.path().string()));
  const std::string path = files_in(folder).front();
  const std::string whole = test::read_file(path);
  test::put_file(path, test::read_file(files_in(elsewhere).front()));
  REQUIRE(same(cached_samples(asked.request(), folder.path().string()), drawn));
  REQUIRE((test::read_file(path) == whole));
}

TEST_CASE("The folder of samples is made when it is needed", "[learning][samples][cache]") {
  const test::Scratch folder;
  const Asked asked;
  static_cast<void>(cached_samples(asked.request(), folder / "a/b"));
  REQUIRE(std::filesystem::is_directory(folder / "a/b"));
}

TEST_CASE("The most frequent optima come first, and equals in lexicographic order",
          "[learning][samples]") {
  const Placement a{0, 0};
  const Placement b{0, 2};
  const Placement c{2, 1};
  const SampleSet samples = with_optima({c, b, c, a, b, Placement{1, 1}});
  REQUIRE(frequent_placements(samples, 10) == std::vector<Placement>{b, c, a, Placement{1, 1}});
  REQUIRE(frequent_placements(samples, 3) == std::vector<Placement>{b, c, a});
  REQUIRE(frequent_placements(samples, 1) == std::vector<Placement>{b});
}

}  // namespace mec::learning
