// mecsim train: makes the policies of a scenario ready and says where their models are.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "core/errors.hpp"
#include "core/output_file.hpp"
#include "core/text.hpp"
#include "policies/registry.hpp"
#include "scenarios/workload_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/policy_selection.hpp"
#include "sim/cli/preparation.hpp"
#include "sim/cli/scenario_file.hpp"

namespace mec::cli {

namespace po = boost::program_options;

namespace {

void describe(CommandSyntax& syntax) {
  syntax.usage = "train FILE [--policy A,B] [--set KEY=VALUE]... [--cache DIR] [--out MODEL]";
  syntax.summary =
      "Trains the policies of a scenario that learn, or finds their models in the cache, and "
      "prints\n"
      "where each model is. `mecsim run` does the same by itself before it runs them. Ctrl-C "
      "stops the\n"
      "training; the same command goes on from where it was.";
  syntax.examples =
      "  mecsim train scenarios/quickstart.yaml\n"
      "  mecsim train scenarios/quickstart.yaml --policy dil --out dil.onnx\n";
  syntax.positional = "FILE";
  syntax.options.add_options()("policy", po::value<std::string>(),
                               "policies to train, joined by commas; default: the scenario's")(
      "set", po::value<Arguments>()->composing(), "override a key of the scenario: a.b=value")(
      "cache", po::value<std::string>(),
      "folder of trained models; default: MECSIM_CACHE, or results/cache")(
      "out", po::value<std::string>(), "copy the model of the one policy that learns to this file");
}

std::string not_empty(const po::variables_map& values, const char* name, const char* expected) {
  if (values.count(name) == 0) {
    return "";
  }
  const auto& text = values[name].as<std::string>();
  if (text.empty()) {
    throw UserError(fmt::format("--{}: expected {}", name, expected));
  }
  return text;
}

bool learns(const PolicySpec& policy) {
  return static_cast<bool>(policy_registry().find(policy.name).prepare);
}

std::string names_of(const std::vector<PolicySpec>& policies) {
  std::vector<std::string> names(policies.size());
  std::transform(policies.begin(), policies.end(), names.begin(), display_name);
  return join(names);
}

void check_copy(const std::string& path, const std::vector<PolicySpec>& learners) {
  if (learners.empty()) {
    throw UserError("--out: none of the policies learns; expected one that does");
  }
  if (learners.size() > 1) {
    throw UserError(fmt::format("--out: {} policies learn ({}); expected one, chosen with --policy",
                                learners.size(), names_of(learners)));
  }
  check_writable(path);
}

void copy_model(const std::string& model, const std::string& path) {
  std::ifstream file(model, std::ios::binary);
  if (!file) {
    throw UserError(fmt::format("cannot read {}: {}", model, std::strerror(errno)));
  }
  write_file(path, std::string{std::istreambuf_iterator<char>(file), {}});
}

void train(const po::variables_map& values) {
  const std::string out = not_empty(values, "out", "a file");
  const std::string cache = cache_folder(not_empty(values, "cache", "a directory"));
  const auto request = not_empty(values, "policy", "at least one policy");
  const auto overrides = values.count("set") ? values["set"].as<Arguments>() : Arguments{};
  const auto loaded = load_scenario_file(values["FILE"].as<std::string>(), overrides);
  const Scenario& scenario = loaded.scenario;
  const auto chosen = select_policies(scenario.policies, request, policy_registry());
  std::vector<PolicySpec> learners;
  std::copy_if(chosen.begin(), chosen.end(), std::back_inserter(learners), learns);
  if (!out.empty()) {
    check_copy(out, learners);
  }
  if (learners.empty()) {
    fmt::print("nothing to train: none of {} learns\n", names_of(chosen));
    return;
  }
  std::optional<std::vector<RecordedTask>> recorded;
  if (!scenario.workload.file.empty()) {
    recorded = read_workload(scenario.workload.file, scenario.network);
  }
  const auto prepared =
      prepare_policies(learners, scenario, recorded ? &*recorded : nullptr, cache);
  for (const PreparedPolicy& policy : prepared) {
    fmt::print("{}: {}\n", display_name(policy.given), policy.model);
  }
  if (!out.empty()) {
    copy_model(prepared.front().model, out);
    fmt::print("copied to {}\n", out);
  }
}

}  // namespace

int train_command(const Arguments& arguments) {
  CommandSyntax syntax;
  describe(syntax);
  const auto values = parse(arguments, syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  catch_interrupts();
  train(values);
  return 0;
}

}  // namespace mec::cli
