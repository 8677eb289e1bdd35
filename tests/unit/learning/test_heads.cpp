// Every head against enumeration of all 3^n placements (distribution_reference.hpp).
#include <cmath>

#include "policies/learning/training/head.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/distribution_reference.hpp"

namespace mec::learning {

namespace {

using test::Enumerated;
using test::HeadCase;
using test::require_close;

constexpr double kTolerance = test::kHeadTolerance;
constexpr double kTemperatures[] = {0.5, 1.0, 5.0};

// What a student of this kind makes of a distribution: events of the same form as its scores.
std::vector<double> expected_target(const HeadCase& student, const Enumerated& teacher) {
  if (student.kind != HeadKind::plan) {
    std::vector<double> target = teacher.marginals();
    target.resize(student.head()->outputs());
    return target;
  }
  std::vector<double> target;
  double sum = 0.0;
  for (const Placement& plan : student.plans) {
    target.push_back(teacher.mean([&](const Placement& p) { return p == plan ? 1.0 : 0.0; }));
    sum += target.back();
  }
  for (double& value : target) {
    value /= sum;
  }
  return target;
}

// Cross-entropy of a tempered distribution from another one over whole placements.
double cross_entropy(const HeadCase& head, const std::vector<double>& scores, double temperature,
                     const Enumerated& target) {
  const Enumerated own = enumerate(head, scores, temperature);
  return -target.mean([&](const Placement& placement) {
    return test::score_of(head, scores, placement) / temperature - own.log_sum;
  });
}

// Relative cost of a placement, each part capped at ten optima. The parts: for plans the whole; for
// the others what a subtask costs with the flow from or to the device, and the flows between.
double capped_cost(const HeadCase& head, const SampleCosts& costs, double optimum,
                   const Placement& placement) {
  if (head.kind == HeadKind::plan) {
    return std::min(costs.total(view(placement)) / optimum, 10.0);
  }
  const std::size_t n = costs.subtasks();
  double sum = 0.0;
  for (std::size_t t = 0; t < n; ++t) {
    double part = costs.compute(t, placement[t]);
    part += t == 0 ? costs.transfer(0, kDevice, placement[0]) : 0.0;
    part += t + 1 == n ? costs.transfer(n, placement[t], kDevice) : 0.0;
    sum += std::min(part / optimum, 10.0);
    if (t > 0) {
      sum += std::min(costs.transfer(t, placement[t - 1], placement[t]) / optimum, 10.0);
    }
  }
  return sum;
}

std::vector<SiteIndex> decoded(const Head& head, const std::vector<float>& scores,
                               std::size_t subtasks) {
  std::vector<SiteIndex> sites(subtasks, 9);
  head.decode(scores, sites);
  return sites;
}

std::vector<SiteIndex> sites_of(PlacementView placement) {
  return {placement.begin(), placement.end()};
}

// Of two subtasks: 1 on the device, 2 or 3 elsewhere; a flow costs 4 between device and edge, 5
// between edge and cloud, 9 between device and cloud.
SampleSet two_subtasks() {
  SampleSet samples;
  samples.schema.subtasks = 2;
  samples.count = 1;
  samples.work = {1, 1};
  samples.data = {1, 1, 1};
  samples.costs = {1, 2, 3, 0, 4, 9, 4, 0, 5, 9, 5, 0};
  samples.optimal_cost = {2};
  samples.optimal = {kDevice, kDevice};
  return samples;
}

}  // namespace

TEST_CASE("A head's score and marginals are those of its placements", "[learning][head]") {
  RandomEngine random = test::engine("head: marginals");
  const double most = GENERATE(3.0, 50.0, 1000.0);
  for (std::size_t n = 1; n <= 4; ++n) {
    for (const HeadCase& tried : test::every_head(n, random)) {
      const auto head = tried.head();
      const std::vector<float> scores = test::drawn_scores(random, head->outputs(), most);
      const std::vector<double> exact = test::doubles(scores);
      CAPTURE(n, most, name_of(tried.kind));
      for (const Placement& placement : test::all_placements(n)) {
        REQUIRE(head->score(scores, view(placement)) == test::score_of(tried, exact, placement));
      }
      for (const double temperature : kTemperatures) {
        std::vector<float> marginals(ChainLayout{n}.size());
        head->marginals(scores, temperature, marginals);
        require_close(marginals, enumerate(tried, exact, temperature).marginals());
      }
    }
  }
}

TEST_CASE("A student's target is the teacher's tempered distribution in the student's events",
          "[learning][head][distillation]") {
  RandomEngine random = test::engine("head: soft targets");
  const double temperature = GENERATE(1.0, 5.0);
  const std::vector<HeadCase> heads = test::every_head(3, random);
  for (const HeadCase& teacher : heads) {
    for (const HeadCase& student : heads) {
      const auto taught = teacher.head();
      const auto learning = student.head();
      const std::vector<float> scores = test::drawn_scores(random, taught->outputs(), 4.0);
      std::vector<float> target(learning->outputs());
      learning->soft_target(*taught, scores, temperature, target);
      CAPTURE(name_of(teacher.kind), name_of(student.kind));
      require_close(
          target, expected_target(student, enumerate(teacher, test::doubles(scores), temperature)));
    }
  }
}

TEST_CASE("A teacher that knows none of the student's plans finds all alike",
          "[learning][head][distillation]") {
  const auto teacher = make_head(HeadKind::plan, 1, {Placement{0}, Placement{1}});
  const auto student = make_head(HeadKind::plan, 1, {Placement{2}});
  std::vector<float> target(1);
  student->soft_target(*teacher, std::vector<float>{3.0F, 1.0F}, 1.0, target);
  REQUIRE(target[0] == 1.0F);
}

TEST_CASE("Softening divides the logarithms by T, as the paper's Section 4 has it",
          "[learning][head][distillation]") {
  // The paper's formula makes (0.79, 0.14, 0.06) and (0.59, 0.25, 0.16) of its printed label
  // (0.999, 2e-4, 3e-6). The softened labels that it prints beside it are those of (0.999, 2e-3,
  // 3e-5).
  const auto head = make_head(HeadKind::plan, 1, test::all_placements(1));
  const auto soften = [&](const std::vector<double>& label, double temperature) {
    std::vector<float> scores(label.size());
    std::transform(label.begin(), label.end(), scores.begin(),
                   [](double p) { return static_cast<float>(std::log(p)); });
    std::vector<float> target(3);
    head->soft_target(*head, scores, temperature, target);
    return target;
  };
  constexpr double kPrinted = 0.005;  // two digits
  require_close(soften({0.999, 2e-3, 3e-5}, 5.0), {0.71, 0.20, 0.09}, kPrinted);
  require_close(soften({0.999, 2e-3, 3e-5}, 10.0), {0.53, 0.28, 0.19}, kPrinted);
  require_close(soften({0.999, 2e-4, 3e-6}, 5.0), {0.7932045, 0.1444369, 0.0623586});
  require_close(soften({0.999, 2e-4, 3e-6}, 10.0), {0.5857857, 0.2499685, 0.1642458});
  require_close(soften({0.9, 0.09, 0.01}, 1.0), {0.9, 0.09, 0.01});
}

TEST_CASE("The cross-entropy and its slopes are those over all placements", "[learning][head]") {
  // Slopes are a difference of two probabilities over the temperature, times the weight.
  RandomEngine random = test::engine("head: cross-entropy");
  for (std::size_t n = 1; n <= 3; ++n) {
    for (const HeadCase& tried : test::every_head(n, random)) {
      for (const double temperature : kTemperatures) {
        const auto head = tried.head();
        const std::vector<float> of_teacher = test::drawn_scores(random, head->outputs(), 3.0);
        const Enumerated target = enumerate(tried, test::doubles(of_teacher), 2.0);
        std::vector<float> events(head->outputs());
        head->soft_target(*head, of_teacher, 2.0, events);
        const std::vector<float> scores = test::drawn_scores(random, head->outputs(), 4.0);
        const std::vector<double> exact = test::doubles(scores);
        const auto loss = [&](const std::vector<double>& s) {
          return cross_entropy(tried, s, temperature, target);
        };
        std::vector<float> gradient(head->outputs(), 0.25F);  // it is added to
        CAPTURE(n, name_of(tried.kind), temperature);
        // Targets are right to 5e-6; each is multiplied by a score of at most 4 over 0.5.
        REQUIRE(head->cross_entropy(scores, events, temperature, 0.5, gradient) ==
                Approx(loss(exact)).margin(4.0 / 0.5 * kTolerance * 9.0));
        std::vector<double> expected = test::slopes(loss, exact);
        std::transform(expected.begin(), expected.end(), expected.begin(),
                       [](double slope) { return 0.25 + 0.5 * slope; });
        require_close(gradient, expected, 2.0 * kTolerance);
      }
    }
  }
}

TEST_CASE("A head that is sure of the hard target has no loss, and no slope", "[learning][head]") {
  RandomEngine random = test::engine("head: hard");
  const SampleSet samples = test::paper_samples(3, 20);
  for (const HeadCase& tried : test::every_head(3, random)) {
    const auto head = tried.head();
    for (std::size_t i = 0; i < samples.count; ++i) {
      std::vector<float> target(head->outputs(), 7.0F);
      head->hard_target(SampleCosts(samples, i), samples.optimal_of(i), target);
      std::vector<float> scores = target;
      std::transform(scores.begin(), scores.end(), scores.begin(), [](float x) { return 90 * x; });
      std::vector<float> gradient(head->outputs(), 0.0F);
      CAPTURE(name_of(tried.kind), i);
      REQUIRE(head->cross_entropy(scores, target, 1.0, 1.0, gradient) == Approx(0.0).margin(1e-6));
      require_close(gradient, std::vector<double>(gradient.size(), 0.0));
      if (tried.kind != HeadKind::plan) {  // a plan head may not know the optimum
        REQUIRE(decoded(*head, target, 3) == sites_of(samples.optimal_of(i)));
      }
    }
  }
}

TEST_CASE("Losses of scores far apart are numbers, and so are their slopes", "[learning][head]") {
  RandomEngine random = test::engine("head: far apart");
  const SampleSet samples = test::paper_samples(4, 5);
  const double most = GENERATE(50.0, 1000.0, 1e30);
  for (const HeadCase& tried : test::every_head(4, random)) {
    const auto head = tried.head();
    for (std::size_t i = 0; i < samples.count; ++i) {
      const std::vector<float> scores = test::drawn_scores(random, head->outputs(), most);
      std::vector<float> target(head->outputs());
      std::vector<float> gradient(head->outputs(), 0.0F);
      const SampleCosts costs(samples, i);
      head->hard_target(costs, samples.optimal_of(i), target);
      CAPTURE(name_of(tried.kind), most);
      // Sums of 1e30 with 53 bits: the loss may be wrong by 1e15, below 0 too.
      REQUIRE(head->cross_entropy(scores, target, 1.0, 1.0, gradient) >= -1e-15 * most);
      REQUIRE(std::isfinite(head->cross_entropy(scores, target, 5.0, 1.0, gradient)));
      REQUIRE(head->regret(scores, costs, samples.optimal_cost[i], 1.0, gradient) >= -kTolerance);
      REQUIRE(
          std::all_of(gradient.begin(), gradient.end(), [](float x) { return std::isfinite(x); }));
    }
  }
}

TEST_CASE("The expected relative cost and its slopes are those over all placements",
          "[learning][head]") {
  RandomEngine random = test::engine("head: regret");
  const SampleSet samples = test::paper_samples(3, 8);
  for (const HeadCase& tried : test::every_head(3, random)) {
    const auto head = tried.head();
    for (std::size_t i = 0; i < samples.count; ++i) {
      const SampleCosts costs(samples, i);
      // The smaller the optimum is taken to be, the more parts meet the cap.
      const double optimum = samples.optimal_cost[i] * (i % 2 == 0 ? 1.0 : 0.1);
      const std::vector<float> scores = test::drawn_scores(random, head->outputs(), 3.0);
      const std::vector<double> exact = test::doubles(scores);
      const auto regret = [&](const std::vector<double>& s) {
        return enumerate(tried, s, 1.0).mean([&](const Placement& placement) {
          return capped_cost(tried, costs, optimum, placement);
        }) - 1.0;
      };
      std::vector<float> gradient(head->outputs(), 0.25F);
      CAPTURE(name_of(tried.kind), i);
      // Five parts of at most 10.
      REQUIRE(head->regret(scores, costs, optimum, 0.5, gradient) ==
              Approx(regret(exact)).margin(50.0 * kTolerance));
      std::vector<double> expected = test::slopes(regret, exact);
      std::transform(expected.begin(), expected.end(), expected.begin(),
                     [](double slope) { return 0.25 + 0.5 * slope; });
      require_close(gradient, expected, 50.0 * kTolerance);
    }
  }
}

TEST_CASE("Where the optimum is nothing there is no relative cost", "[learning][head]") {
  RandomEngine random = test::engine("head: no optimum");
  const SampleSet samples = two_subtasks();
  for (const HeadCase& tried : test::every_head(2, random)) {
    const auto head = tried.head();
    std::vector<float> gradient(head->outputs(), 0.0F);
    const std::vector<float> scores = test::drawn_scores(random, head->outputs(), 3.0);
    REQUIRE(head->regret(scores, SampleCosts(samples, 0), 0.0, 1.0, gradient) == 0.0);
    REQUIRE(gradient == std::vector<float>(head->outputs(), 0.0F));
  }
}

TEST_CASE("A plan head that does not list the optimum takes the cheapest that it lists",
          "[learning][head]") {
  // Costs: 11: 4 + 2 + 2 + 4 = 12; 22: 9 + 3 + 3 + 9 = 24; 10: 4 + 2 + 4 + 1 = 11; 00: 2.
  const SampleSet samples = two_subtasks();
  const SampleCosts costs(samples, 0);
  const auto target_of = [&](const std::vector<Placement>& plans) {
    std::vector<float> target(plans.size(), 7.0F);
    make_head(HeadKind::plan, 2, plans)->hard_target(costs, samples.optimal_of(0), target);
    return target;
  };
  REQUIRE(target_of({{1, 1}, {2, 2}, {1, 0}}) == std::vector<float>{0, 0, 1});
  REQUIRE(target_of({{2, 2}, {1, 1}}) == std::vector<float>{0, 1});
  REQUIRE(target_of({{1, 1}, {0, 0}, {1, 0}}) == std::vector<float>{0, 1, 0});
}

TEST_CASE("A head decides for the placement of the greatest score", "[learning][head]") {
  RandomEngine random = test::engine("head: decode");
  for (std::size_t n = 1; n <= 4; ++n) {
    for (const HeadCase& tried : test::every_head(n, random)) {
      const auto head = tried.head();
      for (int i = 0; i < 20; ++i) {
        const std::vector<float> scores = test::drawn_scores(random, head->outputs(), 4.0);
        const std::vector<SiteIndex> sites = decoded(*head, scores, n);
        const Placement chosen(sites.begin(), sites.end());
        const std::vector<double> exact = test::doubles(scores);
        CAPTURE(n, name_of(tried.kind));
        for (const Placement& other : test::all_placements(n)) {
          REQUIRE(test::score_of(tried, exact, chosen) >=
                  test::score_of(tried, exact, other) - 1e-5);  // Viterbi adds floats
        }
      }
      const std::vector<float> level(head->outputs(), 1.0F);
      const Placement first = tried.plans.empty() ? Placement(n, kDevice) : tried.plans.front();
      REQUIRE(decoded(*head, level, n) == sites_of(view(first)));
    }
  }
}

TEST_CASE("Gibbs scores are the distribution of the true costs", "[learning][head][gibbs]") {
  const SampleSet samples = test::paper_samples(3, 10);
  const HeadCase chain{HeadKind::crf, 3, {}};
  for (std::size_t i = 0; i < samples.count; ++i) {
    const SampleCosts costs(samples, i);
    const double optimum = samples.optimal_cost[i];
    std::vector<float> scores(ChainLayout{3}.size());
    gibbs_scores(costs, optimum, 0.2, scores);
    std::vector<float> marginals(scores.size());
    chain.head()->marginals(scores, 1.0, marginals);
    const Enumerated expected =
        test::enumerate(test::all_placements(3), [&](const Placement& placement) {
          return -costs.total(view(placement)) / (0.2 * optimum);
        });
    // Scores of a few optima over 0.2, as floats, add 6e-8 * 50 to the error.
    require_close(marginals, expected.marginals(), 2.0 * kTolerance);
  }
}

TEST_CASE("Ever colder, the labels of the true costs become the optimum",
          "[learning][head][gibbs]") {
  RandomEngine random = test::engine("head: cold");
  const SampleSet samples = test::paper_samples(3, 20);
  const auto oracle = make_head(HeadKind::crf, 3, {});
  const double temperature = GENERATE(1e-5, 1e-9, 1e-100, 1e-300);
  for (HeadCase tried : test::every_head(3, random)) {
    tried.plans = tried.plans.empty() ? tried.plans : test::all_placements(3);
    const auto head = tried.head();
    for (std::size_t i = 0; i < samples.count; ++i) {
      const SampleCosts costs(samples, i);
      std::vector<float> scores(ChainLayout{3}.size());
      gibbs_scores(costs, samples.optimal_cost[i], temperature, scores);
      std::vector<float> soft(head->outputs());
      std::vector<float> hard(head->outputs());
      head->soft_target(*oracle, scores, 1.0, soft);
      head->hard_target(costs, samples.optimal_of(i), hard);
      CAPTURE(name_of(tried.kind), i, temperature);
      require_close(soft, test::doubles(hard));
    }
  }
}

TEST_CASE("Without an optimum to compare with every placement is as good",
          "[learning][head][gibbs]") {
  const SampleSet samples = two_subtasks();
  std::vector<float> scores(ChainLayout{2}.size(), 7.0F);
  gibbs_scores(SampleCosts(samples, 0), 0.0, 0.02, scores);
  for (const float score : scores) {
    REQUIRE(score == 0.0F);
  }
}

TEST_CASE("The heads of Q-learning are no distributions", "[learning][head]") {
  REQUIRE_THROWS_AS(make_head(HeadKind::value, 3, {}), std::invalid_argument);
  REQUIRE_THROWS_AS(make_head(HeadKind::step, 3, {}), std::invalid_argument);
}

}  // namespace mec::learning
