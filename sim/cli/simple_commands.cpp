// validate, list, report: the commands that run nothing.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "policies/registry.hpp"
#include "results/report.hpp"
#include "scenarios/reference.hpp"
#include "scenarios/schema.hpp"
#include "scenarios/sweep_file.hpp"
#include "scenarios/workload_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/fitness.hpp"
#include "sim/cli/policy_scenario.hpp"
#include "sim/cli/scenario_file.hpp"
#include "sim/cli/sweep/dry_run.hpp"

namespace mec::cli {

namespace po = boost::program_options;

namespace {

void validate_scenario(const std::string& file, const Arguments& overrides) {
  const LoadedScenario loaded = load_scenario_file(file, overrides);
  const Scenario& scenario = loaded.scenario;
  std::optional<std::vector<RecordedTask>> recorded;
  if (!scenario.workload.file.empty()) {
    recorded = read_workload(scenario.workload.file, scenario.network);
  }
  check_policies(scenario, recorded ? &*recorded : nullptr, scenario.policies, EngineKind::simgrid);
  (void)policy_scenarios(scenario, scenario.policies);
  fmt::print("{}: valid\n", loaded.path);
}

}  // namespace

int validate_command(const Arguments& arguments) {
  CommandSyntax syntax;
  syntax.usage = "validate FILE [--set KEY=VALUE]...";
  syntax.summary =
      "Checks a scenario file, and the files of tasks and of decision costs that it names, or a\n"
      "sweep file at every point, without running anything. All faults are reported at once, with\n"
      "file, line and column.";
  syntax.examples =
      "  mecsim validate scenarios/quickstart.yaml\n"
      "  mecsim validate my.yaml --set edge.speed='4 GHz'\n"
      "  mecsim validate scenarios/sweeps/fleet-load.yaml\n";
  syntax.positional = "FILE";
  syntax.options.add_options()("set", po::value<Arguments>()->composing(),
                               "override a key: a.b=value");
  const auto values = parse(arguments, syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  const auto overrides = values.count("set") ? values["set"].as<Arguments>() : Arguments{};
  const auto file = values["FILE"].as<std::string>();
  if (is_sweep_file(file)) {
    validate_sweep(file, overrides);
  } else {
    validate_scenario(file, overrides);
  }
  return 0;
}

namespace {

void print_parameter(const PolicyParameter& parameter) {
  fmt::print("{:<14}   {} (default {}): {}\n", "", parameter.name, parameter.default_value,
             parameter.summary);
}

void print_policy(const PolicyEntry& entry) {
  fmt::print("{:<14} {}\n", entry.name, entry.summary);
  for (const PolicyParameter& parameter : entry.parameters) {
    print_parameter(parameter);
  }
  fmt::print("{:<14}   [{}]\n", "", entry.reference);
}

void print_common_parameters() {
  fmt::print("{:<14} Every policy has these parameters too:\n", "(all)");
  for (const PolicyParameter& parameter : common_policy_parameters()) {
    print_parameter(parameter);
  }
}

// Those named, or all.
void print_policies(const Arguments& names) {
  std::vector<const PolicyEntry*> entries;
  for (const std::string& name : names) {
    entries.push_back(&policy_registry().find(name));
  }
  if (names.empty()) {
    for (const PolicyEntry& entry : policy_registry().entries()) {
      entries.push_back(&entry);
    }
  }
  for (const PolicyEntry* entry : entries) {
    print_policy(*entry);
  }
  print_common_parameters();
}

void print_names() {
  for (const PolicyEntry& entry : policy_registry().entries()) {
    fmt::print("{:<14} {}\n", entry.name, entry.summary);
  }
  fmt::print("\nTheir parameters: mecsim list POLICY, or mecsim list --all\n");
}

void describe_list(CommandSyntax& syntax) {
  syntax.usage = "list [POLICY... | --all | --reference | --schema]";
  syntax.summary = "Lists the policies, a line each; with their parameters those that are named.";
  syntax.examples =
      "  mecsim list\n"
      "  mecsim list optimal kd-dil\n"
      "  mecsim list --schema > mecsim.schema.json\n";
  syntax.positional = "POLICY";
  syntax.many = true;
  syntax.optional = true;
  syntax.options.add_options()("all", "all policies with their parameters")(
      "reference", "print the reference of scenario keys (Markdown)")(
      "schema", "print the JSON Schema of scenario files, for editors");
}

}  // namespace

int list_command(const Arguments& arguments) {
  CommandSyntax syntax;
  describe_list(syntax);
  const auto values = parse(arguments, syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  if (values.count("POLICY") + values.count("all") + values.count("reference") +
          values.count("schema") >
      1) {
    throw UserError("list: policies, --all, --reference and --schema exclude each other");
  }
  if (values.count("reference")) {
    fmt::print("{}", option_reference(policy_registry()));
  } else if (values.count("schema")) {
    fmt::print("{}", json_schema(policy_registry()));
  } else if (values.count("all")) {
    print_policies({});
  } else if (values.count("POLICY")) {
    print_policies(values["POLICY"].as<Arguments>());
  } else {
    print_names();
  }
  return 0;
}

int report_command(const Arguments& arguments) {
  CommandSyntax syntax;
  syntax.usage = "report DIR [--style FILE]";
  syntax.summary =
      "Makes figures (DIR/figures: PNG, SVG, PDF, the data as CSV), tables (DIR/tables: Markdown,\n"
      "LaTeX) and DIR/report.html of what a run or a sweep has left in DIR, from CSV files and\n"
      "manifest alone. Needs a Python with matplotlib; set MECSIM_PYTHON to choose it.";
  syntax.examples =
      "  mecsim report results/out/quickstart\n"
      "  mecsim report results/out/my-sweep --style journal.mplstyle\n";
  syntax.positional = "DIR";
  syntax.options.add_options()("style", po::value<std::string>(),
                               "a style of matplotlib's: a file, or a name such as grayscale");
  const auto values = parse(arguments, syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  const std::string style = values.count("style") ? values["style"].as<std::string>() : "";
  if (values.count("style") && style.empty()) {
    throw UserError("--style: expected a file or a name");
  }
  return run_report(values["DIR"].as<std::string>(), style, MECSIM_SOURCE_DIR "/results/report.py");
}

}  // namespace mec::cli
