#include "policies/learning/inference/decode.hpp"

#include <algorithm>
#include <limits>

#include "policies/learning/inference/avx512_intrinsics.hpp"

namespace mec::learning {

namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

std::size_t argmax_portable(const float* scores, std::size_t count) {
  float best = kLowest;
  for (std::size_t i = 0; i < count; ++i) {
    best = scores[i] > best ? scores[i] : best;
  }
  const float* const found = std::find(scores, scores + count, best);
  return found == scores + count ? 0 : static_cast<std::size_t>(found - scores);
}

#if defined(__x86_64__)

// Both kernels find the greatest score first, then its first place: as 64 bits at a time, so that
// nothing branches on the scores for up to 64 of them.

[[gnu::target("avx2"), gnu::always_inline]] inline __m256 load_avx2(const float* scores,
                                                                    std::size_t left) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const auto there_count = static_cast<int>(left < 8 ? left : 8);
  const __m256i there = _mm256_cmpgt_epi32(_mm256_set1_epi32(there_count), lane);
  return _mm256_blendv_ps(_mm256_set1_ps(kLowest), _mm256_maskload_ps(scores, there),
                          _mm256_castsi256_ps(there));
}

[[gnu::target("avx2")]] std::size_t argmax_avx2(const float* scores, std::size_t count) {
  __m256 most = _mm256_set1_ps(kLowest);
  for (std::size_t i = 0; i < count; i += 8) {
    most = _mm256_max_ps(load_avx2(scores + i, count - i), most);  // a NaN gives way to `most`
  }
  most = _mm256_max_ps(most, _mm256_permute2f128_ps(most, most, 1));
  most = _mm256_max_ps(most, _mm256_permute_ps(most, 0x4e));
  most = _mm256_max_ps(most, _mm256_permute_ps(most, 0xb1));
  for (std::size_t block = 0; block < count; block += 64) {
    std::uint64_t equal = 0;
    for (std::size_t i = block; i < std::min(block + 64, count); i += 8) {
      const __m256 same = _mm256_cmp_ps(load_avx2(scores + i, count - i), most, _CMP_EQ_OQ);
      equal |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_ps(same)))
               << (i - block);
    }
    if (equal != 0) {
      const std::size_t place = block + static_cast<std::size_t>(__builtin_ctzll(equal));
      return place < count ? place : 0;
    }
  }
  return 0;
}

[[gnu::target("avx512f"), gnu::always_inline]] inline __m512 load_avx512(const float* scores,
                                                                         std::size_t left) {
  const auto there = static_cast<__mmask16>(left < 16 ? (1U << left) - 1U : 0xffffU);
  return _mm512_mask_loadu_ps(_mm512_set1_ps(kLowest), there, scores);
}

[[gnu::target("avx512f"), gnu::always_inline]] inline std::uint64_t equal_avx512(__m512 scores,
                                                                                 __m512 value) {
  return _mm512_cmp_ps_mask(scores, value, _CMP_EQ_OQ);
}

[[gnu::target("avx512f"), gnu::always_inline]] inline std::uint64_t equal_of_64(const float* scores,
                                                                                __m512 value) {
  const std::uint64_t low = equal_avx512(_mm512_loadu_ps(scores), value) |
                            equal_avx512(_mm512_loadu_ps(scores + 16), value) << 16U;
  const std::uint64_t high = equal_avx512(_mm512_loadu_ps(scores + 32), value) |
                             equal_avx512(_mm512_loadu_ps(scores + 48), value) << 16U;
  return low | high << 32U;
}

// In all lanes. A NaN gives way to what was there.
[[gnu::target("avx512f"), gnu::always_inline]] inline __m512 greatest_avx512(const float* scores,
                                                                             std::size_t count) {
  __m512 most = _mm512_set1_ps(kLowest);
  __m512 more = most;
  std::size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    most = _mm512_max_ps(_mm512_loadu_ps(scores + i), most);
    more = _mm512_max_ps(_mm512_loadu_ps(scores + i + 16), more);
    most = _mm512_max_ps(_mm512_loadu_ps(scores + i + 32), most);
    more = _mm512_max_ps(_mm512_loadu_ps(scores + i + 48), more);
  }
  for (; i < count; i += 16) {
    most = _mm512_max_ps(load_avx512(scores + i, count - i), most);
  }
  most = _mm512_max_ps(most, more);
  most = _mm512_max_ps(most, _mm512_shuffle_f32x4(most, most, 0x4e));
  most = _mm512_max_ps(most, _mm512_shuffle_f32x4(most, most, 0xb1));
  most = _mm512_max_ps(most, _mm512_permute_ps(most, 0x4e));
  return _mm512_max_ps(most, _mm512_permute_ps(most, 0xb1));
}

[[gnu::target("avx512f")]] std::size_t argmax_avx512(const float* scores, std::size_t count) {
  const __m512 most = greatest_avx512(scores, count);
  std::size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    const std::uint64_t equal = equal_of_64(scores + i, most);
    if (equal != 0) {
      return i + static_cast<std::size_t>(__builtin_ctzll(equal));
    }
  }
  for (; i < count; i += 16) {
    const std::uint64_t equal = equal_avx512(load_avx512(scores + i, count - i), most);
    if (equal != 0) {
      const std::size_t place = i + static_cast<std::size_t>(__builtin_ctzll(equal));
      return place < count ? place : 0;
    }
  }
  return 0;
}

#endif

}  // namespace

ArgmaxFunction argmax_function(NetworkKernel kernel) {
#if defined(__x86_64__)
  if (kernel == NetworkKernel::avx512) {
    return argmax_avx512;
  }
  if (kernel == NetworkKernel::avx2) {
    return argmax_avx2;
  }
#endif
  static_cast<void>(kernel);
  return argmax_portable;
}

void decode_sites(const float* scores, std::span<SiteIndex> sites) {
  for (std::size_t t = 0; t < sites.size(); ++t) {
    const float* s = scores + 3 * t;
    const bool edge = s[1] > s[0];
    const bool cloud = s[2] > (edge ? s[1] : s[0]);
    sites[t] = cloud ? kCloud : edge ? kEdge : kDevice;
  }
}

void ChainDecoder::decode(const float* scores, std::span<SiteIndex> sites) {
  const std::size_t n = sites.size();
  const float* pairs = scores + 3 * n;
  float best[3] = {scores[0], scores[1], scores[2]};
  for (std::size_t t = 1; t < n; ++t) {
    const float* pair = pairs + 9 * (t - 1);
    float next[3] = {};
    for (std::size_t j = 0; j < 3; ++j) {
      const float sums[3] = {best[0] + pair[j], best[1] + pair[3 + j], best[2] + pair[6 + j]};
      const bool edge = sums[1] > sums[0];
      const float more = edge ? sums[1] : sums[0];
      const bool cloud = sums[2] > more;
      from_[3 * t + j] = cloud ? kCloud : edge ? kEdge : kDevice;
      next[j] = (cloud ? sums[2] : more) + scores[3 * t + j];
    }
    std::copy(next, next + 3, best);
  }
  decode_sites(best, sites.last(1));
  for (std::size_t t = n - 1; t > 0; --t) {
    sites[t - 1] = from_[3 * t + sites[t]];
  }
}

}  // namespace mec::learning
