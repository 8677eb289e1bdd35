// Hands out the cells of a sweep and keeps count of them: what is finished already is not run
// again, policies that learn do so before their cells run, and points get more replications until
// they are precise enough, if that is asked for. Which cells are run in the end does not depend on
// the order in which they end.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "results/cell_store.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/sweep/job_runner.hpp"
#include "sim/cli/sweep/sweep_plan.hpp"

namespace mec::cli {

struct CoordinatorOptions {
  std::optional<Shard> shard;
  bool keep_failed = false;  // cells that failed before are left as they are
  std::optional<std::chrono::nanoseconds> progress_every = std::nullopt;  // see ProgressBar
};

/// Takes what it finds in the store when it is made, then runs the rest.
class Coordinator {
 public:
  Coordinator(const SweepPlan& plan, const CellStore& store, const CoordinatorOptions& options);

  /// Until everything has ended, or interrupted(); then what runs is stopped. Throws OutputError.
  void run(JobRunner& runner);

  /// By point, policy and replication.
  [[nodiscard]] std::vector<SweepCell> cells() const;
  /// Cells that were finished before.
  [[nodiscard]] std::uint64_t found() const { return found_; }
  /// The models of a policy, each once.
  [[nodiscard]] std::vector<std::string> models(std::uint32_t policy) const;
  /// Jobs that are to be run: preparations, and cells as far as they are known.
  [[nodiscard]] std::uint64_t preparations() const { return to_learn_.size(); }
  [[nodiscard]] std::uint64_t cells_left() const { return cells_.size() - ended_; }

 private:
  // What a policy learns at a point, or at several where that is the same.
  struct Learning {
    CellId cell;                       // the first that needs it
    std::set<std::uint32_t> policies;  // that need it: the same, deployed on several sites
    std::vector<std::size_t> waiting;  // cells
    std::optional<std::string> model;
    std::optional<std::string> failure;
    bool retried = false;
  };
  struct Point {
    std::uint32_t replications = 0;  // so far
    std::uint64_t under_way = 0;     // cells that have not ended
    std::vector<std::size_t> cells;
  };

  void add_replications(std::uint32_t point, std::uint32_t total);
  void add_cell(const CellId& id);
  void make_ready(std::size_t cell, const std::string& model);
  void fail(std::size_t cell, CellStatus status, const std::string& reason,
            const std::string& errors);
  void cell_has_ended(std::size_t cell);
  void start_next(JobRunner& runner);
  void handle(const JobEnd& end);
  void handle_learning(Learning& learning, std::size_t index, const JobEnd& end);
  void handle_cell(std::size_t cell, const JobEnd& end);
  void settle_points();
  [[nodiscard]] std::optional<std::uint32_t> next_round(const Point& point) const;
  void show_progress();
  void say(const std::string& line);

  const SweepPlan& plan_;
  const CellStore& store_;
  CoordinatorOptions options_;
  std::vector<SweepCell> cells_;  // in the order in which they were added
  std::vector<Point> points_;
  std::vector<Learning> learnings_;
  std::map<std::string, std::size_t> learning_of_;  // by SweepPlan::learning_key
  std::map<std::size_t, std::string> model_of_;     // of cells that are ready and need one
  std::deque<std::size_t> to_learn_;                // learnings not yet started
  std::deque<std::size_t> ready_;                   // cells not yet started
  std::set<std::size_t> retried_;                   // cells
  std::set<std::string> said_;                      // lines of preparations
  std::vector<std::uint32_t> settled_;              // points whose cells have all ended
  ProgressBar bar_;
  std::uint64_t found_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t learned_ = 0;  // learnings that have ended, well or not
  bool cells_have_begun_ = false;
  std::size_t running_ = 0;
};

}  // namespace mec::cli
