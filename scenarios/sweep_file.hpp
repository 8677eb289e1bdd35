// A sweep file: a base scenario, the axes along which it is varied, and what is run at each point
// (scenarios/README.md, "Sweeps"). Every point is checked when the file is loaded, so that a sweep
// that has loaded can build each of its scenarios.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/platform.hpp"
#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "core/sweep.hpp"

namespace mec {

class SweepDocument;

/// Points x policies x replications, of which `precision` counts its first round.
inline constexpr std::uint64_t kMostSweepCells = 1'000'000;

struct Sweep {
  std::string path;
  std::string text;  // the file as read
  std::string name;  // the file's name without its ending, unless it says another
  std::string description;
  std::string scenario_path;  // of the base, as it can be opened from here
  std::string scenario_text;  // as read; overrides are not in it
  SweepGrid grid;
  std::vector<PolicySpec> policies;  // in the file's order; the scenario's unless it names some
  /// Of every point. With a precision: those of the first round.
  std::uint32_t replications = 1;
  std::uint64_t seed = 1;  // an axis over `seed` takes its place in scenario_at()
  std::optional<PrecisionTarget> precision;
  WarmUpDetection warm_up = WarmUpDetection::none;
  /// What scenario_at() and fingerprint_of() build on.
  std::shared_ptr<const SweepDocument> document;
};

/// `overrides` are `key=value` as for load_scenario(), laid over the sweep's own `set`; those of
/// seed, replications, precision, warmup and policies are of the sweep's keys of these names (so
/// `--seed 3` is `seed=3`); replications and precision take each other's place. Throws
/// ScenarioError with all faults: of the sweep file, of the base scenario, and of every swept
/// value. `policies` must outlive the sweep.
[[nodiscard]] Sweep load_sweep(const std::string& path, const std::vector<std::string>& overrides,
                               const PolicyRegistry& policies,
                               const PlatformReader& read_platform = {});

/// Whether the file holds a sweep. One that cannot be read or is no YAML does not; nor does a pipe,
/// which could be read only once.
[[nodiscard]] bool is_sweep_file(const std::string& path);

/// The scenario of a point, with the sweep's seed, replications and policies. Files that it names
/// are read once for the whole sweep. Not to be called by two threads at once.
[[nodiscard]] Scenario scenario_at(const Sweep& sweep, std::size_t point);

/// 32 hexadecimal digits, the same on every machine: of what the scenario of this point says, its
/// seed included, and of the contents of the files that it names. Neither comments, the order of
/// keys nor names of files count, nor what leaves a cell's tasks as they are: name, description,
/// policies, replications and published. Points that say the same have the same.
[[nodiscard]] std::string fingerprint_of(const Sweep& sweep, std::size_t point);

}  // namespace mec
