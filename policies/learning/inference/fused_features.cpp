#include "policies/learning/inference/fused_features.hpp"

#include <algorithm>
#include <limits>

#include "policies/learning/inference/avx512_intrinsics.hpp"

namespace mec::learning {

namespace {

void extract_any(const FeatureSchema& schema, const DecisionRequest& request, float* values) {
  extract_features(schema, request, {values, schema.size()});
}

#if defined(__x86_64__)

// n over the task's cost on the device, as Relative in feature_schema.cpp has it.
double inverse_of_mean(ChainView task, const SiteCosts& costs) {
  double total = 0.0;
  for (const Cycles work : task.work) {
    total += work.value();
  }
  return std::min(static_cast<double>(task.size()) / (total * costs.per_cycle(kDevice)),
                  std::numeric_limits<double>::max());
}

// What the kernels read of a request.
struct TimeRequest {
  std::size_t subtasks;
  const double* work;  // subtasks values
  const double* data;  // one more
  double cap;
  // What a cycle or a byte takes, over the mean time of a subtask on the device.
  double device;
  double edge;
  double cloud;
  double device_edge;
  double edge_cloud;
};

[[gnu::always_inline]] inline TimeRequest time_request(const DecisionRequest& request) {
  static_assert(sizeof(Cycles) == sizeof(double) && sizeof(Bytes) == sizeof(double));
  const SiteCosts& costs = request.costs;
  const double inverse = inverse_of_mean(request.task, costs);
  return {request.task.size(),
          reinterpret_cast<const double*>(request.task.work.data()),
          reinterpret_cast<const double*>(request.task.data.data()),
          static_cast<double>(request.task.size()),
          costs.per_cycle(kDevice) * inverse,
          costs.per_cycle(kEdge) * inverse,
          costs.per_cycle(kCloud) * inverse,
          costs.per_byte(kDevice, kEdge) * inverse,
          costs.per_byte(kEdge, kCloud) * inverse};
}

// Every slice is written in whole vectors, min(amount * factor, cap) and 0 for NaN; what is written
// beyond its end is overwritten by the next one, or is slack.

[[gnu::target("avx2")]] float* put(const double* amounts, std::size_t count, double factor,
                                   double cap, float* out) {
  const __m256d factors = _mm256_set1_pd(factor);
  const __m256d caps = _mm256_set1_pd(cap);
  const __m256i lane = _mm256_setr_epi64x(0, 1, 2, 3);
  for (std::size_t i = 0; i < count; i += 4) {
    const __m256i left = _mm256_set1_epi64x(static_cast<long long>(count - i));
    const __m256d amount = _mm256_maskload_pd(amounts + i, _mm256_cmpgt_epi64(left, lane));
    const __m256d value = _mm256_mul_pd(amount, factors);
    const __m256d number = _mm256_cmp_pd(value, value, _CMP_ORD_Q);
    const __m256d capped = _mm256_and_pd(_mm256_min_pd(value, caps), number);
    _mm_storeu_ps(out + i, _mm256_cvtpd_ps(capped));
  }
  return out + count;
}

[[gnu::target("avx2")]] void extract_time_avx2(const FeatureSchema& schema,
                                               const DecisionRequest& request, float* out) {
  const TimeRequest r = time_request(request);
  out = put(r.work, r.subtasks, r.device, r.cap, out);
  out = put(r.work, r.subtasks, r.edge, r.cap, out);
  if (schema.cloud_compute) {
    out = put(r.work, r.subtasks, r.cloud, r.cap, out);
  }
  out = put(r.data, r.subtasks + 1, r.device_edge, r.cap, out);
  put(r.data, r.subtasks + 1, r.edge_cloud, r.cap, out);
}

[[gnu::target("avx512f,avx512vl"), gnu::always_inline]] inline __m256 capped_eight(__m512d amounts,
                                                                                   double factor,
                                                                                   double cap) {
  const __m512d value = _mm512_mul_pd(amounts, _mm512_set1_pd(factor));
  const __mmask8 number = _mm512_cmp_pd_mask(value, value, _CMP_ORD_Q);
  const __m512d capped = _mm512_maskz_min_pd(number, value, _mm512_set1_pd(cap));
  return _mm512_maskz_cvtpd_ps(0xff, capped);
}

// The next eight of `count` values, of which `done` are done; zeros beyond the last.
[[gnu::target("avx512f,avx512vl"), gnu::always_inline]] inline __m512d next_eight(
    const double* amounts, std::size_t count, std::size_t done) {
  const std::size_t left = count - done;
  const auto there = static_cast<__mmask8>(left < 8 ? (1U << left) - 1U : 0xffU);
  return _mm512_maskz_loadu_pd(there, amounts + done);
}

[[gnu::target("avx512f,avx512vl")]] float* put_all(const double* amounts, std::size_t count,
                                                   double factor, double cap, float* out) {
  for (std::size_t i = 0; i < count; i += 8) {
    _mm256_storeu_ps(out + i, capped_eight(next_eight(amounts, count, i), factor, cap));
  }
  return out + count;
}

[[gnu::target("avx512f,avx512vl")]] void extract_time_avx512(const FeatureSchema& schema,
                                                             const DecisionRequest& request,
                                                             float* out) {
  const TimeRequest r = time_request(request);
  const std::size_t n = r.subtasks;
  if (n < 8 && !schema.cloud_compute) {  // the usual case: work and data are a vector each
    const __m512d work = next_eight(r.work, n, 0);
    const __m512d data = next_eight(r.data, n + 1, 0);
    _mm256_storeu_ps(out, capped_eight(work, r.device, r.cap));
    _mm256_storeu_ps(out + n, capped_eight(work, r.edge, r.cap));
    _mm256_storeu_ps(out + 2 * n, capped_eight(data, r.device_edge, r.cap));
    _mm256_storeu_ps(out + 3 * n + 1, capped_eight(data, r.edge_cloud, r.cap));
    return;
  }
  out = put_all(r.work, n, r.device, r.cap, out);
  out = put_all(r.work, n, r.edge, r.cap, out);
  if (schema.cloud_compute) {
    out = put_all(r.work, n, r.cloud, r.cap, out);
  }
  out = put_all(r.data, n + 1, r.device_edge, r.cap, out);
  put_all(r.data, n + 1, r.edge_cloud, r.cap, out);
}

#endif

}  // namespace

FeatureFunction feature_function(FeatureKind kind, NetworkKernel kernel) {
#if defined(__x86_64__)
  if (kind == FeatureKind::time && kernel == NetworkKernel::avx512) {
    return extract_time_avx512;
  }
  if (kind == FeatureKind::time && kernel == NetworkKernel::avx2) {
    return extract_time_avx2;
  }
#endif
  static_cast<void>(kind);
  static_cast<void>(kernel);
  return extract_any;
}

}  // namespace mec::learning
