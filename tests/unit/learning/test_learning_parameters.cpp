#include <limits>

#include "policies/learning/hidden_layers.hpp"
#include "policies/learning/learning_parameters.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/model_support.hpp"
#include "tests/unit/learning/training_support.hpp"

namespace mec::learning {

namespace {

using Widths = std::vector<std::size_t>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Widths hidden(const std::string& text) { return parse_hidden("dil", "hidden", text); }

std::size_t subtasks_of(const Distribution& lengths, const std::string& given = "0") {
  Scenario scenario;
  scenario.task.subtasks = lengths;
  return network_subtasks({{"subtasks", given}}, scenario);
}

FeatureSchema schema_of(const std::string& kind, const Scenario& scenario) {
  return feature_schema({{"subtasks", "0"}, {"eyes", kind}}, "eyes", scenario);
}

}  // namespace

TEST_CASE("Hidden layers are widths, repeated and joined", "[learning][parameters]") {
  REQUIRE(hidden("64x2") == Widths{64, 64});
  REQUIRE(hidden("256-128") == Widths{256, 128});
  REQUIRE(hidden("256-64x2-8") == Widths{256, 64, 64, 8});
  REQUIRE(hidden("1") == Widths{1});
  REQUIRE(hidden("4096x16") == Widths(16, 4096));
  REQUIRE(hidden("007x01") == Widths{7});
}

TEST_CASE("Other words for hidden layers are refused", "[learning][parameters]") {
  for (const char* text : {"",       "x",
                           "x2",     "64x",
                           "64x0",   "0",
                           "0x2",    "4097",
                           "64x17",  "64x16-1",
                           "64-",    "-64",
                           "64--2",  "64,32",
                           "64x2x2", "6.4",
                           "1e2",    " 64",
                           "64 ",    "64X2",
                           "+64",    "99999999999999999999999"}) {
    CAPTURE(text);
    REQUIRE(test::message_of<PolicyError>([&] { return hidden(text); }) ==
            "policy dil: hidden \"" + std::string(text) +
                "\": expected widths of hidden layers, such as 64x2 or 256-128: 1 to 16 layers of "
                "1 to 4096");
  }
}

TEST_CASE("A network is made for the scenario's number of subtasks", "[learning][parameters]") {
  REQUIRE(subtasks_of(Constant{4}) == 4);
  REQUIRE(subtasks_of(Constant{40}) == kMostNetworkSubtasks);
  REQUIRE(subtasks_of(Constant{0.2}) == 1);
  REQUIRE(subtasks_of(Uniform{1, 9}) == 5);
  REQUIRE(subtasks_of(Choice{{2, 4, 100}, {1, 1, 0}}) == 3);
  REQUIRE(subtasks_of(Exponential{3}) == 6);  // no middle: the paper's
  REQUIRE(subtasks_of(TruncatedNormal{5, 1, 0, kInfinity}) == 6);
  REQUIRE(subtasks_of(TruncatedNormal{5, 1, -kInfinity, kInfinity}) == 6);
  REQUIRE(subtasks_of(Constant{4}, "9") == 9);
}

TEST_CASE("Automatic features are times for latency and costs for the rest",
          "[learning][parameters]") {
  Scenario scenario;
  REQUIRE(schema_of("auto", scenario).text() == "time/1 n=6");
  scenario.objective = {2.0, 0.0};  // not seconds
  REQUIRE(schema_of("auto", scenario).text() == "cost/1 n=6");
  scenario.objective = {0.0, 1.0};
  REQUIRE(schema_of("auto", scenario).text() == "cost/1 n=6");
  REQUIRE(schema_of("time", scenario).text() == "time/1 n=6");
  REQUIRE(schema_of("raw", scenario).text() == "raw/1 n=6");
  scenario.objective = {1.0, 0.0};
  REQUIRE(schema_of("cost", scenario).text() == "cost/1 n=6");
}

TEST_CASE("Times of a cloud are seen where it takes some", "[learning][parameters]") {
  Scenario scenario;
  scenario.network.cloud_speed = Uniform{1e9, 2e9};
  REQUIRE(schema_of("auto", scenario).text() == "time/1 n=6 with-cloud");
  REQUIRE(schema_of("raw", scenario).text() == "raw/1 n=6");
  REQUIRE(schema_of("cost", scenario).text() == "cost/1 n=6");
}

TEST_CASE("Samples come from the scenario, or from its training distributions",
          "[learning][parameters]") {
  Scenario scenario = test::paper_tasks(6);
  scenario.training.work = Uniform{500e6, 1500e6};
  scenario.training.b1 = Constant{1e6};
  const Scenario own = sample_scenario({{"samples_from", "scenario"}}, scenario);
  REQUIRE(describe(own.task.work) == describe(scenario.task.work));
  const Scenario training = sample_scenario({{"samples_from", "training"}}, scenario);
  REQUIRE(describe(training.task.work) == describe(Distribution{Uniform{500e6, 1500e6}}));
  REQUIRE(describe(training.network.b1) == describe(Distribution{Constant{1e6}}));
  REQUIRE(describe(training.task.data) == describe(scenario.task.data));
  REQUIRE(describe(training.network.b2) == describe(scenario.network.b2));
}

TEST_CASE("Every training distribution takes the place of the scenario's own",
          "[learning][parameters]") {
  Scenario scenario;
  TrainingModel& t = scenario.training;
  double value = 1.0;
  for (auto* distribution :
       {&t.subtasks, &t.work, &t.data, &t.device_speed, &t.edge_speed, &t.cloud_speed}) {
    *distribution = Constant{value++};
  }
  for (auto* channel : {&t.b1, &t.b2}) {
    *channel = Distribution{Constant{value++}};
  }
  const Scenario r = training_scenario(scenario);
  value = 1.0;
  for (const auto* distribution :
       {&r.task.subtasks, &r.task.work, &r.task.data, &r.network.device_speed,
        &r.network.edge_speed, &r.network.cloud_speed}) {
    REQUIRE(support(*distribution).low == value++);
  }
  for (const auto* channel : {&r.network.b1, &r.network.b2}) {
    REQUIRE(mean_rate(*channel).value() == value++);
  }
}

TEST_CASE("Checked parameters are read as what they are", "[learning][parameters]") {
  const PolicyParameters parameters = {
      {"a", "9007199254740992"}, {"b", "2.5e-3"}, {"arithmetic", "fast"}, {"weights", "fp16"}};
  REQUIRE(whole(parameters, "a") == 9007199254740992U);
  REQUIRE(number(parameters, "b") == 2.5e-3);
  REQUIRE(arithmetic(parameters) == Arithmetic::fast);
  REQUIRE(arithmetic({{"arithmetic", "reproducible"}}) == Arithmetic::reproducible);
  REQUIRE(weight_precision(parameters) == WeightPrecision::fp16);
  REQUIRE(weight_precision({{"weights", "int8"}}) == WeightPrecision::int8);
  REQUIRE(weight_precision({{"weights", "fp32"}}) == WeightPrecision::fp32);
}

}  // namespace mec::learning
