#include "core/dp_batch.hpp"

#include <fmt/format.h>

#include <cstring>
#include <stdexcept>

namespace mec {

namespace {

constexpr std::size_t kLanes = ChainBatch::kLanes;

// GCC and Clang vector extensions: element-wise arithmetic, and masks from comparisons.
template <std::size_t Width>
struct Vec {
  using Values [[gnu::vector_size(Width * sizeof(double))]] = double;
  using Codes [[gnu::vector_size(Width * sizeof(std::int64_t))]] = std::int64_t;
};

template <class V>
[[gnu::always_inline]] inline void load(V& value, const double* from) {
  std::memcpy(&value, from, sizeof value);
}

// Solves lanes [lane, lane + Width) of a block of tasks of n subtasks; the recursion is
// solvers.cpp's `stage`, with the placement carried along in a code per site instead of a table of
// parents.
template <std::size_t Width>
[[gnu::always_inline]] inline void solve_lanes(std::size_t n, const double* block, double* cost,
                                               std::uint64_t* code) {
  using Values = typename Vec<Width>::Values;
  using Codes = typename Vec<Width>::Codes;
  const double* data = block + n * kLanes;
  const double* speed = data + (n + 1) * kLanes;
  const double* link = speed + 3 * kLanes;
  Values per_cycle[3];
  Values per_byte[3][3];
  for (std::size_t i = 0; i < 3; ++i) {
    load(per_cycle[i], speed + i * kLanes);
    for (std::size_t j = 0; j < 3; ++j) {
      load(per_byte[i][j], link + (3 * i + j) * kLanes);
    }
  }
  Values value[3] = {};
  Codes path[3] = {};
  Values d;
  Values e;
  load(d, data);
  load(e, block);
  for (std::size_t j = 0; j < 3; ++j) {
    value[j] = d * per_byte[0][j] + e * per_cycle[j];
    path[j] = Codes{} + static_cast<std::int64_t>(j);
  }
  for (std::size_t t = 1; t < n; ++t) {
    load(d, data + t * kLanes);
    load(e, block + t * kLanes);
    Values next[3] = {};
    Codes next_path[3] = {};
    for (std::size_t j = 0; j < 3; ++j) {
      const Values from0 = value[0] + d * per_byte[0][j];
      const Values from1 = value[1] + d * per_byte[1][j];
      const Values from2 = value[2] + d * per_byte[2][j];
      const Codes one = from1 < from0;
      Values best = one ? from1 : from0;
      Codes best_path = one ? path[1] : path[0];
      const Codes two = from2 < best;
      best = two ? from2 : best;
      best_path = two ? path[2] : best_path;
      next[j] = best + e * per_cycle[j];
      next_path[j] = (best_path << 2) | static_cast<std::int64_t>(j);
    }
    for (std::size_t j = 0; j < 3; ++j) {
      value[j] = next[j];
      path[j] = next_path[j];
    }
  }
  load(d, data + n * kLanes);
  const Values from1 = value[1] + d * per_byte[1][0];
  const Values from2 = value[2] + d * per_byte[2][0];
  Values best = value[0] + d * per_byte[0][0];
  const Codes one = from1 < best;
  best = one ? from1 : best;
  Codes best_path = one ? path[1] : path[0];
  const Codes two = from2 < best;
  best = two ? from2 : best;
  best_path = two ? path[2] : best_path;
  std::memcpy(cost, &best, sizeof best);
  std::memcpy(code, &best_path, sizeof best_path);
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

Kernel choose_kernel() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
    return solve_avx512;
  }
  if (__builtin_cpu_supports("avx2")) {
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

void ChainBatch::solve() {
  static const Kernel kernel = choose_kernel();
  kernel(costs_.size() / kLanes, subtasks_, rows(), input_.data(), costs_.data(), codes_.data());
}

double ChainBatch::cost(std::size_t index) const { return costs_[index]; }

Placement ChainBatch::placement(std::size_t index) const {
  Placement placement(subtasks_);
  std::uint64_t code = codes_[index];
  for (std::size_t t = subtasks_; t-- > 0; code >>= 2U) {
    placement[t] = static_cast<SiteIndex>(code & 3U);
  }
  return placement;
}

}  // namespace mec
