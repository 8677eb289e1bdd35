// What a sweep runs: its cells with the scenario, policy and key of each. The same on every process
// that loads the same files with the same options.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "core/sweep.hpp"
#include "core/workload.hpp"
#include "results/cell_store.hpp"
#include "scenarios/sweep_file.hpp"
#include "sim/cli/sweep/sweep_options.hpp"

namespace mec::cli {

/// Not for use by two threads at once.
class SweepPlan {
 public:
  /// Loads everything and checks it at every point. Throws UserError, PolicyError.
  explicit SweepPlan(const SweepOptions& options);

  [[nodiscard]] const Sweep& sweep() const { return sweep_; }
  [[nodiscard]] std::size_t points() const { return sweep_.grid.points.size(); }
  [[nodiscard]] const std::vector<PolicySpec>& policies() const { return policies_; }
  [[nodiscard]] const std::vector<std::string>& policy_names() const { return names_; }
  [[nodiscard]] const std::string& scenario_name() const { return scenario_name_; }
  [[nodiscard]] EngineKind engine() const { return engine_; }
  [[nodiscard]] const std::string& cache() const { return cache_; }
  [[nodiscard]] const CellOrigin& origin() const { return origin_; }
  /// Of every point, see SweepResults.
  [[nodiscard]] const std::vector<bool>& independent_tasks() const { return independent_; }
  /// On standard error: what the user should know before it runs, each once and not for every
  /// point.
  void print_warnings() const;
  /// Of the sweep file, the scenario and the overrides. Policies, replications and precision may
  /// differ: they only say how many of the same cells are wanted.
  [[nodiscard]] std::string identity() const;

  /// The scenario of a point, or as a policy runs it there (see policy_scenarios).
  [[nodiscard]] Scenario scenario(std::uint32_t point) const;
  [[nodiscard]] Scenario scenario(std::uint32_t point, std::uint32_t policy) const;
  /// The tasks of the workload file of this point's scenario, or null; valid until the next call.
  [[nodiscard]] const std::vector<RecordedTask>* recorded(std::uint32_t point,
                                                          const Scenario& scenario) const;
  [[nodiscard]] bool learns(std::uint32_t policy) const;
  /// The policy as PolicyRegistry::make takes it.
  [[nodiscard]] PolicySpec ready(std::uint32_t policy, const std::string& model) const;
  /// `model`: file of what the policy has learned, or empty. Each model is read once.
  [[nodiscard]] std::string key(const CellId& cell, const std::string& model) const;
  /// The same where the policy learns the same.
  [[nodiscard]] std::string learning_key(std::uint32_t point, std::uint32_t policy) const;
  /// Whether the cell is in the part of the sweep that the shard runs.
  [[nodiscard]] bool is_in(const Shard& shard, const CellId& cell) const;

 private:
  // Of one point or several; the text is the first one's.
  struct Warning {
    std::string kind;  // the text without its numbers
    std::string text;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::uint32_t points = 0;
    bool same_text = true;  // at all of them
  };

  void check_points(const SweepOptions& options);
  void add_warnings(std::uint32_t point, const Scenario& scenario,
                    const std::vector<RecordedTask>* recorded);
  void add_warning(std::uint32_t point, const std::string& text);
  [[nodiscard]] std::string points_of(const Warning& warning) const;

  Sweep sweep_;
  std::vector<std::string> overrides_;
  std::vector<PolicySpec> policies_;
  std::vector<std::string> names_;
  std::string scenario_name_;
  EngineKind engine_;
  std::string cache_;
  CellOrigin origin_;
  std::vector<bool> independent_;
  std::vector<std::string> fingerprints_;  // [points]
  std::vector<Warning> warnings_;
  mutable std::optional<std::uint32_t> recorded_point_;
  mutable std::vector<RecordedTask> recorded_;
  mutable std::map<std::string, std::string> model_hashes_;  // by path
};

}  // namespace mec::cli
