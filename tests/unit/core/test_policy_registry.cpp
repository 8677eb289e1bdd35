#include <memory>
#include <stdexcept>

#include "core/policy.hpp"
#include "tests/catch.hpp"

namespace mec {

namespace {

// Tells what it was built from: nothing else.
struct Built {
  PolicyParameters parameters;
  std::uint64_t first_draw = 0;
  std::size_t sites = 0;
};

class NoPolicy final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    return Placement(request.task.size(), kDevice);
  }
};

PolicyEntry plain(const char* name) {
  return {name, "a policy", "no paper", {}, [](const PolicyContext&) {
            return std::make_unique<NoPolicy>();
          }};
}

// With a parameter of each type.
PolicyEntry tuned(Built& built) {
  using Type = PolicyParameter::Type;
  PolicyEntry entry = plain("tuned");
  entry.parameters = {{"mode", Type::text, "fast", "how", {"fast", "slow"}},
                      {"model", Type::text, "", "any text", {}},
                      {"weight", Type::number, "0.5", "share", {}, 0.0, 1.0},
                      {"slots", Type::integer, "10", "history", {}, 1.0}};
  entry.make = [&built](const PolicyContext& context) {
    RandomEngine random = context.random;
    built = {context.parameters, random(), context.sites};
    return std::make_unique<NoPolicy>();
  };
  return entry;
}

PolicyRegistry registry(Built& built) {
  PolicyRegistry all;
  all.add(plain("local"));
  all.add(plain("greedy"));
  all.add(tuned(built));
  return all;
}

}  // namespace

TEST_CASE("A second policy of one name is a programmer's fault", "[core][registry]") {
  PolicyRegistry all;
  all.add(plain("local"));
  REQUIRE_THROWS_AS(all.add(plain("local")), std::logic_error);
  REQUIRE_THROWS_WITH(all.add(plain("local")), "policy local is registered twice");
}

TEST_CASE("Policies keep the order in which they were added", "[core][registry]") {
  Built built;
  const PolicyRegistry all = registry(built);
  REQUIRE(all.entries().size() == 3);
  REQUIRE(all.position("local") == 0);
  REQUIRE(all.position("tuned") == 2);
  REQUIRE(all.find("greedy").name == "greedy");
}

TEST_CASE("An unknown policy lists the known ones and the nearest", "[core][registry]") {
  Built built;
  const PolicyRegistry all = registry(built);
  REQUIRE_THROWS_AS(all.find("gredy"), PolicyError);
  REQUIRE_THROWS_WITH(
      all.find("gredy"),
      "unknown policy \"gredy\"; expected one of local, greedy, tuned; did you mean \"greedy\"?");
  REQUIRE_THROWS_WITH(all.find("quantum"),
                      "unknown policy \"quantum\"; expected one of local, greedy, tuned");
  REQUIRE_THROWS_AS(all.make({"", {}}, RandomStreams(1, 0), 3), PolicyError);
}

TEST_CASE("Parameters that are not given take their defaults", "[core][registry]") {
  Built built;
  const PolicyRegistry all = registry(built);
  REQUIRE(all.resolve({"local", {}}) == PolicyParameters{{"at", "scenario"}, {"label", ""}});
  REQUIRE(all.resolve({"tuned", {{"mode", "slow"}, {"weight", "1"}}}) ==
          PolicyParameters{{"at", "scenario"},
                           {"label", ""},
                           {"mode", "slow"},
                           {"model", ""},
                           {"slots", "10"},
                           {"weight", "1"}});
}

TEST_CASE("A parameter that a policy does not have is refused", "[core][registry]") {
  Built built;
  const PolicyRegistry all = registry(built);
  REQUIRE_THROWS_WITH(all.resolve({"tuned", {{"mod", "slow"}}}),
                      "policy tuned has no parameter \"mod\"; expected one of mode, model, weight, "
                      "slots, at, label; did you mean \"mode\"?");
  REQUIRE_THROWS_WITH(all.resolve({"local", {{"mode", "slow"}}}),
                      "policy local has no parameter \"mode\"; expected one of at, label");
}

TEST_CASE("A parameter out of its choices or range is refused", "[core][registry]") {
  Built built;
  const PolicyRegistry all = registry(built);
  const auto refusal = [&all](const char* name, const char* value) -> std::string {
    try {
      static_cast<void>(all.resolve({"tuned", {{name, value}}}));
    } catch (const PolicyError& error) {
      return error.what();
    }
    return "accepted";
  };
  REQUIRE(refusal("mode", "fats") ==
          "policy tuned: mode \"fats\": expected one of fast, slow; did you mean \"fast\"?");
  REQUIRE(refusal("weight", "2") == "policy tuned: weight \"2\": expected a number from 0 to 1");
  REQUIRE(refusal("weight", "half") ==
          "policy tuned: weight \"half\": expected a number from 0 to 1");
  REQUIRE(refusal("weight", "nan") ==
          "policy tuned: weight \"nan\": expected a number from 0 to 1");
  REQUIRE(refusal("slots", "0") ==
          "policy tuned: slots \"0\": expected a whole number of at least 1");
  REQUIRE(refusal("slots", "2.5") ==
          "policy tuned: slots \"2.5\": expected a whole number of at least 1");
  REQUIRE(refusal("slots", "inf") ==
          "policy tuned: slots \"inf\": expected a whole number of at least 1");
  REQUIRE(refusal("slots", "12") == "accepted");
  REQUIRE(refusal("weight", "0.25") == "accepted");
  REQUIRE(refusal("model", "anything at all") == "accepted");
}

TEST_CASE("A policy is built from complete parameters and a stream named after it",
          "[core][registry]") {
  Built built;
  const PolicyRegistry all = registry(built);
  const RandomStreams streams(5, 2);
  REQUIRE(all.make({"tuned", {{"slots", "3"}}}, streams, 4) != nullptr);
  REQUIRE(built.parameters ==
          PolicyParameters{{"mode", "fast"}, {"model", ""}, {"slots", "3"}, {"weight", "0.5"}});
  REQUIRE(built.sites == 4);
  REQUIRE(built.first_draw == streams.stream("policy.tuned")());
}

TEST_CASE("Every policy can be deployed on a site of its own", "[core][registry][deployment]") {
  Built built;
  const PolicyRegistry all = registry(built);
  REQUIRE(all.resolve({"local", {{"at", "edge"}}}) ==
          PolicyParameters{{"at", "edge"}, {"label", ""}});
  REQUIRE_THROWS_WITH(
      all.resolve({"local", {{"at", "egde"}}}),
      "policy local: at \"egde\": expected one of scenario, device, edge, cloud; did "
      "you mean \"edge\"?");
  REQUIRE(deployment_site({"local", {}}, kCloud) == kCloud);
  REQUIRE(deployment_site({"local", {{"at", "scenario"}}}, kEdge) == kEdge);
  REQUIRE(deployment_site({"local", {{"at", "device"}}}, kEdge) == kDevice);
  REQUIRE(deployment_site({"local", {{"at", "edge"}}}, kDevice) == kEdge);
  REQUIRE(deployment_site({"local", {{"at", "cloud"}}}, kDevice) == kCloud);
  REQUIRE(without_deployment({"tuned", {{"at", "edge"}, {"slots", "3"}}}).parameters ==
          PolicyParameters{{"slots", "3"}});
}

TEST_CASE("Where a policy is deployed changes neither what it is nor what it draws",
          "[core][registry][deployment]") {
  Built built;
  const PolicyRegistry all = registry(built);
  const RandomStreams streams(5, 2);
  REQUIRE(all.make({"tuned", {}}, streams, 3) != nullptr);
  const Built anywhere = built;
  REQUIRE(all.make({"tuned", {{"at", "cloud"}}}, streams, 3) != nullptr);
  REQUIRE(built.parameters == anywhere.parameters);
  REQUIRE(built.first_draw == anywhere.first_draw);
  REQUIRE_FALSE(built.parameters.contains("at"));
}

TEST_CASE("No policy has a parameter `at` of its own", "[core][registry][deployment]") {
  PolicyRegistry all;
  PolicyEntry entry = plain("placed");
  entry.parameters = {{"at", PolicyParameter::Type::text, "home", "where", {}}};
  REQUIRE_THROWS_WITH(all.add(entry),
                      "policy placed: every policy has the parameter \"at\" as it is");
  REQUIRE(all.entries().empty());
}

TEST_CASE("A policy is prepared from its own parameters, and stays where it is deployed",
          "[core][registry][preparation]") {
  Built built;
  PolicyRegistry all = registry(built);
  PolicyEntry entry = tuned(built);
  entry.name = "learner";
  PolicyParameters seen;
  entry.prepare = [&seen](const PreparationContext& context) {
    seen = context.parameters;
    PolicyParameters ready = context.parameters;
    ready[kModelParameter] = context.cache + "/learner";
    return ready;
  };
  all.add(entry);
  PreparationObserver observer;
  const std::atomic<bool> stop{false};
  const auto prepare = [&](const PolicySpec& spec) {
    return all.prepare(spec, Scenario{}, nullptr, "cache", observer, stop);
  };
  const PolicySpec ready = prepare({"learner", {{"at", "edge"}, {"slots", "3"}}});
  REQUIRE(seen ==
          PolicyParameters{{"mode", "fast"}, {"model", ""}, {"slots", "3"}, {"weight", "0.5"}});
  REQUIRE(ready.name == "learner");
  REQUIRE(ready.parameters == PolicyParameters{{"at", "edge"},
                                               {"mode", "fast"},
                                               {"model", "cache/learner"},
                                               {"slots", "3"},
                                               {"weight", "0.5"}});
  REQUIRE_FALSE(prepare({"learner", {}}).parameters.contains("at"));
  // What does not learn stays as it is, and is not checked either.
  REQUIRE(prepare({"tuned", {{"slots", "4"}}}).parameters == PolicyParameters{{"slots", "4"}});
  REQUIRE_THROWS_AS(prepare({"learner", {{"slots", "none"}}}), PolicyError);
}

}  // namespace mec
