#include "core/workload.hpp"

#include <algorithm>
#include <boost/random/exponential_distribution.hpp>
#include <cmath>
#include <queue>
#include <stdexcept>
#include <utility>

#include "core/network.hpp"
#include "core/state_model.hpp"

namespace mec {

namespace {

// What tasks are: fills all of an item but its release. False: this device has no more.
class Payload {
 public:
  virtual ~Payload() = default;
  virtual bool fill(std::uint32_t device, WorkItem& item) = 0;
};

class GeneratedPayload final : public Payload {
 public:
  GeneratedPayload(const Scenario& scenario, const RandomStreams& streams)
      : model_(scenario.task),
        states_(scenario, streams, device_count(scenario, nullptr)),
        limit_(scenario.workload.tasks),
        per_device_ids_(std::holds_alternative<ClosedLoop>(scenario.workload.arrivals)),
        count_(states_.network().devices(), 0) {
    for (std::uint32_t d = 0; d < count_.size(); ++d) {
      engines_.push_back(streams.stream("task", d));
    }
  }

  bool fill(std::uint32_t device, WorkItem& item) override {
    // In a closed loop the order between devices depends on the policy, so it must not decide who
    // gets a task.
    const std::uint64_t id = per_device_ids_ ? device + count_[device] * count_.size() : total_;
    if (id >= limit_) {
      return false;
    }
    ++count_[device];
    ++total_;
    item.task = id;
    item.device = device;
    states_.next(device, item.state);
    draw_chain(engines_[device], item.chain);
    return true;
  }

 private:
  void draw_chain(RandomEngine& engine, ChainTask& chain) const {
    const double length = std::round(sample(model_.subtasks, engine));
    const auto longest = static_cast<double>(kMaxSubtasks);
    const auto n = static_cast<std::size_t>(std::clamp(length, 1.0, longest));
    chain.work.resize(n);
    chain.data.resize(n + 1);
    for (Cycles& work : chain.work) {
      work = Cycles{sample(model_.work, engine)};
    }
    for (Bytes& data : chain.data) {
      data = Bytes{sample(model_.data, engine)};
    }
  }

  TaskModel model_;
  StateModel states_;
  std::uint64_t limit_;
  bool per_device_ids_;
  std::vector<std::uint64_t> count_;  // tasks handed out, per device
  std::uint64_t total_ = 0;
  std::vector<RandomEngine> engines_;
};

void fill_from(const RecordedTask& row, StateModel& states, WorkItem& item) {
  item.task = row.task;
  item.device = row.device;
  item.release = row.release;
  item.chain = row.chain;
  states.next(row.device, item.state);
  StateSample& state = item.state;
  state.speeds[kDevice] = row.p1.value_or(state.speeds[kDevice]);
  if (!states.network().three_tier) {
    return;  // the reader of the file refuses the rest
  }
  state.speeds[kEdge] = row.p2.value_or(state.speeds[kEdge]);
  for (const auto link : {kUplink, kDownlink}) {
    state.rates[link] = row.b1.value_or(state.rates[link]);
  }
  for (const auto link : {kBackhaulUp, kBackhaulDown}) {
    state.rates[link] = row.b2.value_or(state.rates[link]);
  }
}

std::uint64_t rows_to_run(const Scenario& scenario, const std::vector<RecordedTask>& rows) {
  return scenario.workload.tasks_given
             ? std::min<std::uint64_t>(scenario.workload.tasks, rows.size())
             : rows.size();
}

class RecordedPayload final : public Payload {
 public:
  RecordedPayload(const Scenario& scenario, const RandomStreams& streams,
                  const std::vector<RecordedTask>& rows)
      : rows_(rows),
        states_(scenario, streams, device_count(scenario, &rows)),
        queues_(device_count(scenario, &rows)),
        position_(queues_.size(), 0) {
    for (std::uint64_t i = 0; i < rows_to_run(scenario, rows); ++i) {
      queues_[rows[i].device].push_back(i);
    }
  }

  bool fill(std::uint32_t device, WorkItem& item) override {
    const auto& queue = queues_[device];
    if (position_[device] == queue.size()) {
      return false;
    }
    fill_from(rows_[queue[position_[device]++]], states_, item);
    return true;
  }

 private:
  const std::vector<RecordedTask>& rows_;
  StateModel states_;
  std::vector<std::vector<std::uint64_t>> queues_;  // rows of each device, in file order
  std::vector<std::size_t> position_;
};

class ClosedLoopSource final : public TaskSource {
 public:
  ClosedLoopSource(std::unique_ptr<Payload> payload, std::uint64_t tasks, std::uint32_t devices)
      : payload_(std::move(payload)), tasks_(tasks), devices_(devices) {}

  [[nodiscard]] std::uint64_t tasks() const override { return tasks_; }
  [[nodiscard]] std::uint32_t devices() const override { return devices_; }
  [[nodiscard]] bool closed_loop() const override { return true; }
  bool next(WorkItem& item) override {
    for (; cursor_ < devices_; ++cursor_) {  // device by device: only used to list a workload
      if (next_of(cursor_, item)) {
        return true;
      }
    }
    return false;
  }
  bool next_of(std::uint32_t device, WorkItem& item) override {
    return payload_->fill(device, item);
  }

 private:
  std::unique_ptr<Payload> payload_;
  std::uint64_t tasks_;
  std::uint32_t devices_;
  std::uint32_t cursor_ = 0;
};

// Poisson or periodic releases of every device, merged in (release, device) order.
class OpenSource final : public TaskSource {
 public:
  OpenSource(std::unique_ptr<Payload> payload, const Scenario& scenario,
             const RandomStreams& streams, std::uint64_t tasks, std::uint32_t devices)
      : payload_(std::move(payload)),
        arrivals_(scenario.workload.arrivals),
        tasks_(tasks),
        devices_(devices),
        released_(devices, 0) {
    for (std::uint32_t d = 0; d < devices; ++d) {
      engines_.push_back(streams.stream("arrivals", d));
      releases_.push({first_release(d), d});
    }
  }

  [[nodiscard]] std::uint64_t tasks() const override { return tasks_; }
  [[nodiscard]] std::uint32_t devices() const override { return devices_; }
  [[nodiscard]] bool closed_loop() const override { return false; }
  bool next_of(std::uint32_t, WorkItem&) override { return false; }

  bool next(WorkItem& item) override {
    while (!releases_.empty()) {
      const auto [release, device] = releases_.top();
      releases_.pop();
      if (!payload_->fill(device, item)) {
        continue;  // this device has run out; others may not have
      }
      item.release = Seconds{release};
      releases_.push({release_after(release, device), device});
      return true;
    }
    return false;
  }

 private:
  using Release = std::pair<double, std::uint32_t>;

  double first_release(std::uint32_t device) {
    return std::holds_alternative<PeriodicArrivals>(arrivals_) ? periodic_release(device)
                                                               : poisson_gap(device);
  }
  double release_after(double release, std::uint32_t device) {
    ++released_[device];
    return std::holds_alternative<PeriodicArrivals>(arrivals_) ? periodic_release(device)
                                                               : release + poisson_gap(device);
  }
  // From the count, not from the last release: a running sum of periods drifts.
  [[nodiscard]] double periodic_release(std::uint32_t device) const {
    const double period = std::get<PeriodicArrivals>(arrivals_).period.value();
    const double phase = static_cast<double>(device) / static_cast<double>(devices_);
    return period * phase + period * static_cast<double>(released_[device]);
  }
  double poisson_gap(std::uint32_t device) {
    const double rate = std::get<PoissonArrivals>(arrivals_).rate.value();
    return boost::random::exponential_distribution<double>(rate)(engines_[device]);
  }

  std::unique_ptr<Payload> payload_;
  Arrivals arrivals_;
  std::uint64_t tasks_;
  std::uint32_t devices_;
  std::vector<std::uint64_t> released_;  // per device
  std::vector<RandomEngine> engines_;
  std::priority_queue<Release, std::vector<Release>, std::greater<>> releases_;
};

// The file's own release times.
class FileOrderSource final : public TaskSource {
 public:
  FileOrderSource(const Scenario& scenario, const RandomStreams& streams,
                  const std::vector<RecordedTask>& rows)
      : rows_(rows), devices_(device_count(scenario, &rows)), states_(scenario, streams, devices_) {
    for (std::uint64_t i = 0; i < rows_to_run(scenario, rows); ++i) {
      order_.push_back(i);
    }
    std::stable_sort(order_.begin(), order_.end(), [&rows](std::uint64_t a, std::uint64_t b) {
      return rows[a].release < rows[b].release;
    });
  }

  [[nodiscard]] std::uint64_t tasks() const override { return order_.size(); }
  [[nodiscard]] std::uint32_t devices() const override { return devices_; }
  [[nodiscard]] bool closed_loop() const override { return false; }
  bool next_of(std::uint32_t, WorkItem&) override { return false; }
  bool next(WorkItem& item) override {
    if (position_ == order_.size()) {
      return false;
    }
    fill_from(rows_[order_[position_++]], states_, item);
    return true;
  }

 private:
  const std::vector<RecordedTask>& rows_;
  std::uint32_t devices_;
  StateModel states_;
  std::vector<std::uint64_t> order_;
  std::size_t position_ = 0;
};

std::unique_ptr<TaskSource> make_source(const Scenario& scenario, const RandomStreams& streams,
                                        std::unique_ptr<Payload> payload, std::uint64_t tasks,
                                        std::uint32_t devices) {
  if (std::holds_alternative<ClosedLoop>(scenario.workload.arrivals)) {
    return std::make_unique<ClosedLoopSource>(std::move(payload), tasks, devices);
  }
  return std::make_unique<OpenSource>(std::move(payload), scenario, streams, tasks, devices);
}

}  // namespace

std::uint32_t device_count(const Scenario& scenario, const std::vector<RecordedTask>* recorded) {
  std::uint32_t devices = scenario.network.devices;
  if (scenario.network.platform) {
    devices = static_cast<std::uint32_t>(scenario.network.platform->devices.size());
  } else if (scenario.network.graph) {
    devices = 0;
    for (const GraphModel::Devices& group : scenario.network.graph->devices) {
      devices += group.count;
    }
  }
  if (recorded != nullptr) {
    for (const RecordedTask& row : *recorded) {
      devices = std::max(devices, row.device + 1);
    }
  }
  return devices;
}

std::unique_ptr<TaskSource> make_generated_source(const Scenario& scenario,
                                                  const RandomStreams& streams) {
  if (std::holds_alternative<FileArrivals>(scenario.workload.arrivals)) {
    throw std::invalid_argument("generated tasks have no release times of their own");
  }
  return make_source(scenario, streams, std::make_unique<GeneratedPayload>(scenario, streams),
                     scenario.workload.tasks, device_count(scenario, nullptr));
}

std::unique_ptr<TaskSource> make_recorded_source(const Scenario& scenario,
                                                 const RandomStreams& streams,
                                                 const std::vector<RecordedTask>& recorded) {
  if (std::holds_alternative<FileArrivals>(scenario.workload.arrivals)) {
    return std::make_unique<FileOrderSource>(scenario, streams, recorded);
  }
  return make_source(scenario, streams,
                     std::make_unique<RecordedPayload>(scenario, streams, recorded),
                     rows_to_run(scenario, recorded), device_count(scenario, &recorded));
}

}  // namespace mec
