#include "sim/decision_bench.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "core/errors.hpp"
#include "core/topology.hpp"
#include "sim/run_simulation.hpp"

namespace mec {

namespace {

constexpr std::int64_t kWarmUp = 20'000'000;     // ns
constexpr std::int64_t kLeastTimed = 1'000'000;  // ns between two readings of the clock
constexpr double kPortion = 2e6;                 // ns, roughly
constexpr double kLongest = 2e9;                 // ns a policy, over all repetitions
constexpr double kTimings = 3.0;                 // single, p99, batched
constexpr std::size_t kLeastTasks = 20;
constexpr std::size_t kLeastRepetitions = 3;
constexpr std::size_t kAttempts = 5;
constexpr std::size_t kEmptyIntervals = 1001;
constexpr double kTail = 0.99;

double median(std::vector<double> values) { return quantile_of(std::move(values), 0.5); }

// What an interval between two readings holds when nothing is between.
double clock_cost(NanosecondClock& clock) {
  std::vector<double> empty(kEmptyIntervals);
  for (double& interval : empty) {
    const std::int64_t start = clock.now();
    interval = static_cast<double>(clock.now() - start);
  }
  return median(std::move(empty));
}

// What `measure` returns; the least of several attempts if it was preempted.
template <class Measure>
double undisturbed(NanosecondClock& clock, std::size_t attempts, Measure measure) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < attempts; ++i) {
    const std::int64_t before = clock.preemptions();
    least = std::min(least, measure());
    if (clock.preemptions() == before) {
      break;
    }
  }
  return least;
}

// Nanoseconds per decision of `pass`, which makes `decisions` of them, repeated for at least 1 ms.
// The clock is read after 1, 3, 7... passes: a handful of readings, whatever a pass takes.
template <class Pass>
double time_passes(NanosecondClock& clock, std::size_t decisions, Pass pass) {
  const std::int64_t start = clock.now();
  std::int64_t elapsed = 0;
  std::size_t passes = 0;
  for (std::size_t next = 1; elapsed < kLeastTimed; next *= 2) {
    for (std::size_t i = 0; i < next; ++i) {
      pass();
    }
    passes += next;
    elapsed = clock.now() - start;
  }
  return static_cast<double>(elapsed) / static_cast<double>(passes * decisions);
}

// One policy, the share of the pool that it has time for, and what has been measured of it.
class Contender {
 public:
  Contender(const BenchedPolicy& benched, const DecisionPool& pool,
            const DecisionBenchOptions& options, NanosecondClock& clock)
      : name_(benched.name), policy_(&benched.policy), clock_(&clock) {
    plan(warm_up(pool.first(pool.size())), pool, options);
    placements_.resize(batch_);
    policy_->decide_batch(tasks_.first(batch_), placements_);
  }

  void repeat(std::size_t repetition) {
    if (repetition >= repetitions_) {
      return;
    }
    single_.push_back(time_single());
    tail_.push_back(time_tail());
    batched_.push_back(time_batched());
  }

  [[nodiscard]] DecisionTiming timing() const {
    return {name_,           tasks_.size(), repetitions_,    batch_,
            median(single_), median(tail_), median(batched_)};
  }

 private:
  struct Rough {
    double mean;    // ns a decision; a reading of the clock is in it
    double median;  // what an interruption does not touch
  };

  Rough warm_up(std::span<const DecisionRequest> requests) {
    const std::int64_t start = clock_->now();
    std::vector<double> times;
    do {
      const DecisionRequest& request = requests[times.size() % requests.size()];
      const std::int64_t before = clock_->now();
      const Placement placement = policy_->decide(request);
      times.push_back(static_cast<double>(clock_->now() - before));
      (void)evaluate(request.costs, request.task, view(placement));  // throws if it does not fit
    } while (clock_->now() - start < kWarmUp);
    const double sum = std::accumulate(times.begin(), times.end(), 0.0);
    return {sum / static_cast<double>(times.size()), median(std::move(times))};
  }

  void plan(const Rough& rough, const DecisionPool& pool, const DecisionBenchOptions& options) {
    const double each = kTimings * std::max(rough.mean, 1.0);
    const auto repetitions = static_cast<double>(options.repetitions);
    const double tasks = kLongest / (each * repetitions);
    const auto least = static_cast<double>(std::min(kLeastTasks, pool.size()));
    const auto all = static_cast<double>(pool.size());
    tasks_ = pool.first(static_cast<std::size_t>(std::clamp(tasks, least, all)));
    const double affordable = kLongest / (each * static_cast<double>(tasks_.size()));
    const auto enough = static_cast<double>(std::min(kLeastRepetitions, options.repetitions));
    repetitions_ = static_cast<std::size_t>(std::clamp(affordable, enough, repetitions));
    batch_ = std::min(options.batch, tasks_.size());
    const double portion = kPortion / std::max(rough.median, 1.0);
    portion_ =
        static_cast<std::size_t>(std::clamp(portion, 1.0, static_cast<double>(tasks_.size())));
    // Of longer decisions, hardly any would come through undisturbed where others are at work.
    attempts_ = rough.median < kPortion ? kAttempts : 1;
  }

  // Nanoseconds per decision of `decide`, which decides the requests it is given.
  template <class Decide>
  double time_portions(std::size_t portion, Decide decide) {
    double sum = 0.0;
    for (std::size_t i = 0; i < tasks_.size(); i += portion) {
      const auto requests = tasks_.subspan(i, std::min(portion, tasks_.size() - i));
      const auto measure = [&] {
        return time_passes(*clock_, requests.size(), [&] { decide(requests); });
      };
      sum += static_cast<double>(requests.size()) * undisturbed(*clock_, attempts_, measure);
    }
    return sum / static_cast<double>(tasks_.size());
  }

  double time_single() {
    return time_portions(portion_, [this](std::span<const DecisionRequest> requests) {
      for (const DecisionRequest& request : requests) {
        (void)policy_->decide(request);  // virtual: the compiler cannot see that nobody looks
      }
    });
  }

  double time_batched() {
    const std::size_t batches = (portion_ + batch_ - 1) / batch_;
    return time_portions(batches * batch_, [this](std::span<const DecisionRequest> requests) {
      for (std::size_t i = 0; i < requests.size(); i += batch_) {
        const auto batch = requests.subspan(i, std::min(batch_, requests.size() - i));
        policy_->decide_batch(batch, std::span(placements_).first(batch.size()));
      }
    });
  }

  double time_tail() {
    const double reading = clock_cost(*clock_);
    std::vector<double> times;
    times.reserve(tasks_.size());
    for (const DecisionRequest& request : tasks_) {
      const std::int64_t start = clock_->now();
      (void)policy_->decide(request);
      const auto taken = static_cast<double>(clock_->now() - start);
      times.push_back(std::max(0.0, taken - reading));
    }
    return quantile_of(std::move(times), kTail);
  }

  std::string name_;
  Policy* policy_;
  NanosecondClock* clock_;
  std::span<const DecisionRequest> tasks_;
  std::size_t repetitions_ = 0;
  std::size_t batch_ = 0;
  std::size_t attempts_ = 1;
  std::size_t portion_ = 1;  // tasks whose decisions are timed together
  std::vector<Placement> placements_;
  std::vector<double> single_;  // of each repetition
  std::vector<double> tail_;
  std::vector<double> batched_;
};

Scenario with_tasks(const Scenario& scenario, const std::vector<RecordedTask>* recorded,
                    std::size_t tasks) {
  Scenario drawn = scenario;
  const bool limited = recorded != nullptr && scenario.workload.tasks_given;
  drawn.workload.tasks =
      limited ? std::min<std::uint64_t>(scenario.workload.tasks, tasks) : std::uint64_t{tasks};
  drawn.workload.tasks_given = true;
  return drawn;
}

}  // namespace

DecisionPool::DecisionPool(const Scenario& scenario, const std::vector<RecordedTask>* recorded,
                           std::size_t tasks)
    : network_(build_network(scenario.network, device_count(scenario, recorded))),
      paths_(network_, {scenario.seed, 0}),
      energy_(energy_of_servers(scenario.energy, network_)) {
  constexpr Seconds kApart{10.0};
  const auto source = make_source(with_tasks(scenario, recorded, tasks), recorded, 0);
  Probes probes(network_, scenario.observation, paths_, {scenario.seed, 0});
  std::vector<std::size_t> lengths;
  for (WorkItem item; source->next(item);) {
    lengths.push_back(item.chain.size());
    dates_.push_back(source->closed_loop() ? kApart * static_cast<double>(dates_.size())
                                           : item.release);
    add(scenario, item, probes);
  }
  if (lengths.empty()) {
    throw UserError("there is no task to measure decisions on");
  }
  requests_.reserve(lengths.size());
  std::size_t work = 0;
  std::size_t data = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const ChainView chain{std::span(work_).subspan(work, lengths[i]),
                          std::span(data_).subspan(data, lengths[i] + 1)};
    const SystemState& state = *states_[i].state;
    requests_.push_back({chain, state, costs_.empty() ? state.seconds() : costs_[i], kDevice,
                         dates_[i], network_.group_of(devices_[i]).topology,
                         network_.group_index_of(devices_[i]),
                         probes.observation(dates_[i], states_[i]), futures_[i]});
    work += lengths[i];
    data += lengths[i] + 1;
  }
}

void DecisionPool::add(const Scenario& scenario, const WorkItem& item, Probes& probes) {
  work_.insert(work_.end(), item.chain.work.begin(), item.chain.work.end());
  data_.insert(data_.end(), item.chain.data.begin(), item.chain.data.end());
  devices_.push_back(item.device);
  const Topology& topology = network_.group_of(item.device).topology;
  MeasuredState& measured = states_.emplace_back();
  probes.measure(item.device, dates_.back(), item.state, measured);
  std::vector<RatePath*>& future = futures_.emplace_back();
  for (std::size_t l = 0; l < topology.link_count() && network_.moves(); ++l) {
    future.push_back(paths_.of(item.device, l));
  }
  if (!scenario.objective.is_latency()) {
    costs_.push_back(objective_costs(scenario.objective, *measured.state, topology, energy_));
  }
}

std::int64_t SteadyClock::now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

std::optional<DecisionTimings> measure_decisions(std::span<const BenchedPolicy> policies,
                                                 const DecisionPool& pool,
                                                 const DecisionBenchOptions& options,
                                                 NanosecondClock& clock, const Proceed& proceed) {
  if (options.repetitions == 0 || options.batch == 0) {
    throw std::invalid_argument("measure_decisions: no repetitions, or empty batches");
  }
  // Warming up counts as one more repetition.
  const auto steps = static_cast<double>((options.repetitions + 1) * policies.size());
  std::size_t step = 0;
  const auto go_on = [&] { return proceed(static_cast<double>(step++) / steps); };
  std::vector<Contender> contenders;
  contenders.reserve(policies.size());
  for (const BenchedPolicy& policy : policies) {
    if (!go_on()) {
      return std::nullopt;
    }
    contenders.emplace_back(policy, pool, options, clock);
  }
  std::vector<double> speeds;
  for (std::size_t repetition = 0; repetition < options.repetitions; ++repetition) {
    speeds.push_back(measure_cycles_per_ns(clock));
    for (Contender& contender : contenders) {
      if (!go_on()) {
        return std::nullopt;
      }
      contender.repeat(repetition);
    }
  }
  DecisionTimings timings{median(std::move(speeds)), {}};
  for (const Contender& contender : contenders) {
    timings.timings.push_back(contender.timing());
  }
  return timings;
}

std::int64_t SteadyClock::preemptions() {
  rusage usage = {};
  return ::getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}

double measure_cycles_per_ns(NanosecondClock& clock) {
  constexpr std::size_t kAdditions = 400'000;
  constexpr std::size_t kUnrolled = 16;
  std::uint64_t sum = 0;
  std::uint64_t step = 1;
  // The compiler must not know the step: some cores add a small constant in no time at all.
  asm volatile("" : "+r"(step));
  const auto add = [&] {
    const std::int64_t start = clock.now();
    for (std::size_t i = 0; i < kAdditions / kUnrolled; ++i) {
#pragma GCC unroll 16
      for (std::size_t j = 0; j < kUnrolled; ++j) {
        sum += step;
        asm volatile("" : "+r"(sum));  // nor may it add several steps at once
      }
    }
    return static_cast<double>(std::max<std::int64_t>(1, clock.now() - start));
  };
  return static_cast<double>(kAdditions) / undisturbed(clock, kAttempts, add);
}

double quantile_of(std::vector<double> values, double q) {
  if (values.empty()) {
    throw std::invalid_argument("quantile_of: no values");
  }
  const double position = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), middle, values.end());
  if (middle + 1 == values.end()) {
    return *middle;
  }
  const double above = *std::min_element(middle + 1, values.end());
  return *middle + (position - static_cast<double>(below)) * (above - *middle);
}

}  // namespace mec
