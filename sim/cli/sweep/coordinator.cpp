#include "sim/cli/sweep/coordinator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <sstream>
#include <tuple>
#include <utility>

#include "results/precision.hpp"
#include "results/sweep_precision.hpp"
#include "sim/cli/interrupt.hpp"

namespace mec::cli {

namespace {

constexpr auto kTurn = std::chrono::milliseconds(200);
constexpr std::uint64_t kLearningIds = std::uint64_t{1} << 32U;  // above those of cells

bool has_failed(CellStatus status) {
  return status == CellStatus::failed || status == CellStatus::timed_out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) {
      lines.push_back(line);
    }
  }
  return lines;
}

}  // namespace

Coordinator::Coordinator(const SweepPlan& plan, const CellStore& store,
                         const CoordinatorOptions& options)
    : plan_(plan),
      store_(store),
      options_(options),
      points_(plan.points()),
      bar_(options.progress_every) {
  for (std::uint32_t p = 0; p < plan.points(); ++p) {
    add_replications(p, plan.sweep().replications);
  }
  settle_points();
}

void Coordinator::add_replications(std::uint32_t point, std::uint32_t total) {
  for (std::uint32_t policy = 0; policy < plan_.policies().size(); ++policy) {
    for (std::uint32_t r = points_[point].replications; r < total; ++r) {
      const CellId id{point, policy, r};
      if (!options_.shard || plan_.is_in(*options_.shard, id)) {
        add_cell(id);
      }
    }
  }
  points_[point].replications = total;
}

void Coordinator::add_cell(const CellId& id) {
  const std::size_t index = cells_.size();
  cells_.emplace_back().id = id;
  points_[id.point].cells.push_back(index);
  ++points_[id.point].under_way;
  if (!plan_.learns(id.policy)) {
    make_ready(index, "");
    return;
  }
  const auto [place, is_new] =
      learning_of_.try_emplace(plan_.learning_key(id.point, id.policy), learnings_.size());
  if (is_new) {
    to_learn_.push_back(learnings_.size());
    learnings_.emplace_back().cell = id;
  }
  Learning& learning = learnings_[place->second];
  learning.policies.insert(id.policy);
  if (learning.model) {
    make_ready(index, *learning.model);
  } else if (learning.failure) {
    fail(index, CellStatus::failed, *learning.failure, "");
  } else {
    learning.waiting.push_back(index);
  }
}

// Now that its model is known, so is its key: it may have been run before.
void Coordinator::make_ready(std::size_t index, const std::string& model) {
  SweepCell& cell = cells_[index];
  cell.key = plan_.key(cell.id, model);
  StoredCell stored = store_.read(cell.key);
  if (!stored.fault.empty()) {
    say(fmt::format("mecsim: warning: {}: {}; it is run again",
                    (store_.folder() / (cell.key + ".json")).string(), stored.fault));
  }
  if (stored.status == CellStatus::completed ||
      (options_.keep_failed && has_failed(stored.status))) {
    cell.status = stored.status;
    cell.reason = std::move(stored.reason);
    cell.errors = std::move(stored.errors);
    cell.report = stored.report;
    found_ += cell.status == CellStatus::completed ? 1U : 0U;
    cell_has_ended(index);
    return;
  }
  if (!model.empty()) {
    model_of_[index] = model;
  }
  ready_.push_back(index);
}

void Coordinator::fail(std::size_t index, CellStatus status, const std::string& reason,
                       const std::string& errors) {
  SweepCell& cell = cells_[index];
  if (cell.key.empty()) {
    cell.key = plan_.key(cell.id, "");  // it never had a model
  }
  cell.status = status;
  cell.reason = reason;
  cell.errors = errors;
  store_.record_failure(cell.key, {status, {}, reason, errors, {}});
  cell_has_ended(index);
}

void Coordinator::cell_has_ended(std::size_t index) {
  const SweepCell& cell = cells_[index];
  ++ended_;
  failed_ += has_failed(cell.status) ? 1U : 0U;
  Point& point = points_[cell.id.point];
  if (--point.under_way == 0) {
    settled_.push_back(cell.id.point);
  }
}

// More replications may be finished already, and settle the point again.
void Coordinator::settle_points() {
  while (!settled_.empty()) {
    const std::uint32_t p = settled_.back();
    settled_.pop_back();
    if (points_[p].under_way == 0) {
      if (const auto total = next_round(points_[p])) {
        add_replications(p, *total);
      }
    }
  }
}

std::optional<std::uint32_t> Coordinator::next_round(const Point& point) const {
  const auto& target = plan_.sweep().precision;
  if (!target) {
    return std::nullopt;
  }
  std::vector<std::vector<double>> values(plan_.policies().size());
  for (const std::size_t index : point.cells) {
    const SweepCell& cell = cells_[index];
    if (const auto value = value_of(*target, cell)) {
      values[cell.id.policy].push_back(*value);
    }
  }
  return replications_needed(*target, point.replications, values);
}

void Coordinator::run(JobRunner& runner) {
  while (!interrupted() && (running_ > 0 || !to_learn_.empty() || !ready_.empty())) {
    while (running_ < runner.slots() && (!to_learn_.empty() || !ready_.empty())) {
      start_next(runner);
    }
    for (const JobEnd& end : runner.wait(kTurn)) {
      --running_;
      handle(end);
    }
    settle_points();
    show_progress();
  }
  if (interrupted()) {
    runner.stop();
  }
  bar_.clear();
}

// Learning first: it takes longest, and cells wait for it.
void Coordinator::start_next(JobRunner& runner) {
  ++running_;
  if (!to_learn_.empty()) {
    const std::size_t index = to_learn_.front();
    to_learn_.pop_front();
    runner.start(kLearningIds + index, {JobKind::prepare, learnings_[index].cell, "", ""});
    return;
  }
  if (!cells_have_begun_) {
    cells_have_begun_ = true;
    bar_.begin_stage();  // what learning has taken says nothing of what cells take
  }
  const std::size_t index = ready_.front();
  ready_.pop_front();
  const auto model = model_of_.find(index);
  runner.start(index, {JobKind::cell, cells_[index].id, cells_[index].key,
                       model == model_of_.end() ? std::string() : model->second});
}

void Coordinator::handle(const JobEnd& end) {
  if (end.id >= kLearningIds) {
    const std::size_t index = end.id - kLearningIds;
    handle_learning(learnings_[index], index, end);
  } else {
    handle_cell(end.id, end);
  }
}

void Coordinator::handle_learning(Learning& learning, std::size_t index, const JobEnd& end) {
  for (const std::string& line : lines_of(end.errors)) {
    if (said_.insert(line).second) {  // models found in the cache: once, not for every point
      say(line);
    }
  }
  if (end.fate == JobFate::killed && !learning.retried) {
    learning.retried = true;
    to_learn_.push_back(index);
    return;
  }
  ++learned_;
  const std::vector<std::size_t> waiting = std::exchange(learning.waiting, {});
  if (end.fate == JobFate::done) {
    std::error_code ignored;
    std::filesystem::remove_all(end.folder, ignored);
    learning.model = end.result;
    for (const std::size_t cell : waiting) {
      make_ready(cell, end.result);
    }
  } else {
    learning.failure = "it could not learn: " + end.reason;
    for (const std::size_t cell : waiting) {
      fail(cell, CellStatus::failed, *learning.failure, end.errors);
    }
  }
}

void Coordinator::handle_cell(std::size_t index, const JobEnd& end) {
  SweepCell& cell = cells_[index];
  if (end.fate == JobFate::killed && retried_.insert(index).second) {
    ready_.push_back(index);  // last: if memory was short, it may be less so then
    return;
  }
  if (end.fate != JobFate::done) {
    fail(index, end.fate == JobFate::timed_out ? CellStatus::timed_out : CellStatus::failed,
         end.reason, end.errors);
    return;
  }
  store_.take(cell.key, end.folder);
  const StoredCell stored = store_.read(cell.key, RowCheck::size);
  if (stored.status != CellStatus::completed) {
    fail(index, CellStatus::failed, "what it left is not whole: " + stored.fault, end.errors);
    return;
  }
  cell.status = CellStatus::completed;
  cell.report = stored.report;
  model_of_.erase(index);
  cell_has_ended(index);
}

void Coordinator::show_progress() {
  const auto done = static_cast<double>(ended_ - found_);
  const auto all = static_cast<double>(cells_.size() - found_);
  const std::string learned =
      learned_ < learnings_.size()
          ? fmt::format("learned {} of {} models, ", learned_, learnings_.size())
          : "";
  const std::string failures = failed_ > 0 ? fmt::format(", {} failed", failed_) : "";
  bar_.show(all > 0.0 ? done / all : 1.0,
            fmt::format("{}{} of {} cells{}", learned, ended_, cells_.size(), failures));
}

void Coordinator::say(const std::string& line) {
  bar_.clear();
  std::fputs((line + "\n").c_str(), stderr);
}

std::vector<SweepCell> Coordinator::cells() const {
  std::vector<SweepCell> sorted = cells_;
  std::sort(sorted.begin(), sorted.end(), [](const SweepCell& a, const SweepCell& b) {
    return std::tie(a.id.point, a.id.policy, a.id.replication) <
           std::tie(b.id.point, b.id.policy, b.id.replication);
  });
  for (SweepCell& cell : sorted) {
    if (cell.status == CellStatus::completed) {
      cell.rows = store_.rows(cell.key);
    }
  }
  return sorted;
}

std::vector<std::string> Coordinator::models(std::uint32_t policy) const {
  std::set<std::string> models;
  for (const Learning& learning : learnings_) {
    if (learning.policies.contains(policy) && learning.model) {
      models.insert(*learning.model);
    }
  }
  return {models.begin(), models.end()};
}

}  // namespace mec::cli
