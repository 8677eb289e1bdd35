#include "sim/cli/sweep/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "core/errors.hpp"
#include "core/output_file.hpp"
#include "results/machine.hpp"
#include "results/sweep_database.hpp"
#include "sim/cli/sweep/sweep_directory.hpp"
#include "sim/cli/versions.hpp"

namespace mec::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMissingNamed = 10;

struct Part {
  fs::path directory;
  SweepManifest manifest;
};

bool is_same_place(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return fs::weakly_canonical(a, ignored) == fs::weakly_canonical(b, ignored);
}

Part read_part(const std::string& directory) {
  std::error_code ignored;
  if (!fs::is_directory(directory, ignored)) {
    throw UserError(fmt::format("{}: not a directory", directory));
  }
  auto manifest = read_sweep_manifest(fs::path(directory) / "manifest.json");
  if (!manifest) {
    throw UserError(
        fmt::format("{}: holds no results of a sweep (no manifest.json of one)", directory));
  }
  if (!manifest->shard) {
    throw UserError(fmt::format(
        "{}: holds the whole of a sweep, and no shard of one; expected directories that mecsim "
        "sweep --shard I/N has written",
        directory));
  }
  return {directory, std::move(*manifest)};
}

// What the two say differently; empty: nothing.
std::string difference(const SweepManifest& a, const SweepManifest& b) {
  const auto target = [](const SweepManifest& manifest) {
    const PrecisionTarget none{0.0, PrecisionTarget::Statistic::mean_latency, 0, 0};
    const PrecisionTarget& chosen = manifest.precision ? *manifest.precision : none;
    return std::tuple(chosen.relative, chosen.of, chosen.least, chosen.most);
  };
  return a.identity != b.identity || a.results.grid.points != b.results.grid.points
             ? "they are of different sweeps, or of one before and after it was changed"
         : a.origin.version != b.origin.version ? "they were run by different versions of mecsim"
         : a.results.seed != b.results.seed     ? "they have different seeds"
         : a.results.policies != b.results.policies ? "they have different policies"
         : a.replications != b.replications || target(a) != target(b)
             ? "they have different replications"
         : a.engine != b.engine               ? "they were run on different engines"
         : a.shard->of != b.shard->of         ? "they are shards of different numbers of shards"
         : a.shard->number == b.shard->number ? "they are the same shard"
                                              : "";
}

std::vector<Part> read_parts(const MergeOptions& options) {
  std::vector<Part> parts;
  for (const std::string& directory : options.shards) {
    if (is_same_place(directory, options.out)) {
      throw UserError(
          fmt::format("--out {}: a shard lies there; give another directory", options.out));
    }
    Part part = read_part(directory);
    for (const Part& other : parts) {
      if (is_same_place(other.directory, directory)) {
        throw UserError(fmt::format("{} is given twice", directory));
      }
      if (const std::string words = difference(other.manifest, part.manifest); !words.empty()) {
        throw UserError(fmt::format("{} and {} cannot be merged: {}", other.directory.string(),
                                    directory, words));
      }
      check_origin(part.manifest.origin, other.manifest.origin, options.builds, directory);
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

// Gathers cells, and knows which are wanted.
class Gatherer {
 public:
  Gatherer(const CellStore& store, OtherBuilds builds) : store_(store), builds_(builds) {}

  void take(const Part& part) {
    const CellStore from = CellStore::existing(part.directory, part.manifest.origin, builds_);
    for (const SweepCell& listed : part.manifest.results.cells) {
      SweepCell cell = listed;
      if (!cell.key.empty()) {
        take(cell, from);
      }
      cells_.insert_or_assign(place(cell.id), std::move(cell));
    }
  }

  // Cells of shards that are not there.
  void expect(const SweepManifest& manifest) {
    std::set<std::uint32_t> known;  // points
    for (const auto& [at, cell] : cells_) {
      known.insert(cell.id.point);
    }
    for (std::uint32_t p = 0; p < manifest.results.grid.points.size(); ++p) {
      if (manifest.precision && known.contains(p)) {
        continue;  // all of a point is one shard's
      }
      for (std::uint32_t q = 0; q < manifest.policies.size(); ++q) {
        for (std::uint32_t r = 0; r < manifest.replications; ++r) {
          const CellId id{p, q, r};
          cells_.try_emplace(place(id)).first->second.id = id;
        }
      }
    }
  }

  [[nodiscard]] std::vector<SweepCell> cells() const {
    std::vector<SweepCell> cells;
    for (const auto& [at, cell] : cells_) {
      cells.push_back(cell);
    }
    return cells;
  }

 private:
  using Place = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;
  static Place place(const CellId& id) { return {id.point, id.policy, id.replication}; }

  void take(SweepCell& cell, const CellStore& from) {
    const StoredCell stored = from.read(cell.key);
    if (!stored.fault.empty()) {
      std::fputs(fmt::format("mecsim: warning: {}: {}\n",
                             (from.folder() / (cell.key + ".json")).string(), stored.fault)
                     .c_str(),
                 stderr);
    }
    cell.status = stored.status;
    cell.reason = stored.reason;
    cell.errors = stored.errors;
    cell.report = stored.report;
    if (cell.status == CellStatus::completed) {
      store_.copy(cell.key, from);
      cell.rows = store_.rows(cell.key);
    } else if (cell.status != CellStatus::missing) {
      store_.record_failure(cell.key, stored);
    }
  }

  const CellStore& store_;
  OtherBuilds builds_;
  std::map<Place, SweepCell> cells_;
};

// What was learned, over all shards.
void add_models(SweepManifest& merged, const SweepManifest& part) {
  for (std::size_t i = 0; i < merged.policies.size(); ++i) {
    std::vector<ManifestFile>& models = merged.policies[i].models;
    for (const ManifestFile& model : part.policies[i].models) {
      if (std::none_of(models.begin(), models.end(), [&model](const ManifestFile& known) {
            return known.path == model.path && known.hash == model.hash;
          })) {
        models.push_back(model);
      }
    }
  }
}

// Says which cells are missing.
void print_missing(const SweepResults& results) {
  std::size_t missing = 0;
  for (const SweepCell& cell : results.cells) {
    if (cell.status == CellStatus::missing && ++missing <= kMissingNamed) {
      std::fputs(fmt::format("mecsim: missing: {}\n", describe_cell(results, cell)).c_str(),
                 stderr);
    }
  }
  if (missing > kMissingNamed) {
    std::fputs(fmt::format("mecsim: and {} more\n", missing - kMissingNamed).c_str(), stderr);
  }
}

// Says which shards are not there or have not come to their end. Whether all have.
bool check_shards(const std::vector<Part>& parts) {
  const SweepManifest& any = parts.front().manifest;
  bool all = true;
  for (std::uint32_t number = 1; number <= any.shard->of; ++number) {
    const auto part = std::find_if(parts.begin(), parts.end(), [number](const Part& candidate) {
      return candidate.manifest.shard->number == number;
    });
    if (part != parts.end() && part->manifest.ended) {
      continue;
    }
    all = false;
    const std::string what =
        part == parts.end() ? "is not among them"
                            : fmt::format("has not come to its end ({})", part->directory.string());
    std::fputs(fmt::format("mecsim: shard {0}/{1} {2}: run mecsim sweep {3} --shard {0}/{1}, with "
                           "the options of the others, and merge again\n",
                           number, any.shard->of, what, any.sweep.path)
                   .c_str(),
               stderr);
  }
  return all;
}

// Its cells are gathered; what is left to say of them.
void become_whole(SweepManifest& merged, const std::vector<Part>& parts) {
  merged.shard.reset();
  merged.interrupted_by.reset();
  merged.ended = check_shards(parts);
  merged.complete = merged.ended && exit_code_of(merged.results) == 0;
  merged.versions = versions();
  merged.machine = describe_machine();
  merged.started = std::chrono::system_clock::now();
  merged.finished = merged.started;
  for (const Part& part : parts) {
    add_models(merged, part.manifest);
    merged.shards.push_back({part.manifest.command, *part.manifest.shard});
  }
  std::sort(
      merged.shards.begin(), merged.shards.end(),
      [](const ShardCommand& a, const ShardCommand& b) { return a.shard.number < b.shard.number; });
}

}  // namespace

int merge_shards(const MergeOptions& options, const std::vector<std::string>& command) {
  if (options.database == Database::written) {
    check_database_support();
  }
  const std::vector<Part> parts = read_parts(options);
  SweepManifest merged = parts.front().manifest;
  const CellOrigin ours{mecsim_version(), merged.origin.build};
  for (const Part& part : parts) {
    check_origin(part.manifest.origin, ours, options.builds, part.directory);
  }
  const SweepDirectory directory(
      options.out, {merged.identity, std::nullopt, ours, options.builds, false, options.force});
  const CellStore store(directory.path(), ours, options.builds);
  Gatherer gatherer(store, options.builds);
  for (const Part& part : parts) {
    gatherer.take(part);
  }
  gatherer.expect(merged);
  merged.results.cells = gatherer.cells();
  become_whole(merged, parts);
  merged.command = command;
  write_sweep_output(merged.results, store, directory.path(), options.database);
  write_file(directory.file("manifest.json"), sweep_manifest_json(merged));
  print_sweep_summary(merged.results, directory.path());
  if (merged.precision && merged.ended) {
    print_precision(*merged.precision, merged.results);
  }
  print_failures(merged.results);
  print_missing(merged.results);
  fmt::print("{}\nresults: {}\n", cell_counts(merged.results), directory.path().string());
  return merged.complete ? 0 : 1;
}

}  // namespace mec::cli
