// validate, list, report: the commands that run nothing.
#include <fmt/format.h>

#include "core/errors.hpp"
#include "policies/registry.hpp"
#include "results/report.hpp"
#include "scenarios/reference.hpp"
#include "scenarios/schema.hpp"
#include "scenarios/workload_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/policy_scenario.hpp"
#include "sim/cli/scenario_file.hpp"

namespace mec::cli {

namespace po = boost::program_options;

int validate_command(const Arguments& arguments) {
  CommandSyntax syntax;
  syntax.usage = "validate FILE [--set KEY=VALUE]...";
  syntax.summary =
      "Checks a scenario file, and the files of tasks and of decision costs that it names, "
      "without\n"
      "running anything. All faults are reported at once, with file, line and column.";
  syntax.examples =
      "  mecsim validate scenarios/quickstart.yaml\n"
      "  mecsim validate my.yaml --set edge.speed='4 GHz'\n";
  syntax.positional = "FILE";
  syntax.options.add_options()("set", po::value<Arguments>()->composing(),
                               "override a key: a.b=value");
  const auto values = parse(arguments, syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  const auto overrides = values.count("set") ? values["set"].as<Arguments>() : Arguments{};
  const LoadedScenario loaded = load_scenario_file(values["FILE"].as<std::string>(), overrides);
  const std::string& workload = loaded.scenario.workload.file;
  if (!workload.empty()) {
    (void)read_workload(workload, loaded.scenario.network);
  }
  (void)policy_scenarios(loaded.scenario, loaded.scenario.policies);
  fmt::print("{}: valid\n", loaded.path);
  return 0;
}

namespace {

void print_parameter(const PolicyParameter& parameter) {
  fmt::print("{:<14}   {} (default {}): {}\n", "", parameter.name, parameter.default_value,
             parameter.summary);
}

void print_policies() {
  for (const PolicyEntry& entry : policy_registry().entries()) {
    fmt::print("{:<14} {}\n", entry.name, entry.summary);
    for (const PolicyParameter& parameter : entry.parameters) {
      print_parameter(parameter);
    }
    fmt::print("{:<14}   [{}]\n", "", entry.reference);
  }
  fmt::print("{:<14} Every policy has these parameters too:\n", "(all)");
  for (const PolicyParameter& parameter : common_policy_parameters()) {
    print_parameter(parameter);
  }
}

}  // namespace

int list_command(const Arguments& arguments) {
  CommandSyntax syntax;
  syntax.usage = "list [--reference | --schema]";
  syntax.summary = "Lists the policies with their parameters.";
  syntax.examples =
      "  mecsim list\n"
      "  mecsim list --schema > mecsim.schema.json\n";
  syntax.options.add_options()("reference", "print the reference of scenario keys (Markdown)")(
      "schema", "print the JSON Schema of scenario files, for editors");
  const auto values = parse(arguments, syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  if (values.count("reference")) {
    fmt::print("{}", option_reference(policy_registry()));
  } else if (values.count("schema")) {
    fmt::print("{}", json_schema(policy_registry()));
  } else {
    print_policies();
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
