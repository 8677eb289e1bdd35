// The command line of `mecsim sweep`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/sweep_manifest.hpp"
#include "sim/cli/command_line.hpp"
#include "sim/cli/scenario_file.hpp"
#include "sim/run_simulation.hpp"

namespace mec::cli {

struct SweepOptions {
  std::string file;
  std::vector<std::string> overrides;  // --set, --tasks, --seed, --replications, --precision
  Shorthands shorthands;               // of these, all but --set
  std::string policies;
  std::string out;    // as given; see results_folder
  std::string cache;  // as given; see cache_folder
  std::size_t jobs = 1;
  bool jobs_given = false;
  std::optional<std::chrono::nanoseconds> cell_timeout;
  std::optional<std::chrono::nanoseconds> progress_every;
  std::optional<Shard> shard;
  EngineKind engine = EngineKind::simgrid;
  bool dry_run = false;
  bool sqlite = false;
  bool restart = false;  // run everything again
  bool force = false;    // into the results of another sweep, whose cells are used where they fit
  bool keep_failed = false;  // do not run failed cells again
  bool keep_builds = false;  // take cells of another build of this version
};

/// Nothing if --help was given; then it has been printed. Throws UserError.
[[nodiscard]] std::optional<SweepOptions> read_sweep_options(const Arguments& arguments);

/// "3/8". Throws UserError.
[[nodiscard]] Shard parse_shard(const std::string& text);

}  // namespace mec::cli
