// mecsim bench decisions: what a decision of every policy of a scenario takes on this machine.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "core/errors.hpp"
#include "core/output_file.hpp"
#include "core/text.hpp"
#include "policies/registry.hpp"
#include "results/decisions_csv.hpp"
#include "scenarios/workload_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/policy_bench.hpp"
#include "sim/cli/policy_selection.hpp"
#include "sim/cli/scenario_file.hpp"

namespace mec::cli {

namespace po = boost::program_options;

namespace {

void describe(CommandSyntax& syntax) {
  syntax.usage =
      "bench decisions FILE [--policy A,B] [--set KEY=VALUE]... [--tasks N]\n"
      "                    [--repetitions R] [--batch B] [--cache DIR] [--out FILE.csv]";
  syntax.summary =
      "Measures what a decision of every policy of a scenario takes on this machine: one by one\n"
      "(median and 99th percentile) and in batches, on the scenario's own tasks, without\n"
      "simulating. Policies that learn are trained first. Keep the machine quiet meanwhile.";
  syntax.examples =
      "  mecsim bench decisions scenarios/quickstart.yaml\n"
      "  mecsim bench decisions scenarios/quickstart.yaml --policy greedy,optimal --out times.csv\n"
      "  mecsim run scenarios/quickstart.yaml --set 'decision.cost={calibrated: times.csv}'\n";
  syntax.positional = "FILE";
  syntax.options.add_options()("policy", po::value<std::string>(),
                               "policies to measure, joined by commas; default: the scenario's")(
      "set", po::value<Arguments>()->composing(), "override a key of the scenario: a.b=value")(
      "tasks", po::value<std::string>(), "different tasks to decide; default: 4096")(
      "repetitions", po::value<std::string>(), "what medians are over; default: 15")(
      "batch", po::value<std::string>(), "tasks decided at once; default: 256")(
      "cache", po::value<std::string>(),
      "folder for what policies learn; default: $MECSIM_CACHE, or results/cache")(
      "out", po::value<std::string>(), "also write the table to this CSV file");
}

std::string text_of(const po::variables_map& values, const char* name) {
  return values.count(name) ? values[name].as<std::string>() : std::string();
}

std::size_t count_of(const po::variables_map& values, const char* name, std::size_t otherwise) {
  constexpr std::size_t kMost = 1'000'000;
  if (values.count(name) == 0) {
    return otherwise;
  }
  const std::string text = text_of(values, name);
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1 || count > kMost) {
    throw UserError(
        fmt::format("--{} \"{}\": expected a whole number from 1 to {}", name, text, kMost));
  }
  return count;
}

int bench_decisions(const po::variables_map& values) {
  const DecisionBenchOptions options{count_of(values, "repetitions", 15),
                                     count_of(values, "batch", 256)};
  const std::size_t tasks = count_of(values, "tasks", kBenchTasks);
  for (const char* name : {"policy", "out"}) {
    if (values.count(name) != 0 && text_of(values, name).empty()) {
      throw UserError(fmt::format("--{}: expected a value", name));
    }
  }
  const std::string out = text_of(values, "out");
  const LoadedScenario loaded = load_scenario_file(
      text_of(values, "FILE"), values.count("set") ? values["set"].as<Arguments>() : Arguments{});
  const Scenario& scenario = loaded.scenario;
  const auto specs =
      select_policies(scenario.policies, text_of(values, "policy"), policy_registry());
  std::optional<std::vector<RecordedTask>> file_tasks;
  if (!scenario.workload.file.empty()) {
    file_tasks = read_workload(scenario.workload.file, scenario.network);
  }
  const std::vector<RecordedTask>* recorded = file_tasks ? &*file_tasks : nullptr;
  if (!out.empty()) {
    check_writable(out);
  }
  const auto policies =
      prepare_policies(specs, scenario, recorded, cache_folder(text_of(values, "cache")));
  const auto bench = bench_policies(scenario, recorded, policies, tasks, options);
  if (!bench) {
    std::fputs(fmt::format("mecsim: interrupted by {}: nothing was written\n",
                           interrupting_signal().value_or("a signal"))
                   .c_str(),
               stderr);
    return 1;
  }
  fmt::print("{}", decisions_table(*bench));
  if (!out.empty()) {
    write_file(out, decisions_csv(*bench));
    fmt::print("written: {}\n", out);
  }
  return 0;
}

}  // namespace

int bench_command(const Arguments& arguments) {
  CommandSyntax syntax;
  describe(syntax);
  const std::string what = arguments.empty() ? std::string() : arguments.front();
  if (what == "--help" || what == "-h") {
    (void)printed_help(parse({"--help"}, syntax), syntax);
    return 0;
  }
  if (what != "decisions") {
    throw UserError(fmt::format(
        "bench: {}; expected decisions{}\nusage: mecsim {}",
        what.empty() ? "nothing to measure was named" : "cannot measure \"" + what + "\"",
        did_you_mean(what, {"decisions"}), syntax.usage));
  }
  const auto values = parse({arguments.begin() + 1, arguments.end()}, syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  catch_interrupts();
  return bench_decisions(values);
}

}  // namespace mec::cli
