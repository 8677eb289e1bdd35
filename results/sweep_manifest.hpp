// manifest.json of a sweep: how its results were made, and all that is needed to put the results of
// its shards together. results/README.md describes the keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/cell_store.hpp"
#include "results/machine.hpp"
#include "results/manifest.hpp"
#include "results/sweep_results.hpp"

namespace mec {

/// Part `number` of `of` parts of a sweep, from 1. Cells are dealt out in turn, replications of a
/// point and policies alike; with a precision, whole points are.
struct Shard {
  std::uint32_t number = 1;
  std::uint32_t of = 1;

  friend bool operator==(const Shard&, const Shard&) = default;
};

/// A text file that the sweep was read from.
struct ManifestText {
  std::string name;
  std::string path;
  std::string text;  // as read
};

struct SweepManifestPolicy {
  std::string name;
  std::map<std::string, std::string> parameters;
  std::vector<ManifestFile> models;  // what it has learned, each file once
};

/// How a shard that was merged had been run.
struct ShardCommand {
  std::vector<std::string> command;  // argv
  Shard shard;
};

struct SweepManifest {
  std::string identity;  // the same for the same sweep file, scenario and overrides
  bool complete = false;
  bool ended = false;  // no cell is left to run, of the shard if it is one; some may have failed
  std::optional<std::string> interrupted_by;  // "SIGINT"
  std::vector<std::string> command;           // argv
  ManifestText sweep;
  ManifestText scenario;
  std::vector<std::pair<std::string, std::string>> overrides;
  std::string engine;
  std::uint32_t replications = 1;  // with a precision: of the first round
  std::optional<PrecisionTarget> precision;
  std::optional<Shard> shard;
  std::vector<ShardCommand> shards;  // what was merged, by number
  std::vector<SweepManifestPolicy> policies;
  /// The cells of this run with their keys; and scenario, seed, grid and so on. What has become of
  /// the cells is not in the manifest: their files say it.
  SweepResults results;
  CellOrigin origin;
  std::map<std::string, std::string> versions;
  Machine machine;
  std::chrono::system_clock::time_point started;
  std::chrono::system_clock::time_point finished;
};

[[nodiscard]] std::string sweep_manifest_json(const SweepManifest& manifest);

/// What of a manifest.json another command needs: everything but versions, machine, dates
/// and `shards`. Nothing if the file is not there or is not of a sweep. Throws UserError on a torn
/// one.
[[nodiscard]] std::optional<SweepManifest> read_sweep_manifest(const std::filesystem::path& path);

}  // namespace mec
