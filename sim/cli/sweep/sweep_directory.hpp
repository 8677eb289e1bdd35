// The results directory of a sweep: whose results it holds already, and what becomes of them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "results/cell_store.hpp"
#include "results/sweep_manifest.hpp"
#include "sim/cli/sweep/directory_lock.hpp"

namespace mec::cli {

/// What a command makes of results that are there.
struct DirectoryUse {
  std::string identity;  // SweepManifest::identity of the sweep that is to run
  std::optional<Shard> shard;
  CellOrigin origin;
  OtherBuilds builds = OtherBuilds::refused;
  bool restart = false;  // remove all cells
  bool force = false;    // take the place of whatever is there; cells stay
};

/// Made, parents too, and locked.
class SweepDirectory {
 public:
  /// Throws UserError when it cannot be made or written to, another process uses it, or it holds
  /// results that `use` does not go on from.
  SweepDirectory(std::filesystem::path path, const DirectoryUse& use);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  void check(const DirectoryUse& use) const;

  std::filesystem::path path_;
  std::optional<DirectoryLock> lock_;
};

}  // namespace mec::cli
