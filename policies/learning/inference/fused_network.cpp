#include "policies/learning/inference/fused_network.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "policies/learning/inference/fused_kernels.hpp"

namespace mec::learning {

namespace {

struct Family {
  Packing packing;
  NetworkFunctions run;
};

#if defined(__x86_64__)
// Clang's __builtin_cpu_supports does not know F16C.
bool has_f16c() {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bit_F16C) != 0;
}
#endif

Family family_of(NetworkKernel kernel, WeightPrecision precision) {
#if defined(__x86_64__)
  if (kernel == NetworkKernel::avx512) {
    const bool dot_products =
        precision == WeightPrecision::int8 && __builtin_cpu_supports("avx512vnni");
    return {{precision, kAvx512Lanes, true},
            dot_products ? avx512_vnni_network() : avx512_network(precision)};
  }
  if (kernel == NetworkKernel::avx2) {
    return {{precision, kAvx2Lanes, true}, avx2_network(precision)};
  }
#endif
  return {{precision, kPortableLanes, false}, portable_network(precision)};
}

}  // namespace

const std::vector<NetworkKernel>& supported_network_kernels() {
  static const std::vector<NetworkKernel> kernels = [] {
    std::vector<NetworkKernel> found{NetworkKernel::portable};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c()) {
      found.push_back(NetworkKernel::avx2);
      if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
        found.push_back(NetworkKernel::avx512);
      }
    }
#endif
    return found;
  }();
  return kernels;
}

class FusedNetwork::Impl {
 public:
  Impl(const Family& family, const std::vector<Mlp>& networks, const Normalisation& normalisation,
       const std::vector<float>& low, const std::vector<float>& high)
      : network(pack_network(networks, normalisation, low, high, family.packing)),
        run(family.run) {}

  PackedNetwork network;
  NetworkFunctions run;
};

FusedNetwork::FusedNetwork(const std::vector<Mlp>& networks, const Normalisation& normalisation,
                           WeightPrecision precision, const std::vector<float>& low,
                           const std::vector<float>& high)
    : FusedNetwork(networks, normalisation, precision, low, high,
                   supported_network_kernels().back()) {}

FusedNetwork::FusedNetwork(const std::vector<Mlp>& networks, const Normalisation& normalisation,
                           WeightPrecision precision, const std::vector<float>& low,
                           const std::vector<float>& high, NetworkKernel kernel) {
  const std::vector<NetworkKernel>& supported = supported_network_kernels();
  if (std::find(supported.begin(), supported.end(), kernel) == supported.end()) {
    throw std::invalid_argument("a decision kernel that this machine does not have");
  }
  impl_ = std::make_unique<Impl>(family_of(kernel, precision), networks, normalisation, low, high);
}

FusedNetwork::~FusedNetwork() = default;
FusedNetwork::FusedNetwork(FusedNetwork&&) noexcept = default;
FusedNetwork& FusedNetwork::operator=(FusedNetwork&&) noexcept = default;

std::size_t FusedNetwork::inputs() const { return impl_->network.inputs; }
std::size_t FusedNetwork::outputs() const { return impl_->network.outputs; }

void FusedNetwork::run(const float* input, float* output) {
  impl_->run.one(impl_->network, input, output);
}

void FusedNetwork::run_batch(const float* input, std::size_t count, float* output) {
  impl_->run.many(impl_->network, input, count, output);
}

}  // namespace mec::learning
