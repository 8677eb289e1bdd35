// Makes the policies of a command ready: those that learn are trained, or found in the cache, once,
// in this process and before anything runs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "core/workload.hpp"
#include "sim/cli/progress.hpp"

namespace mec::cli {

/// A policy as the user wrote it, which is its name in results, and as it runs.
struct PreparedPolicy {
  PolicySpec given;
  PolicySpec ready;   // what PolicyRegistry::make takes
  std::string model;  // file of what it has learned; empty: it does not learn
};

/// Tells the user how a preparation goes: a progress bar on a terminal, notes and warnings on
/// standard error.
class PreparationReport final : public PreparationObserver {
 public:
  void progress(const TrainingProgress& progress) override;
  void note(const std::string& text) override;
  void warn(const std::string& text) override;

 private:
  void say(const std::string& line);

  ProgressBar bar_;
  double done_ = 0.0;
};

/// One policy deployed on several sites is prepared once. Throws PolicyError, OutputError, and
/// PreparationStopped after Ctrl-C, also when everything was ready by then.
[[nodiscard]] std::vector<PreparedPolicy> prepare_policies(
    const std::vector<PolicySpec>& policies, const Scenario& scenario,
    const std::vector<RecordedTask>* recorded, const std::string& cache);

/// The folder of models: what --cache says, else the environment's MECSIM_CACHE, else
/// results/cache.
[[nodiscard]] std::string cache_folder(const std::string& option);

}  // namespace mec::cli
