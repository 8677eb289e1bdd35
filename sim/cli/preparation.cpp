#include "sim/cli/preparation.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "policies/registry.hpp"
#include "sim/cli/interrupt.hpp"

namespace mec::cli {

namespace {

using Identity = std::pair<std::string, PolicyParameters>;

// Prepares what it has not prepared yet; where a policy is deployed makes no difference.
class Preparer {
 public:
  Preparer(const Scenario& scenario, const std::vector<RecordedTask>* recorded,
           const std::string& cache)
      : scenario_(scenario), recorded_(recorded), cache_(cache) {}

  PreparedPolicy prepare(const PolicySpec& given) {
    PreparedPolicy policy{given, given, ""};
    if (!policy_registry().find(given.name).prepare) {
      return policy;
    }
    const PolicySpec anywhere = without_deployment(given);
    const auto [place, is_new] = done_.try_emplace({anywhere.name, anywhere.parameters});
    if (is_new) {
      place->second = policy_registry()
                          .prepare(anywhere, scenario_, recorded_, cache_, report_, interrupted())
                          .parameters;
    }
    for (const auto& [name, value] : place->second) {
      policy.ready.parameters.insert_or_assign(name, value);
    }
    const auto model = place->second.find(kModelParameter);
    policy.model = model == place->second.end() ? std::string() : model->second;
    return policy;
  }

 private:
  const Scenario& scenario_;
  const std::vector<RecordedTask>* recorded_;
  const std::string& cache_;
  PreparationReport report_;
  std::map<Identity, PolicyParameters> done_;
};

}  // namespace

void PreparationReport::progress(const TrainingProgress& progress) {
  if (progress.done < done_) {
    bar_.begin_stage();  // another policy, or a teacher and then its student
  }
  done_ = progress.done;
  bar_.show(progress.done, fmt::format("{}  loss {:.4g}", progress.what, progress.loss));
}

void PreparationReport::note(const std::string& text) { say("mecsim: " + text); }

void PreparationReport::warn(const std::string& text) { say("mecsim: warning: " + text); }

void PreparationReport::say(const std::string& line) {
  bar_.clear();
  std::fputs((line + "\n").c_str(), stderr);
}

std::vector<PreparedPolicy> prepare_policies(const std::vector<PolicySpec>& policies,
                                             const Scenario& scenario,
                                             const std::vector<RecordedTask>* recorded,
                                             const std::string& cache) {
  Preparer preparer(scenario, recorded, cache);
  std::vector<PreparedPolicy> prepared;
  for (const PolicySpec& policy : policies) {
    prepared.push_back(preparer.prepare(policy));
    if (interrupted()) {
      const bool learned = !prepared.back().model.empty();
      throw PreparationStopped(fmt::format("interrupted by {} before anything ran{}",
                                           *interrupting_signal(),
                                           learned ? "; what was learned is in " + cache : ""));
    }
  }
  return prepared;
}

std::string cache_folder(const std::string& option) {
  if (!option.empty()) {
    return option;
  }
  const char* environment = std::getenv("MECSIM_CACHE");
  return environment != nullptr && *environment != '\0' ? environment : "results/cache";
}

}  // namespace mec::cli
