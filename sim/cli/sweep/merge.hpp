// What `mecsim merge` does: puts the shards of a sweep together, as if it had been run at once.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "results/sweep_manifest.hpp"
#include "sim/cli/sweep/sweep_output.hpp"

namespace mec::cli {

struct MergeOptions {
  std::vector<std::string> shards;  // directories
  std::string out;
  Database database = Database::left_out;
  bool force = false;  // take the place of other results
  OtherBuilds builds = OtherBuilds::refused;
};

/// Returns the exit code: 0 when all cells are there and completed. Throws UserError where the
/// directories are not different shards of one sweep, OutputError.
int merge_shards(const MergeOptions& options, const std::vector<std::string>& command);

}  // namespace mec::cli
