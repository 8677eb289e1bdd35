// Single-precision matrix products of training, as GFLOP/s of one core (a multiplication and an
// addition count as two) and as a share of what its widest vectors could do at best. Shapes read
// rows x columns x inner: a layer's forward pass ("forward", X W^T), its gradient by the weights
// ("weights", dY^T X) and by the inputs ("inputs", dY W).
//
//   bench_training --benchmark_repetitions=9 --benchmark_report_aggregates_only=true
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "policies/learning/arithmetic/matmul.hpp"
#include "policies/learning/arithmetic/vector_math.hpp"
#include "policies/learning/training/network_group.hpp"
#include "tests/bench/fma_peak.hpp"
#include "tests/support/random_problems.hpp"

namespace {

using mec::learning::Arithmetic;
using mec::learning::ConstMatrix;
using mec::learning::MatmulKernel;
using mec::learning::MatmulShape;
using mec::learning::Transpose;

bool supported(MatmulKernel kernel) {
  const auto& kernels = mec::learning::supported_matmul_kernels();
  return std::find(kernels.begin(), kernels.end(), kernel) != kernels.end();
}

// Processor time: on a shared machine the clock on the wall counts others' work.
template <class Body>
void time_flops(benchmark::State& run, double flops, Body body) {
  const double best = mec::bench::fma_peak();
  const std::clock_t begin = std::clock();
  for (auto _ : run) {
    body();
  }
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const double gflops = 1e-9 * flops * static_cast<double>(run.iterations()) / seconds;
  run.counters["GFLOPs"] = gflops;
  if (best > 0) {
    run.counters["of_peak"] = gflops / best;
  }
}

std::vector<float> random_values(std::size_t count) {
  mec::RandomEngine random = mec::test::engine("products");
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>(mec::test::uniform(random, -1, 1));
  }
  return values;
}

struct Case {
  const char* pass = nullptr;
  MatmulShape shape;
  Transpose a = Transpose::no;
  Transpose b = Transpose::no;
};

// The paper's network (256 wide), a plan head's (26 features, 64 wide, 96 plans).
const Case kCases[] = {
    {"forward", {512, 256, 256}, Transpose::no, Transpose::yes},
    {"weights", {256, 256, 512}, Transpose::yes, Transpose::no},
    {"inputs", {512, 256, 256}, Transpose::no, Transpose::no},
    {"forward", {1024, 256, 256}, Transpose::no, Transpose::yes},
    {"forward", {256, 64, 26}, Transpose::no, Transpose::yes},
    {"forward", {256, 64, 64}, Transpose::no, Transpose::yes},
    {"weights", {64, 64, 256}, Transpose::yes, Transpose::no},
    {"inputs", {256, 64, 64}, Transpose::no, Transpose::no},
    {"forward", {256, 96, 64}, Transpose::no, Transpose::yes},
    {"forward", {256, 3, 32}, Transpose::no, Transpose::yes},
};

// `how` picks one of the two functions named `multiply`: a kernel, or an arithmetic.
template <class How>
void product(benchmark::State& run, const Case& what, How how) {
  const MatmulShape& shape = what.shape;
  const std::vector<float> a = random_values(shape.rows * shape.inner);
  const std::vector<float> b = random_values(shape.inner * shape.columns);
  std::vector<float> c(shape.rows * shape.columns);
  const ConstMatrix left = {a.data(), what.a == Transpose::yes ? shape.rows : shape.inner, what.a};
  const ConstMatrix right = {b.data(), what.b == Transpose::yes ? shape.inner : shape.columns,
                             what.b};
  const double flops = 2 * static_cast<double>(shape.rows) * static_cast<double>(shape.columns) *
                       static_cast<double>(shape.inner);
  time_flops(run, flops, [&] {
    mec::learning::multiply(how, shape, left, right, c.data(), shape.columns);
    benchmark::ClobberMemory();
  });
}

template <class How>
void register_products(const std::string& name, How how) {
  for (const Case& what : kCases) {
    const MatmulShape& shape = what.shape;
    const std::string label = "product/" + name + "/" + what.pass + "/" +
                              std::to_string(shape.rows) + "x" + std::to_string(shape.columns) +
                              "x" + std::to_string(shape.inner);
    benchmark::RegisterBenchmark(label.c_str(),
                                 [&what, how](benchmark::State& run) { product(run, what, how); });
  }
}

// A whole step of training the paper's six networks of 17-256x5-3 on a batch of 512: forward,
// backward, Adam. Operations are those of the products, three a weight and sample (the first
// layer's inputs need no gradient); all else counts as lost time.
void training_step(benchmark::State& run, Arithmetic arithmetic) {
  constexpr std::size_t kNetworks = 6;
  constexpr std::size_t kInputs = 17;
  constexpr std::size_t kBatch = 512;
  const std::vector<std::size_t> hidden(5, 256);
  mec::learning::NetworkGroup networks(kNetworks, kInputs, hidden, 3, mec::RandomStreams(1, 0),
                                       arithmetic);
  const std::vector<float> inputs = random_values(kBatch * kInputs);
  const std::vector<float> gradient = random_values(kBatch * networks.outputs());
  const double first = static_cast<double>(kInputs) * 256;
  const double others = 4.0 * 256 * 256 + 256 * 3;
  const double flops = 2.0 * kNetworks * kBatch * (2 * first + 3 * others);
  time_flops(run, flops, [&] {
    benchmark::DoNotOptimize(networks.forward(inputs.data(), kBatch).data());
    networks.backward(gradient);
    networks.step({});
  });
}

void register_all() {
#if defined(__x86_64__)
  namespace peak = mec::bench::detail;
  if (supported(MatmulKernel::avx2)) {
    benchmark::RegisterBenchmark("peak/avx2", [](benchmark::State& run) {
      time_flops(run, peak::kSpinAvx2Flops, [] { peak::seconds_of(peak::spin_avx2); });
    });
  }
  if (supported(MatmulKernel::avx512)) {
    benchmark::RegisterBenchmark("peak/avx512", [](benchmark::State& run) {
      time_flops(run, peak::kSpinAvx512Flops, [] { peak::seconds_of(peak::spin_avx512); });
    });
  }
#endif
  const char* names[] = {"portable", "avx2", "avx512"};
  for (const MatmulKernel kernel : mec::learning::supported_matmul_kernels()) {
    register_products(names[static_cast<std::size_t>(kernel)], kernel);
  }
  register_products("fast", Arithmetic::fast);
  benchmark::RegisterBenchmark("training step/six 256x5/reproducible", [](benchmark::State& run) {
    training_step(run, Arithmetic::reproducible);
  });
  benchmark::RegisterBenchmark("training step/six 256x5/fast",
                               [](benchmark::State& run) { training_step(run, Arithmetic::fast); });
}

// Rows of a plan head: nanoseconds a row.
void softmax_row(benchmark::State& run) {
  const std::vector<float> logits = random_values(static_cast<std::size_t>(run.range(0)));
  std::vector<float> row = logits;
  for (auto _ : run) {
    std::copy(logits.begin(), logits.end(), row.begin());
    benchmark::DoNotOptimize(mec::learning::softmax(row));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(softmax_row)->Arg(3)->Arg(64)->Arg(128);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  benchmark::AddCustomContext("fast", mec::learning::fast_arithmetic_name());
  register_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
