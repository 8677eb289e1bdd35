#include "policies/registry.hpp"
#include "tests/catch.hpp"
#include "tests/unit/policies/support.hpp"

namespace mec {

TEST_CASE("The shipped policies are these and in this order", "[policy]") {
  std::vector<std::string> names;
  for (const PolicyEntry& entry : policy_registry().entries()) {
    names.push_back(entry.name);
  }
  const std::vector<std::string> baselines = {"local",  "edge",          "cloud",  "random",
                                              "greedy", "best-constant", "optimal"};
  REQUIRE(names.size() >= baselines.size());
  names.resize(baselines.size());
  REQUIRE(names == baselines);
}

}  // namespace mec
