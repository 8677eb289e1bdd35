// mecsim channels: the moving bandwidths of a scenario as trace files.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/channel_paths.hpp"
#include "core/errors.hpp"
#include "core/network.hpp"
#include "core/text.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/trace_file.hpp"
#include "scenarios/value_error.hpp"
#include "scenarios/workload_file.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/scenario_file.hpp"

namespace mec::cli {

namespace po = boost::program_options;

namespace {

constexpr std::size_t kMostRows = 10'000'000;  // of one file

void describe(CommandSyntax& syntax) {
  syntax.usage = "channels FILE --out DIR [--duration TIME] [--set KEY=VALUE]... [--force]";
  syntax.summary =
      "Writes the moving bandwidths of a scenario as trace files, NAME-DEVICE.csv, exactly as a "
      "run of\n"
      "replication 0 meets them; a channel that all devices share is NAME.csv. Such a file can be\n"
      "replayed: links.b1 = trace(NAME-DEVICE.csv, B/s).";
  syntax.examples =
      "  mecsim channels scenarios/fluctuation/gilbert-3s.yaml --out traces\n"
      "  mecsim channels scenarios/fluctuation/gilbert-3s.yaml --duration 3600s --out traces\n";
  syntax.positional = "FILE";
  syntax.options.add_options()("out", po::value<std::string>(), "folder to write to")(
      "duration", po::value<std::string>()->default_value("600 s"),
      "length of the traces, from date 0 on")("set", po::value<Arguments>()->composing(),
                                              "override a key: a.b=value")(
      "force", "replace files that are there already");
}

Seconds parse_duration(const std::string& text) {
  try {
    const Seconds duration{parse_quantity(text, Dimension::time)};
    if (duration.value() > 0.0) {
      return duration;
    }
    throw ValueError("0 is no duration; expected a time above 0");
  } catch (const ValueError& error) {
    throw UserError(fmt::format("--duration \"{}\": {}", text, error.what()));
  }
}

Trace trace_of(RatePath& path, Seconds duration) {
  Trace trace;
  for (Seconds when{0.0}; when < duration;) {
    const RateSegment segment = path.at(when);
    trace.times.push_back(when);
    trace.rates.emplace_back(segment.rate);
    when = segment.until;
    if (trace.times.size() > kMostRows) {
      throw UserError(
          fmt::format("a trace of more than {} rows; expected a shorter --duration", kMostRows));
    }
  }
  trace.end = duration;
  return trace;
}

// Files are named after channels, which are names of the scenario: no path may hide in one.
std::string file_name(const Channel& channel, std::uint32_t device) {
  std::string name = channel.name;
  std::replace(name.begin(), name.end(), '/', '-');
  return channel.scope == Scope::common ? name + ".csv" : fmt::format("{}-{}.csv", name, device);
}

struct TraceFile {
  std::size_t channel;
  std::uint32_t device;
  std::filesystem::path path;
};

std::vector<TraceFile> trace_files(const Network& network, const std::filesystem::path& folder) {
  std::vector<TraceFile> files;
  for (std::size_t c = 0; c < network.channels.size(); ++c) {
    const Channel& channel = network.channels[c];
    for (std::uint32_t d = 0; d < network.devices() && moves(channel.model); ++d) {
      const auto& own = network.group_of(d).channel;
      const bool common = channel.scope == Scope::common;
      if ((common && d > 0) || (!common && std::find(own.begin(), own.end(), c) == own.end())) {
        continue;
      }
      files.push_back({c, d, folder / file_name(channel, d)});
    }
  }
  return files;
}

void refuse_to_replace(const std::vector<TraceFile>& files, const std::string& folder) {
  constexpr std::size_t kMostNamed = 5;
  std::vector<std::string> found;
  for (const TraceFile& file : files) {
    if (std::filesystem::exists(file.path)) {
      found.push_back(file.path.filename().string());
    }
  }
  if (found.empty()) {
    return;
  }
  const std::size_t more = found.size() - std::min(found.size(), kMostNamed);
  found.resize(found.size() - more);
  throw UserError(fmt::format(
      "{} holds such files already ({}{}): give another directory with --out, or replace them with "
      "--force",
      folder, join(found), more == 0 ? "" : fmt::format(" and {} more", more)));
}

}  // namespace

int channels_command(const Arguments& arguments) {
  CommandSyntax syntax;
  describe(syntax);
  const auto values = parse(arguments, syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  if (values.count("out") == 0 || values["out"].as<std::string>().empty()) {
    throw UserError("channels: expected --out DIR, the folder to write to");
  }
  const Seconds duration = parse_duration(values["duration"].as<std::string>());
  const auto overrides = values.count("set") ? values["set"].as<Arguments>() : Arguments{};
  const Scenario scenario =
      load_scenario_file(values["FILE"].as<std::string>(), overrides).scenario;
  const Network network = build_network(scenario.network, device_count(scenario, nullptr));
  if (!network.moves()) {
    throw UserError(
        "no bandwidth of this scenario moves; expected a channel such as gilbert(...) or "
        "every(...) in links.b1 or links.b2");
  }
  const std::filesystem::path folder(values["out"].as<std::string>());
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw UserError(fmt::format("--out {}: {}", folder.string(), error.message()));
  }
  const std::vector<TraceFile> files = trace_files(network, folder);
  if (values.count("force") == 0) {
    refuse_to_replace(files, folder.string());
  }
  ChannelPaths paths(network, {scenario.seed, 0});
  for (const TraceFile& file : files) {
    write_trace(file.path.string(),
                trace_of(*paths.of_channel(file.channel, file.device), duration));
  }
  fmt::print("{} traces: {}\n", files.size(), folder.string());
  return 0;
}

}  // namespace mec::cli
