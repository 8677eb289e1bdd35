#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "core/errors.hpp"
#include "policies/learning/features/chain_fit.hpp"
#include "policies/learning/inference/decider.hpp"
#include "policies/learning/inference/decode.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_models.hpp"

namespace mec::learning {

namespace {

constexpr std::array<HeadKind, 4> kHeads = {HeadKind::per_subtask, HeadKind::joint, HeadKind::plan,
                                            HeadKind::crf};
constexpr std::array<WeightPrecision, 3> kPrecisions = {
    WeightPrecision::fp32, WeightPrecision::fp16, WeightPrecision::int8};

struct Problem {
  ChainTask task;
  SystemState state;
  [[nodiscard]] DecisionRequest request() const { return {task.view(), state, state.seconds()}; }
};

std::vector<Problem> paper_problems(RandomEngine& random, std::size_t count,
                                    std::size_t subtasks = 6) {
  std::vector<Problem> problems;
  problems.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    problems.push_back(
        {test::paper_task(random, subtasks), SystemState(test::paper_state(random))});
  }
  return problems;
}

std::vector<DecisionRequest> requests_of(const std::vector<Problem>& problems) {
  std::vector<DecisionRequest> requests;
  requests.reserve(problems.size());
  for (const Problem& problem : problems) {
    requests.push_back(problem.request());
  }
  return requests;
}

Model model_of(RandomEngine& random, HeadKind head, FeatureKind kind = FeatureKind::time) {
  return test::drawn_model(random, head, {kind, 6, false}, {32, 32}, 50);
}

// The scores, by the portable kernel and the features' definition.
std::vector<float> scores_of(const Model& model, const DecisionRequest& request) {
  FusedNetwork network(model.networks, model.normalisation, WeightPrecision::fp32, {}, {},
                       NetworkKernel::portable);
  std::vector<float> features(model.features.size());
  extract_features(model.features, request, features);
  std::vector<float> scores(network.outputs());
  network.run(features.data(), scores.data());
  return scores;
}

Placement nth_placement(std::size_t code, std::size_t subtasks) {
  Placement placement(subtasks);
  for (SiteIndex& site : placement) {
    site = static_cast<SiteIndex>(code % 3);
    code /= 3;
  }
  return placement;
}

double crf_score(const float* scores, const Placement& placement) {
  const std::size_t n = placement.size();
  double sum = 0.0;
  for (std::size_t t = 0; t < n; ++t) {
    sum += static_cast<double>(scores[3 * t + placement[t]]);
    if (t + 1 < n) {
      const auto pair = static_cast<std::size_t>(3 * placement[t] + placement[t + 1]);
      sum += static_cast<double>(scores[3 * n + 9 * t + pair]);
    }
  }
  return sum;
}

// Of all placements; among equals the first when read from the last subtask to the first.
Placement best_chain(const float* scores, std::size_t subtasks) {
  Placement best;
  double most = -std::numeric_limits<double>::infinity();
  const auto total = static_cast<std::size_t>(std::pow(3.0, static_cast<double>(subtasks)));
  for (std::size_t code = 0; code < total; ++code) {  // the last subtask's digit is the highest
    const Placement placement = nth_placement(code, subtasks);
    const double score = crf_score(scores, placement);
    if (score > most) {
      most = score;
      best = placement;
    }
  }
  return best;
}

std::size_t first_greatest(const float* scores, std::size_t count) {
  return static_cast<std::size_t>(std::max_element(scores, scores + count) - scores);
}

// By each head's definition in model.hpp.
Placement brute_force(const Model& model, const DecisionRequest& request) {
  const std::vector<float> scores = scores_of(model, request);
  if (model.head == HeadKind::plan) {
    return model.plans[first_greatest(scores.data(), scores.size())];
  }
  if (model.head == HeadKind::crf) {
    return best_chain(scores.data(), 6);
  }
  Placement placement(6);
  for (std::size_t t = 0; t < 6; ++t) {
    placement[t] = static_cast<SiteIndex>(first_greatest(scores.data() + 3 * t, 3));
  }
  return placement;
}

}  // namespace

TEST_CASE("A decider chooses what its head's definition says", "[learning][decider]") {
  RandomEngine random = test::engine("decider, heads");
  const std::vector<Problem> problems = paper_problems(random, 100);
  for (const HeadKind head : kHeads) {
    for (const FeatureKind kind : {FeatureKind::time, FeatureKind::raw, FeatureKind::cost}) {
      const Model model = model_of(random, head, kind);
      for (const NetworkKernel kernel : supported_network_kernels()) {
        Decider decider(model, WeightPrecision::fp32, kernel);
        for (const Problem& problem : problems) {
          CAPTURE(name_of(head), name_of(kind), static_cast<int>(kernel));
          REQUIRE(decider.decide(problem.request()) == brute_force(model, problem.request()));
        }
      }
    }
  }
}

TEST_CASE("Viterbi finds the greatest sum, ties from the back to the lowest site",
          "[learning][decider]") {
  RandomEngine random = test::engine("decider, viterbi");
  for (std::size_t n = 1; n <= 7; ++n) {
    ChainDecoder decoder(n);
    for (int round = 0; round < 50; ++round) {
      // Small whole numbers: sums are exact, and most of them tie.
      std::vector<float> scores(3 * n + 9 * (n - 1));
      for (float& score : scores) {
        score = static_cast<float>(test::index_below(random, 3));
      }
      Placement sites(n);
      decoder.decode(scores.data(), {sites.data(), n});
      CAPTURE(n, round);
      REQUIRE(sites == best_chain(scores.data(), n));
    }
  }
}

TEST_CASE("Equal scores go to the lowest site", "[learning][decider]") {
  const std::vector<float> scores = {1, 1, 1, 0, 2, 2, 2, 1, 2, 0, 0, 1};
  Placement sites(4);
  decode_sites(scores.data(), {sites.data(), 4});
  REQUIRE(sites == Placement{0, 1, 0, 2});
}

TEST_CASE("All kernels find the first of the greatest scores", "[learning][decider]") {
  RandomEngine random = test::engine("decider, argmax");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const NetworkKernel kernel : supported_network_kernels()) {
    const ArgmaxFunction argmax = argmax_function(kernel);
    for (std::size_t count = 1; count < 200; ++count) {
      std::vector<float> scores(count);
      for (float& score : scores) {
        score = -static_cast<float>(test::index_below(random, 9));
      }
      CAPTURE(static_cast<int>(kernel), count);
      REQUIRE(argmax(scores.data(), count) == first_greatest(scores.data(), count));
      const std::size_t place = test::index_below(random, count);
      std::vector<float> hidden(count, nan);
      REQUIRE(argmax(hidden.data(), count) == 0);
      hidden[place] = -infinity;
      REQUIRE(argmax(hidden.data(), count) == place);
      hidden[place] = -3.0F;
      REQUIRE(argmax(hidden.data(), count) == place);
    }
  }
}

TEST_CASE("A batch decides as one by one, lengths mixed", "[learning][decider]") {
  RandomEngine random = test::engine("decider, batch");
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < 1000; ++i) {
    const std::size_t subtasks = i % 3 == 0 ? test::index_below(random, 25) : 6;
    problems.push_back(
        {test::paper_task(random, subtasks), SystemState(test::paper_state(random))});
  }
  const std::vector<DecisionRequest> requests = requests_of(problems);
  for (const HeadKind head : kHeads) {
    const Model model = model_of(random, head);
    for (const WeightPrecision precision : kPrecisions) {
      Decider portable(model, precision, NetworkKernel::portable);
      std::vector<Placement> expected;
      for (const DecisionRequest& request : requests) {
        expected.push_back(portable.decide(request));
        REQUIRE(expected.back().size() == request.task.size());
      }
      for (const NetworkKernel kernel : supported_network_kernels()) {
        Decider decider(model, precision, kernel);
        for (const std::size_t count : {0U, 1U, 2U, 48U, 1000U}) {
          std::vector<Placement> placements(count, Placement{7, 7});
          decider.decide_batch({requests.data(), count}, placements);
          CAPTURE(name_of(head), static_cast<int>(precision), static_cast<int>(kernel), count);
          REQUIRE(std::equal(placements.begin(), placements.end(), expected.begin()));
        }
        REQUIRE(decider.decide(requests[0]) == expected[0]);
      }
    }
  }
}

TEST_CASE("A task of another length is decided as the fitted one, and expanded",
          "[learning][decider]") {
  RandomEngine random = test::engine("decider, fitted");
  const Model model = model_of(random, HeadKind::plan);
  Decider decider(model, WeightPrecision::fp32);
  for (const std::size_t subtasks : {1U, 2U, 5U, 7U, 13U, 40U}) {
    const Problem problem{test::paper_task(random, subtasks),
                          SystemState(test::paper_state(random))};
    ChainFit fit;
    fit.fit(problem.task.view(), 6);
    const Placement fitted = decider.decide({fit.fitted(), problem.state, problem.state.seconds()});
    Placement expected;
    fit.expand(view(fitted), expected);
    CAPTURE(subtasks);
    REQUIRE(decider.decide(problem.request()) == expected);
  }
  const Problem nothing{test::chain({}, {1e6}), SystemState(test::paper_state(random))};
  REQUIRE(decider.decide(nothing.request()).empty());
}

TEST_CASE("Eight-bit deciders agree with single precision, whether ranges are known or not",
          "[learning][decider]") {
  RandomEngine random = test::engine("decider, int8");
  const std::vector<Problem> problems = paper_problems(random, 2000);
  for (const bool known : {false, true}) {
    for (const FeatureKind kind : {FeatureKind::time, FeatureKind::raw}) {
      Model model = model_of(random, HeadKind::plan, kind);
      const std::size_t size = model.features.size();
      if (known) {  // raw features are in (0, 10]
        model.feature_low = std::vector<float>(size, 0.0F);
        model.feature_high = std::vector<float>(size, 10.0F);
      } else {  // standardised, as a trainer does: uniform on (0, 10] has deviation 10 / sqrt(12)
        model.normalisation = {std::vector<float>(size, 3.0F), std::vector<float>(size, 0.4F)};
      }
      Decider single(model, WeightPrecision::fp32);
      Decider integer(model, WeightPrecision::int8);
      std::size_t agree = 0;
      for (const Problem& problem : problems) {
        agree += single.decide(problem.request()) == integer.decide(problem.request()) ? 1U : 0U;
      }
      CAPTURE(known, name_of(kind), agree);
      REQUIRE(agree > 97 * problems.size() / 100);
    }
  }
}

TEST_CASE("A decider names the heads that it cannot use", "[learning][decider]") {
  RandomEngine random = test::engine("decider, heads refused");
  for (const HeadKind head : {HeadKind::value, HeadKind::step}) {
    const Model model = model_of(random, head);
    REQUIRE_THROWS_AS(Decider(model, WeightPrecision::fp32), UserError);
    REQUIRE_THROWS_WITH(Decider(model, WeightPrecision::fp32),
                        "a model with head " + std::string(name_of(head)) +
                            " scores placements one by one; expected head per-subtask, joint, "
                            "plan or crf");
  }
  Model broken = model_of(random, HeadKind::joint);
  broken.networks[0].layers.pop_back();
  REQUIRE_THROWS_AS(Decider(broken, WeightPrecision::fp32), UserError);
}

TEST_CASE("A decider needs three sites", "[learning][decider]") {
  RandomEngine random = test::engine("decider, sites");
  Decider decider(model_of(random, HeadKind::plan), WeightPrecision::fp32);
  const Problem problem{test::paper_task(random),
                        test::random_state(random, test::line_topology(4))};
  const DecisionRequest request = problem.request();
  std::vector<Placement> placements(1);
  const std::string message =
      "a learned model needs three sites (device, edge, cloud); this state has 4";
  REQUIRE_THROWS_AS(decider.decide(request), UserError);
  REQUIRE_THROWS_WITH(decider.decide(request), message);
  REQUIRE_THROWS_WITH(decider.decide_batch({&request, 1}, placements), message);
  placements.resize(2);
  REQUIRE_THROWS_WITH(decider.decide_batch({&request, 1}, placements),
                      "2 placements for 1 requests");
}

TEST_CASE("A moved decider decides on", "[learning][decider]") {
  RandomEngine random = test::engine("decider, moved");
  const Problem problem = paper_problems(random, 1)[0];
  Decider first(model_of(random, HeadKind::plan), WeightPrecision::fp32);
  const Placement expected = first.decide(problem.request());
  Decider second(std::move(first));
  REQUIRE(second.decide(problem.request()) == expected);
  REQUIRE(second.model().head == HeadKind::plan);
}

}  // namespace mec::learning
