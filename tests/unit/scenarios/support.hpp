// What the tests of scenarios/ share: a scratch folder, a small registry, and faults as a list.
#pragma once

#include <string>
#include <vector>

#include "core/policy.hpp"
#include "scenarios/loader.hpp"
#include "tests/support/scratch.hpp"

namespace mec::test {

/// local, edge, cloud, random, greedy, best-constant and optimal: as shipped, but they decide
/// nothing. optimal has the parameters solver (auto, exhaustive, dp) and limit (1 to 20).
[[nodiscard]] const PolicyRegistry& fake_registry();

/// Keys that every scenario needs, over lines 1 to 10.
[[nodiscard]] std::string minimal_yaml();

/// A topology: two edge servers joined by a link, a cloud behind one of them, a mast that only
/// forwards; ten phones that share the mast, three cameras at the other edge server.
[[nodiscard]] std::string two_edges_yaml();

/// Loads `yaml` as "s.yaml".
[[nodiscard]] Scenario load_text(const std::string& yaml,
                                 const std::vector<std::string>& overrides = {});

/// The faults of `yaml`, the folder taken out of them; empty if it loads.
[[nodiscard]] std::vector<std::string> faults_of(const std::string& yaml,
                                                 const std::vector<std::string>& overrides = {});

/// The one fault of minimal_yaml() under `override`, without the `--set KEY=VALUE: ` before it.
[[nodiscard]] std::string fault_of_set(const std::string& override_text);

}  // namespace mec::test
