// core/roll_out.hpp: one device's tasks on moving channels.
#include <memory>
#include <vector>

#include "core/roll_out.hpp"
#include "tests/catch.hpp"
#include "tests/support/moving_world.hpp"

namespace mec {

namespace {

// Places everything on one site, and notes what it was asked.
class OneSite final : public Policy {
 public:
  explicit OneSite(SiteIndex site) : site_(site) {}
  Placement decide(const DecisionRequest& request) override {
    asked.push_back({request.task.size(), request.at, request.now, request.future.size()});
    return Placement(request.task.size(), site_);
  }
  struct Question {
    std::size_t left;
    SiteIndex at;
    Seconds now;
    std::size_t future;
  };
  std::vector<Question> asked;

 private:
  SiteIndex site_;
};

}  // namespace

TEST_CASE("A placed task takes as long whether it is asked for at once or by subtask",
          "[core][roll-out]") {
  RollOutWorld world(test::restless_scenario(), RandomStreams(1, 0));
  for (int i = 0; i < 100; ++i) {
    world.next();
    for (const SiteIndex site : {kDevice, kEdge, kCloud}) {
      OneSite policy(site);
      const double at_once = world.latency(policy, DecisionMoment::task);
      REQUIRE(policy.asked.size() == 1);
      REQUIRE(world.latency(policy, DecisionMoment::subtask) == Approx(at_once).epsilon(1e-9));
      REQUIRE(policy.asked.size() == 1 + world.task().size());
      REQUIRE(at_once >= world.least_latency(0, kDevice, world.release()).cost * (1 - 1e-12));
    }
  }
}

TEST_CASE("A policy is asked where the data are, when they are there, for what is left",
          "[core][roll-out]") {
  RollOutWorld world(test::gilbert_scenario(), RandomStreams(1, 0));
  world.next();
  OneSite policy(kEdge);
  const double latency = world.latency(policy, DecisionMoment::subtask);
  REQUIRE(policy.asked.size() == 6);
  REQUIRE(policy.asked[0].at == kDevice);
  REQUIRE(policy.asked[0].now == world.release());
  const double speed = world.request(0, kDevice, world.release()).state.speed(kEdge).value();
  for (std::size_t t = 1; t < 6; ++t) {
    REQUIRE(policy.asked[t].left == 6 - t);
    REQUIRE(policy.asked[t].at == kEdge);
    REQUIRE(policy.asked[t].future == 0);
    if (t > 1) {  // nothing is sent between two subtasks on the edge
      const double computed = world.task().work[t - 1].value() / speed;
      REQUIRE((policy.asked[t].now - policy.asked[t - 1].now).value() == Approx(computed));
    }
  }
  REQUIRE(latency > (policy.asked[5].now - world.release()).value());
}

TEST_CASE("Without moving channels a task takes what its costs say", "[core][roll-out]") {
  RollOutWorld world(test::paper_scenario(1), RandomStreams(1, 0));
  for (int i = 0; i < 50; ++i) {
    world.next();
    OneSite policy(kCloud);
    const DecisionRequest request = world.request(0, kDevice, world.release());
    const Placement all(6, kCloud);
    const double cost = evaluate(request.state.seconds(), request.task, view(all)).total();
    REQUIRE(request.observed.history.empty());
    REQUIRE(world.least_latency(0, kDevice, world.release()).cost ==
            Approx(optimal_cost(request.state.seconds(), request.task)).epsilon(1e-12));
    REQUIRE(world.latency(policy, DecisionMoment::task) == Approx(cost).epsilon(1e-12));
  }
}

TEST_CASE("Only who has hindsight is given the future", "[core][roll-out]") {
  RollOutWorld world(test::gilbert_scenario(), RandomStreams(1, 0));
  world.next();
  REQUIRE(world.request(0, kDevice, world.release()).future.empty());
  const DecisionRequest request = world.request(0, kDevice, world.release(), true);
  REQUIRE(request.future.size() == 4);
  REQUIRE(request.future[kUplink] == request.future[kDownlink]);  // one channel
  REQUIRE(request.future[kBackhaulUp] == nullptr);
  REQUIRE(request.future[kUplink]->at(world.release()).rate ==
          request.observed.history_of(kUplink)[0]);
}

TEST_CASE("Equal streams give equal worlds, other streams other ones", "[core][roll-out]") {
  const auto latencies = [](std::uint64_t seed) {
    RollOutWorld world(test::gilbert_scenario(), RandomStreams(seed, 0));
    std::vector<double> all;
    for (int i = 0; i < 20; ++i) {
      world.next();
      OneSite policy(kEdge);
      all.push_back(world.latency(policy, DecisionMoment::task));
    }
    return all;
  };
  REQUIRE(latencies(1) == latencies(1));
  REQUIRE(latencies(1) != latencies(2));
}

}  // namespace mec
