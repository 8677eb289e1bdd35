// Nanoseconds per decision of learned models, everything included: features, network, decoding.
// Weights are random: the work does not depend on them. Tasks are the paper's (Section 5.1).
//
// student: 26 time features, 2 x 32, 64 plans. joint: the same with 3n scores. paper_student: six
// nets 17-32-32-3. teacher: six nets 17-256x5-3, the paper's 1.6M parameters; GFLOP/s counts a
// multiplication and an addition as two, and is set against the best that the core's widest vectors
// can do. "single" decides one task at a time, "batch" 256.
//
//   bench_inference --benchmark_repetitions=9 --benchmark_report_aggregates_only=true
#include <benchmark/benchmark.h>

#include <ctime>
#include <vector>

#include "policies/learning/inference/decider.hpp"
#include "tests/bench/fma_peak.hpp"
#include "tests/support/random_models.hpp"

namespace {

using mec::DecisionRequest;
using mec::Placement;
using mec::learning::Decider;
using mec::learning::FeatureKind;
using mec::learning::FeatureSchema;
using mec::learning::HeadKind;
using mec::learning::Model;
using mec::learning::WeightPrecision;

constexpr std::size_t kTasks = 512;  // with their states, what a level-2 cache holds
constexpr std::size_t kBatch = 256;
constexpr std::size_t kSubtasks = 6;

class Pool {
 public:
  Pool() {
    mec::RandomEngine random = mec::test::engine("inference benchmark");
    tasks_.reserve(kTasks);
    states_.reserve(kTasks);
    for (std::size_t i = 0; i < kTasks; ++i) {
      tasks_.push_back(mec::test::paper_task(random, kSubtasks));
      states_.emplace_back(mec::test::paper_state(random));
      requests_.push_back({tasks_[i].view(), states_[i], states_[i].seconds()});
    }
  }
  [[nodiscard]] const std::vector<DecisionRequest>& requests() const { return requests_; }

 private:
  std::vector<mec::ChainTask> tasks_;
  std::vector<mec::SystemState> states_;
  std::vector<DecisionRequest> requests_;
};

const std::vector<DecisionRequest>& requests() {
  static const Pool pool;
  return pool.requests();
}

enum class Kind { student, joint, paper_student, teacher };

Model model_of(Kind kind) {
  mec::RandomEngine random = mec::test::engine("inference benchmark, models");
  const std::vector<std::size_t> small{32, 32};
  const FeatureSchema time{FeatureKind::time, kSubtasks, false};
  const FeatureSchema raw{FeatureKind::raw, kSubtasks, false};
  switch (kind) {
    case Kind::student:
      return mec::test::drawn_model(random, HeadKind::plan, time, small);
    case Kind::joint:
      return mec::test::drawn_model(random, HeadKind::joint, time, small);
    case Kind::paper_student:
      return mec::test::drawn_model(random, HeadKind::per_subtask, raw, small);
    case Kind::teacher:
      break;
  }
  return mec::test::drawn_model(random, HeadKind::per_subtask, raw,
                                std::vector<std::size_t>(5, 256));
}

double flops_of(const Model& model) {
  double flops = 0.0;
  for (const mec::learning::Mlp& network : model.networks) {
    for (const mec::learning::DenseLayer& layer : network.layers) {
      flops += 2.0 * static_cast<double>(layer.inputs) * static_cast<double>(layer.outputs);
    }
  }
  return flops;
}

// Processor time: on a shared machine the clock on the wall counts others' work.
template <class Body>
void time_decisions(benchmark::State& run, Kind kind, std::size_t each, Body body) {
  const double peak = kind == Kind::teacher ? mec::bench::fma_peak() : 0.0;
  const std::clock_t begin = std::clock();
  for (auto _ : run) {
    body();
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const double decisions = static_cast<double>(run.iterations()) * static_cast<double>(each);
  run.counters["ns_per_task"] = 1e9 * seconds / decisions;
  if (kind == Kind::teacher) {
    const double gflops = 1e-9 * flops_of(model_of(kind)) * decisions / seconds;
    run.counters["GFLOPs"] = gflops;
    run.counters["of_peak"] = peak > 0.0 ? gflops / peak : 0.0;
  }
}

void single(benchmark::State& run, Kind kind, WeightPrecision precision) {
  Decider decider(model_of(kind), precision);
  const std::vector<DecisionRequest>& all = requests();
  std::size_t i = 0;
  time_decisions(run, kind, 1, [&] {
    Placement placement = decider.decide(all[i]);
    benchmark::DoNotOptimize(placement);
    i = (i + 1) % kTasks;
  });
}

void batch(benchmark::State& run, Kind kind, WeightPrecision precision) {
  Decider decider(model_of(kind), precision);
  std::vector<Placement> placements(kBatch);
  std::size_t first = 0;
  time_decisions(run, kind, kBatch, [&] {
    decider.decide_batch({&requests()[first], kBatch}, placements);
    benchmark::DoNotOptimize(placements.data());
    first = (first + kBatch) % kTasks;
  });
}

}  // namespace

BENCHMARK_CAPTURE(single, student_fp32, Kind::student, WeightPrecision::fp32);
BENCHMARK_CAPTURE(single, student_fp16, Kind::student, WeightPrecision::fp16);
BENCHMARK_CAPTURE(single, student_int8, Kind::student, WeightPrecision::int8);
BENCHMARK_CAPTURE(batch, student_fp32, Kind::student, WeightPrecision::fp32);
BENCHMARK_CAPTURE(batch, student_fp16, Kind::student, WeightPrecision::fp16);
BENCHMARK_CAPTURE(batch, student_int8, Kind::student, WeightPrecision::int8);
BENCHMARK_CAPTURE(single, joint_fp32, Kind::joint, WeightPrecision::fp32);
BENCHMARK_CAPTURE(single, joint_int8, Kind::joint, WeightPrecision::int8);
BENCHMARK_CAPTURE(batch, joint_fp32, Kind::joint, WeightPrecision::fp32);
BENCHMARK_CAPTURE(batch, joint_int8, Kind::joint, WeightPrecision::int8);
BENCHMARK_CAPTURE(single, paper_student_fp32, Kind::paper_student, WeightPrecision::fp32);
BENCHMARK_CAPTURE(single, paper_student_int8, Kind::paper_student, WeightPrecision::int8);
BENCHMARK_CAPTURE(batch, paper_student_fp32, Kind::paper_student, WeightPrecision::fp32);
BENCHMARK_CAPTURE(batch, paper_student_int8, Kind::paper_student, WeightPrecision::int8);
BENCHMARK_CAPTURE(single, teacher_fp32, Kind::teacher, WeightPrecision::fp32);
BENCHMARK_CAPTURE(single, teacher_fp16, Kind::teacher, WeightPrecision::fp16);
BENCHMARK_CAPTURE(single, teacher_int8, Kind::teacher, WeightPrecision::int8);
BENCHMARK_CAPTURE(batch, teacher_fp32, Kind::teacher, WeightPrecision::fp32);
BENCHMARK_CAPTURE(batch, teacher_fp16, Kind::teacher, WeightPrecision::fp16);
BENCHMARK_CAPTURE(batch, teacher_int8, Kind::teacher, WeightPrecision::int8);

BENCHMARK_MAIN();
