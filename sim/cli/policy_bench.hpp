// Measures the decisions of prepared policies, for `mecsim bench decisions` and for runs whose
// scenario says `decision.bench: yes`.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/decision_timing.hpp"
#include "core/scenario.hpp"
#include "core/workload.hpp"
#include "sim/cli/preparation.hpp"
#include "sim/decision_bench.hpp"

namespace mec::cli {

/// Tasks that decisions are measured on, unless the user says otherwise.
inline constexpr std::size_t kBenchTasks = 4096;

/// A policy deployed on several sites decides alike on all of them: it is measured once, under its
/// name without `at`. Nothing after Ctrl-C.
[[nodiscard]] std::optional<DecisionBench> bench_policies(
    const Scenario& scenario, const std::vector<RecordedTask>* recorded,
    const std::vector<PreparedPolicy>& policies, std::size_t tasks,
    const DecisionBenchOptions& options);

}  // namespace mec::cli
