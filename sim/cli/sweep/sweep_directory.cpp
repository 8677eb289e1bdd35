#include "sim/cli/sweep/sweep_directory.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "results/results_directory.hpp"

namespace mec::cli {

namespace {

namespace fs = std::filesystem;

std::string name_of(const std::optional<Shard>& shard) {
  return shard ? fmt::format("shard {}/{} of this sweep", shard->number, shard->of)
               : "the whole of this sweep";
}

// A folder of that name may be somebody else's.
bool is_of_a_cell(const std::string& name) {
  constexpr std::size_t kKeyDigits = 32;
  const std::size_t digits = name.find_first_not_of("0123456789abcdef");
  return name == ".work" || (digits == kKeyDigits && name[digits] == '.');
}

void remove_cells(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> ours;
  for (const auto& entry : fs::directory_iterator(directory / "cells", error)) {
    if (is_of_a_cell(entry.path().filename().string())) {
      ours.push_back(entry.path());
    }
  }
  for (const fs::path& path : ours) {
    fs::remove_all(path, error);
    if (error) {
      throw UserError(fmt::format("cannot remove {}: {}", path.string(), error.message()));
    }
  }
}

}  // namespace

SweepDirectory::SweepDirectory(fs::path path, const DirectoryUse& use) : path_(std::move(path)) {
  const ResultsDirectory writable(path_, Force::yes);
  lock_.emplace(path_);
  if (!use.restart) {
    check(use);
  } else {
    remove_cells(path_);
  }
}

void SweepDirectory::check(const DirectoryUse& use) const {
  constexpr const char* kWaysOut =
      "give another directory with --out, start anew with --restart, or go on with --force, which "
      "replaces them and keeps cells that both share";
  const std::optional<SweepManifest> there = read_sweep_manifest(path_ / "manifest.json");
  if (!there) {
    if (!use.force) {
      const ResultsDirectory without_results(path_, Force::no);
    }
    return;
  }
  check_origin(there->origin, use.origin, use.builds, path_);
  if (use.force) {
    return;
  }
  if (there->identity != use.identity) {
    throw UserError(fmt::format(
        "{} holds results of another sweep ({}), or of this one before it was changed: {}",
        path_.string(), there->sweep.name, kWaysOut));
  }
  if (use.shard && there->shard != use.shard) {
    throw UserError(fmt::format("{} holds the results of {}: give another directory with --out",
                                path_.string(), name_of(there->shard)));
  }
}

}  // namespace mec::cli
