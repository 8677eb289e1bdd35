#include "sim/cli/sweep/sweep_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/errors.hpp"
#include "core/text.hpp"
#include "results/machine.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"
#include "sim/cli/engine_choice.hpp"

namespace mec::cli {

namespace po = boost::program_options;

namespace {

constexpr std::size_t kMostJobs = 4096;
constexpr std::uint32_t kMostShards = 1'000'000;
constexpr double kLongestTime = 1e9;  // s, 30 years: fits the clock

void describe(CommandSyntax& syntax) {
  syntax.usage =
      "sweep FILE [--out DIR] [--jobs N] [--dry-run] [--policy A,B] [--replications N]\n"
      "           [--precision 1%] [--tasks N] [--seed N] [--set KEY=VALUE]... [--shard I/N]\n"
      "           [--cell-timeout 60s] [--cache DIR] [--engine simgrid|events] [--sqlite]\n"
      "           [--progress 10s] [--restart | --force] [--keep-failed] [--keep-builds]";
  syntax.summary =
      "Simulates every policy at every point of a sweep file, in parallel processes, and compares\n"
      "them: cells.csv, summary.csv, comparisons.csv and more. Killed at any moment, the same "
      "command\n"
      "goes on with what is not finished; failed cells are run again.";
  syntax.examples =
      "  mecsim sweep scenarios/sweeps/fleet-load.yaml --dry-run\n"
      "  mecsim sweep scenarios/sweeps/fleet-load.yaml --out results/out/load --jobs 4\n"
      "  mecsim sweep scenarios/sweeps/precision.yaml --precision 1% --cell-timeout 10min\n"
      "  mecsim sweep scenarios/sweeps/fleet-load.yaml --shard 2/8\n"
      "  mecsim merge results/out/fleet-load-*-of-8 --out results/out/fleet-load\n";
  syntax.positional = "FILE";
  const auto text = [] { return po::value<std::string>(); };
  auto add = syntax.options.add_options();
  add("out", text(),
      "results directory; default: results/out/<sweep's name>, with --shard 2/8 <sweep's "
      "name>-2-of-8");
  add("jobs", text(), "simulations at once; default: the cores that this process may use");
  add("dry-run", "print the plan and an estimate of its time; run and write nothing");
  add("policy", text(), "policies to run, joined by commas; default: the sweep's");
  add("replications", text(), "of every point and policy");
  add("precision", text(), "as many replications as it takes for intervals this narrow: 1%");
  add("tasks", text(), "number of tasks: short for --set workload.tasks=N");
  add("seed", text(), "short for --set seed=N");
  add("set", po::value<Arguments>()->composing(), "override a key of the scenario: a.b=value");
  add("shard", text(), "run part I of N only (1/N to N/N), for mecsim merge");
  add("cell-timeout", text(), "kill a simulation that takes longer, and go on: 60s, 10min, 2h");
  add("cache", text(), "folder of trained models; default: MECSIM_CACHE, or results/cache");
  add("engine", text(), "simgrid (default, the reference) or events; see mecsim run --help");
  add("sqlite", "also write all tables to sweep.sqlite");
  add("progress", text(),
      "lines of progress at this interval where there is no bar, as under MPI: 10s");
  add("restart", "run everything again, whatever the directory holds");
  add("force", "use a directory of another sweep; cells that both share are not run again");
  add("keep-failed", "leave cells that have failed before as they are");
  add("keep-builds", "take cells of another build of this version as they are");
}

// A whole number from 1 to `most`.
template <class Integer>
Integer parse_count(const char* option, const std::string& text, Integer most) {
  Integer number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number < 1 || number > most) {
    throw UserError(fmt::format("{} \"{}\": expected a whole number from 1 to {}", option,
                                printable(text), most));
  }
  return number;
}

std::chrono::nanoseconds parse_time(const char* option, const std::string& text) {
  double seconds = 0.0;
  try {
    seconds = parse_quantity(text, Dimension::time);
  } catch (const ValueError& error) {
    throw UserError(fmt::format("{} \"{}\": {}", option, printable(text), error.what()));
  }
  constexpr double kShortest = 1e-3;
  if (seconds < kShortest || seconds > kLongestTime) {
    throw UserError(fmt::format("{} \"{}\": expected a time from 1 ms to {:.0e} s", option,
                                printable(text), kLongestTime));
  }
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(seconds));
}

void read_overrides(const po::variables_map& values, SweepOptions& options) {
  if (values.count("set")) {
    options.overrides = values["set"].as<Arguments>();
  }
  for (const auto& [option, key] :
       {std::pair("tasks", "workload.tasks"), std::pair("seed", "seed"),
        std::pair("replications", "replications"), std::pair("precision", "precision")}) {
    if (values.count(option)) {
      const auto value = values[option].as<std::string>();
      options.overrides.push_back(fmt::format("{}={}", key, value));
      options.shorthands.emplace_back(options.overrides.back(),
                                      fmt::format("--{} {}", option, value));
    }
  }
}

void check_together(const po::variables_map& values) {
  for (const auto& [one, other] :
       {std::pair("replications", "precision"), std::pair("restart", "force"),
        std::pair("restart", "keep-failed"), std::pair("restart", "keep-builds"),
        std::pair("shard", "sqlite")}) {
    if (values.count(one) && values.count(other)) {
      throw UserError(fmt::format("--{} and --{} exclude each other", one, other));
    }
  }
}

// What has to name something, if it is given.
std::string named(const po::variables_map& values, const char* option, const char* expected) {
  const std::string text = values.count(option) ? values[option].as<std::string>() : "";
  if (values.count(option) && text.empty()) {
    throw UserError(fmt::format("--{}: expected {}", option, expected));
  }
  return text;
}

}  // namespace

Shard parse_shard(const std::string& text) {
  const auto slash = text.find('/');
  try {
    if (slash != std::string::npos) {
      const Shard shard{parse_count("", text.substr(0, slash), kMostShards),
                        parse_count("", text.substr(slash + 1), kMostShards)};
      if (shard.number <= shard.of) {
        return shard;
      }
    }
  } catch (const UserError&) {  // said below, of the whole
  }
  throw UserError(
      fmt::format("--shard \"{}\": expected I/N with I from 1 to N, such as 1/4", printable(text)));
}

std::optional<SweepOptions> read_sweep_options(const Arguments& arguments) {
  CommandSyntax syntax;
  describe(syntax);
  const auto values = parse(arguments, syntax);
  if (printed_help(values, syntax)) {
    return std::nullopt;
  }
  check_together(values);
  SweepOptions options;
  options.file = values["FILE"].as<std::string>();
  read_overrides(values, options);
  options.policies = named(values, "policy", "at least one policy");
  options.out = named(values, "out", "a directory");
  options.cache = named(values, "cache", "a directory");
  options.jobs_given = values.count("jobs") != 0;
  options.jobs = options.jobs_given
                     ? parse_count("--jobs", values["jobs"].as<std::string>(), kMostJobs)
                     : std::max<std::size_t>(1, describe_machine().cores);
  if (values.count("cell-timeout")) {
    options.cell_timeout = parse_time("--cell-timeout", values["cell-timeout"].as<std::string>());
  }
  if (values.count("progress")) {
    options.progress_every = parse_time("--progress", values["progress"].as<std::string>());
  }
  if (values.count("shard")) {
    options.shard = parse_shard(values["shard"].as<std::string>());
  }
  if (values.count("engine")) {
    options.engine = parse_engine(values["engine"].as<std::string>());
  }
  options.dry_run = values.count("dry-run") != 0;
  options.sqlite = values.count("sqlite") != 0;
  options.restart = values.count("restart") != 0;
  options.force = values.count("force") != 0;
  options.keep_failed = values.count("keep-failed") != 0;
  options.keep_builds = values.count("keep-builds") != 0;
  return options;
}

}  // namespace mec::cli
