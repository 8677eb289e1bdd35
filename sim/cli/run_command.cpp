// mecsim run: the command line of a run session.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>
#include <system_error>

#include "core/errors.hpp"
#include "core/text.hpp"
#include "results/timeline.hpp"
#include "scenarios/text_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/engine_choice.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/run_session.hpp"

namespace mec::cli {

namespace po = boost::program_options;

namespace {

void describe(CommandSyntax& syntax) {
  syntax.usage =
      "run FILE [--policy A,B] [--tasks N] [--seed N] [--set KEY=VALUE]... [--out DIR]\n"
      "           [--cache DIR] [--engine simgrid|events] [--timeline [N|all]]";
  syntax.summary =
      "Simulates every policy of a scenario on the same tasks and writes tasks.csv, summary.csv "
      "and\n"
      "manifest.json. Policies that learn are trained first, unless the cache has their models. "
      "Ctrl-C\n"
      "keeps what is finished and marks it partial.";
  syntax.examples =
      "  mecsim run scenarios/quickstart.yaml\n"
      "  mecsim run scenarios/quickstart.yaml --policy greedy,optimal --tasks 1000 --out /tmp/try\n"
      "  mecsim run scenarios/quickstart.yaml --policy optimal:solver=exhaustive\n"
      "  mecsim run scenarios/quickstart.yaml --set links.b1='uniform(1 MB/s, 4 MB/s)'\n"
      "  mecsim run scenarios/quickstart.yaml --set workload.file=my-tasks.csv\n";
  syntax.positional = "FILE";
  syntax.options.add_options()("policy", po::value<std::string>(),
                               "policies to run, joined by commas; default: the scenario's")(
      "tasks", po::value<std::string>(), "number of tasks: short for --set workload.tasks=N")(
      "seed", po::value<std::string>(), "short for --set seed=N")(
      "set", po::value<Arguments>()->composing(), "override a key of the scenario: a.b=value")(
      "out", po::value<std::string>(), "results directory; default: results/out/<scenario's name>")(
      "save-workload", po::value<std::string>(),
      "also write the tasks of replication 0 to this CSV file")(
      "cache", po::value<std::string>(),
      "folder of trained models; default: MECSIM_CACHE, or results/cache")(
      "engine", po::value<std::string>(),
      "simgrid (default, the reference) or events: a heap of our own, many times faster, without "
      "processor sharing; the same results")(
      "timeline", po::value<std::string>(),
      "also write timeline.json, for ui.perfetto.dev or chrome://tracing: the lives of the first N "
      "tasks (default: 1000) of every policy, replication 0")(
      "force", "replace results that are there already");
}

bool looks_like_a_file(const std::string& text) {
  std::error_code ignored;
  const auto ending = std::filesystem::path(text).extension();
  return text.find('/') != std::string::npos || ending == ".yaml" || ending == ".yml" ||
         std::filesystem::exists(text, ignored);
}

// A file may come after --timeline as well as a number of tasks.
Arguments with_timeline_value(Arguments arguments) {
  const auto at = std::find(arguments.begin(), arguments.end(), "--timeline");
  if (at != arguments.end()) {
    const auto next = at + 1;
    const bool is_number =
        next != arguments.end() &&
        (*next == "all" || next->find_first_not_of("0123456789") == std::string::npos);
    const bool has_value = is_number || (next != arguments.end() && !next->starts_with('-') &&
                                         !looks_like_a_file(*next));
    if (!has_value) {
      *at = fmt::format("--timeline={}", kTimelineTasks);
    }
  }
  return arguments;
}

std::uint64_t parse_timeline(const std::string& text) {
  if (text == "all") {
    return std::numeric_limits<std::uint64_t>::max();
  }
  std::uint64_t tasks = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, tasks);
  if (error != std::errc() || stopped != end || tasks == 0) {
    throw UserError(fmt::format("--timeline \"{}\": expected all, or a number of tasks from 1 on",
                                printable(text)));
  }
  return tasks;
}

RunOptions read_options(const po::variables_map& values) {
  const auto text = [&values](const char* name) {
    return values.count(name) ? values[name].as<std::string>() : std::string();
  };
  RunOptions options;
  options.file = text("FILE");
  if (values.count("set")) {
    options.overrides = values["set"].as<Arguments>();
  }
  for (const auto& [option, key] :
       {std::pair("tasks", "workload.tasks"), std::pair("seed", "seed")}) {
    if (values.count(option)) {
      options.overrides.push_back(fmt::format("{}={}", key, text(option)));
      options.shorthands.emplace_back(options.overrides.back(),
                                      fmt::format("--{} {}", option, text(option)));
    }
  }
  options.policies = text("policy");
  if (values.count("policy") && options.policies.empty()) {
    throw PolicyError("--policy: expected at least one policy");
  }
  options.out = text("out");
  if (values.count("out") && options.out.empty()) {
    throw UserError("--out: expected a directory");
  }
  options.save_workload = text("save-workload");
  options.cache = text("cache");
  if (values.count("cache") && options.cache.empty()) {
    throw UserError("--cache: expected a directory");
  }
  options.engine = values.count("engine") ? parse_engine(text("engine")) : EngineKind::simgrid;
  options.timeline_tasks = values.count("timeline") ? parse_timeline(text("timeline")) : 0;
  options.force = values.count("force") ? Force::yes : Force::no;
  return options;
}

}  // namespace

int run_command(const Arguments& arguments, const Arguments& whole_command) {
  CommandSyntax syntax;
  describe(syntax);
  const auto values = parse(with_timeline_value(arguments), syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  catch_interrupts();
  RunSession session(read_options(values), whole_command);
  return session.run();
}

}  // namespace mec::cli
