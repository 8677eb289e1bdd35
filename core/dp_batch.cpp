#include "core/dp_batch.hpp"

#include <fmt/format.h>

#include <cstring>
#include <stdexcept>

namespace mec {

namespace {

constexpr std::size_t kLanes = ChainBatch::kLanes;

// GCC and Clang vector extensions: element-wise arithmetic, and masks from comparisons. Vectors are
// passed by reference only: by value, how they are passed would depend on the instruction set.
template <std::size_t Width>
struct Vec {
  using Values [[gnu::vector_size(Width * sizeof(double))]] = double;
  using Codes [[gnu::vector_size(Width * sizeof(std::int64_t))]] = std::int64_t;
};

// Cheapest way to a site so far, per lane: its cost and the placement that it is, as a code.
template <std::size_t Width>
struct Way {
  typename Vec<Width>::Values cost;
  typename Vec<Width>::Codes path;
};

template <std::size_t Width>
struct Costs {
  typename Vec<Width>::Values per_cycle[3];
  typename Vec<Width>::Values per_byte[3][3];
};

template <class V>
[[gnu::always_inline]] inline void load(V& value, const double* from) {
  std::memcpy(&value, from, sizeof value);
}

template <std::size_t Width>
[[gnu::always_inline]] inline void load(Costs<Width>& costs, const double* from) {
  for (std::size_t i = 0; i < 3; ++i) {
    load(costs.per_cycle[i], from + i * kLanes);
    for (std::size_t j = 0; j < 3; ++j) {
      load(costs.per_byte[i][j], from + (3 + 3 * i + j) * kLanes);
    }
  }
}

// best = min over i of from[i] + data * per_byte(i, j), the lowest i among equals.
template <std::size_t Width>
[[gnu::always_inline]] inline void arrive(const Way<Width> (&from)[3],
                                          const typename Vec<Width>::Values& data,
                                          const Costs<Width>& costs, std::size_t j,
                                          Way<Width>& best) {
  best.cost = from[0].cost + data * costs.per_byte[0][j];
  best.path = from[0].path;
  for (std::size_t i = 1; i < 3; ++i) {
    const typename Vec<Width>::Values cost = from[i].cost + data * costs.per_byte[i][j];
    const typename Vec<Width>::Codes cheaper = cost < best.cost;
    best.cost = cheaper ? cost : best.cost;
    best.path = cheaper ? from[i].path : best.path;
  }
}

// Solves lanes [lane, lane + Width) of a block of tasks of n subtasks; the recursion is
// solvers.cpp's `stage`, with the placement carried along in a code per site instead of a table of
// parents.
template <std::size_t Width>
[[gnu::always_inline]] inline void solve_lanes(std::size_t n, const double* block, double* cost,
                                               std::uint64_t* code) {
  const double* data = block + n * kLanes;
  Costs<Width> costs = {};
  load(costs, data + (n + 1) * kLanes);
  typename Vec<Width>::Values d = {};
  typename Vec<Width>::Values e = {};
  load(d, data);
  load(e, block);
  Way<Width> now[3] = {};
  for (std::size_t j = 0; j < 3; ++j) {
    now[j].cost = d * costs.per_byte[0][j] + e * costs.per_cycle[j];
    now[j].path += static_cast<std::int64_t>(j);
  }
  for (std::size_t t = 1; t < n; ++t) {
    load(d, data + t * kLanes);
    load(e, block + t * kLanes);
    Way<Width> next[3] = {};
    for (std::size_t j = 0; j < 3; ++j) {
      arrive(now, d, costs, j, next[j]);
      next[j].cost += e * costs.per_cycle[j];
      next[j].path = (next[j].path << 2) | static_cast<std::int64_t>(j);
    }
    for (std::size_t j = 0; j < 3; ++j) {
      now[j] = next[j];
    }
  }
  load(d, data + n * kLanes);
  Way<Width> best = {};
  arrive(now, d, costs, kDevice, best);
  std::memcpy(cost, &best.cost, sizeof best.cost);
  std::memcpy(code, &best.path, sizeof best.path);
}

template <std::size_t Width>
[[gnu::always_inline]] inline void solve_blocks(std::size_t blocks, std::size_t n, std::size_t rows,
                                                const double* input, double* costs,
                                                std::uint64_t* codes) {
  for (std::size_t b = 0; b < blocks; ++b) {
    for (std::size_t lane = 0; lane < kLanes; lane += Width) {
      solve_lanes<Width>(n, input + b * rows * kLanes + lane, costs + b * kLanes + lane,
                         codes + b * kLanes + lane);
    }
  }
}

using Kernel = void (*)(std::size_t, std::size_t, std::size_t, const double*, double*,
                        std::uint64_t*);

void solve_portable(std::size_t blocks, std::size_t n, std::size_t rows, const double* input,
                    double* costs, std::uint64_t* codes) {
  solve_blocks<2>(blocks, n, rows, input, costs, codes);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void solve_avx2(std::size_t blocks, std::size_t n, std::size_t rows,
                                        const double* input, double* costs, std::uint64_t* codes) {
  solve_blocks<4>(blocks, n, rows, input, costs, codes);
}

[[gnu::target("avx512f,avx512dq")]] void solve_avx512(std::size_t blocks, std::size_t n,
                                                      std::size_t rows, const double* input,
                                                      double* costs, std::uint64_t* codes) {
  solve_blocks<8>(blocks, n, rows, input, costs, codes);
}
#endif

Kernel kernel_of(BatchKernel name) {
#if defined(__x86_64__)
  if (name == BatchKernel::avx512) {
    return solve_avx512;
  }
  if (name == BatchKernel::avx2) {
    return solve_avx2;
  }
#endif
  return solve_portable;
}

}  // namespace

ChainBatch::ChainBatch(std::size_t subtasks, std::size_t tasks)
    : subtasks_(subtasks), tasks_(tasks) {
  if (subtasks < 1 || subtasks > kMaxLength) {
    throw std::invalid_argument(
        fmt::format("a batch of chains of {} subtasks; expected 1 to {}", subtasks, kMaxLength));
  }
  const std::size_t blocks = (tasks + kLanes - 1) / kLanes;
  input_.resize(blocks * rows() * kLanes);
  costs_.resize(blocks * kLanes);
  codes_.resize(blocks * kLanes);
}

void ChainBatch::set(std::size_t index, const SiteCosts& costs, ChainView task) {
  check(index);
  if (task.size() != subtasks_ || costs.sites() != 3) {
    throw std::invalid_argument(
        fmt::format("a task of {} subtasks on {} sites in a batch of {} subtasks on 3", task.size(),
                    costs.sites(), subtasks_));
  }
  double* cell = input_.data() + (index / kLanes) * rows() * kLanes + index % kLanes;
  const auto put = [&cell](double value) {
    *cell = value;
    cell += kLanes;
  };
  for (const Cycles work : task.work) {
    put(work.value());
  }
  for (const Bytes data : task.data) {
    put(data.value());
  }
  for (std::size_t i = 0; i < 12; ++i) {  // 3 per cycle, then 9 per byte: one array in SiteCosts
    put(costs.per_cycle_data()[i]);
  }
}

const std::vector<BatchKernel>& supported_batch_kernels() {
  static const std::vector<BatchKernel> kernels = [] {
    std::vector<BatchKernel> found{BatchKernel::portable};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
      found.push_back(BatchKernel::avx2);
    }
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
      found.push_back(BatchKernel::avx512);
    }
#endif
    return found;
  }();
  return kernels;
}

void ChainBatch::solve() { solve(supported_batch_kernels().back()); }

void ChainBatch::solve(BatchKernel kernel) {
  kernel_of(kernel)(costs_.size() / kLanes, subtasks_, rows(), input_.data(), costs_.data(),
                    codes_.data());
}

double ChainBatch::cost(std::size_t index) const {
  check(index);
  return costs_[index];
}

void ChainBatch::check(std::size_t index) const {
  if (index >= tasks_) {
    throw std::out_of_range(fmt::format("task {} of a batch of {}", index, tasks_));
  }
}

Placement ChainBatch::placement(std::size_t index) const {
  check(index);
  Placement placement(subtasks_);
  std::uint64_t code = codes_[index];
  for (std::size_t t = subtasks_; t-- > 0; code >>= 2U) {
    placement[t] = static_cast<SiteIndex>(code & 3U);
  }
  return placement;
}

}  // namespace mec
