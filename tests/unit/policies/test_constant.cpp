#include <string>
#include <utility>
#include <vector>

#include "policies/registry.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policies/support.hpp"

namespace mec {

using test::chain;
using test::decide;

TEST_CASE("Local Edge and Cloud keep the whole task on their site", "[policy][constant]") {
  const ChainTask task = chain({1e9, 2e9, 3e9}, {1, 2, 3, 4});
  REQUIRE(decide({"local", {}}, task) == Placement{0, 0, 0});
  REQUIRE(decide({"edge", {}}, task) == Placement{1, 1, 1});
  REQUIRE(decide({"cloud", {}}, task) == Placement{2, 2, 2});
}

TEST_CASE("Cloud refuses a network without a third site", "[policy][constant]") {
  REQUIRE_THROWS_WITH(test::make({"cloud", {}}, 2), "policy cloud needs 3 sites, not 2");
  REQUIRE_THROWS_AS(test::make({"edge", {}}, 1), PolicyError);
  REQUIRE_NOTHROW(test::make({"local", {}}, 1));
}

TEST_CASE("Only Local Edge and Cloud say that they send everything to one site",
          "[policy][constant]") {
  std::vector<std::pair<std::string, SiteIndex>> constant;
  for (const PolicyEntry& entry : policy_registry().entries()) {
    if (entry.abilities.constant_site) {
      constant.emplace_back(entry.name, *entry.abilities.constant_site);
    }
  }
  REQUIRE(constant == std::vector<std::pair<std::string, SiteIndex>>{
                          {"local", kDevice}, {"edge", kEdge}, {"cloud", kCloud}});
}

}  // namespace mec
