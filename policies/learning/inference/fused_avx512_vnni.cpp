// The int8 decision kernel with AVX-512's dot products: one instruction instead of two, the same
// sums.
#if defined(__x86_64__)

#include "policies/learning/inference/avx512_intrinsics.hpp"
#include "policies/learning/inference/fused_kernels.hpp"

#define MEC_TARGET [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma,f16c")]]
#include "policies/learning/inference/fused_int8_avx512.hpp"

namespace mec::learning {

namespace {

struct Int8 : Int8Base {
  // Not the intrinsic: around it, GCC 12 copies every accumulator to and fro.
  MEC_INLINE static Sum multiply_add(Operand w, Operand x, Sum sum) {
    asm("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(w), "v"(x));
    return sum;
  }
};

}  // namespace

NetworkFunctions avx512_vnni_network() { return functions_of<Int8>(); }

}  // namespace mec::learning

#endif
