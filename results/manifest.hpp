// manifest.json: how the results beside it were made. results/README.md describes the keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/records.hpp"
#include "results/machine.hpp"

namespace mec {

/// A file that the results depend on.
struct ManifestFile {
  std::string path;
  std::string hash;  // content_hash_of_file
};

/// One policy of the command, in the order in which they ran.
struct ManifestPolicy {
  std::string name;
  std::map<std::string, std::string> parameters;  // as run
  double wall_s = 0.0;                            // wall-clock time of its runs
  RunCounts counts;
  std::optional<ManifestFile> model;  // what it has learned
};

struct Manifest {
  std::vector<std::string> command;  // argv
  std::string scenario_name;
  std::string scenario_path;
  std::string workload_path;                   // empty: the tasks were generated
  std::string workload_hash;                   // content_hash of the file
  std::optional<ManifestFile> decision_costs;  // the file of decision.cost.calibrated
  std::optional<ManifestFile> platform;        // the file of topology.platform
  std::string scenario_text;                   // as read, before overrides; its hash is added
  std::vector<std::pair<std::string, std::string>> overrides;  // --set key=value, in order
  std::uint64_t seed = 0;
  std::uint32_t replications = 1;
  std::vector<ManifestPolicy> policies;
  std::map<std::string, std::string> versions;  // mecsim, SimGrid, Boost, fmt, yaml-cpp, compiler
  Machine machine;
  std::chrono::system_clock::time_point started;
  std::chrono::system_clock::time_point finished;
  bool complete = true;
  std::optional<std::string> interrupted_by;  // "SIGINT"
};

/// JSON, indented, keys in a fixed order. Text that is not UTF-8 is written with U+FFFD in place of
/// the bad bytes (the hash is of the bytes as read).
[[nodiscard]] std::string manifest_json(const Manifest& manifest);

}  // namespace mec
