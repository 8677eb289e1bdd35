// Perceptrons compiled for deciding: weights packed for the vector unit, normalisation folded into
// the first layer, bias and ReLU fused, nothing allocated while running.
//
// Every kernel (portable, AVX2, ...) of a precision gives the same bits, so a placement does not
// depend on the machine: fp32 and fp16 are chains of fused multiply-adds in a fixed order, four for
// each output (fused_tiles.hpp); int8 is integer arithmetic, exact by nature (quantise.hpp).
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "policies/learning/model/model.hpp"

namespace mec::learning {

/// How weights are stored. fp16: IEEE half precision, computed in single; a weight beyond 65504 is
/// a UserError. int8: a scale per output, activations in 15-bit integers.
enum class WeightPrecision { fp32, fp16, int8 };

enum class NetworkKernel { portable, avx2, avx512 };
/// Those that this machine has, the fastest last.
[[nodiscard]] const std::vector<NetworkKernel>& supported_network_kernels();

/// One or more perceptrons of equal inputs that see the same input vector (six nets of the paper
/// count as one here: 18 outputs in a row).
class FusedNetwork {
 public:
  /// Copies what it needs. `normalisation` may be shorter than the inputs: the rest is taken as it
  /// is. int8 needs to know the range of each input after normalisation: `low` and `high`, of the
  /// inputs' size (values outside saturate).
  FusedNetwork(const std::vector<Mlp>& networks, const Normalisation& normalisation,
               WeightPrecision precision, const std::vector<float>& low,
               const std::vector<float>& high);
  FusedNetwork(const std::vector<Mlp>& networks, const Normalisation& normalisation,
               WeightPrecision precision, const std::vector<float>& low,
               const std::vector<float>& high, NetworkKernel kernel);
  ~FusedNetwork();
  FusedNetwork(FusedNetwork&&) noexcept;
  FusedNetwork& operator=(FusedNetwork&&) noexcept;
  FusedNetwork(const FusedNetwork&) = delete;
  FusedNetwork& operator=(const FusedNetwork&) = delete;

  [[nodiscard]] std::size_t inputs() const;
  [[nodiscard]] std::size_t outputs() const;  // over all networks

  /// One vector. Not re-entrant: scratch memory is the object's own.
  void run(const float* input, float* output);
  /// `count` vectors, inputs [count x inputs()] and outputs [count x outputs()], row-major; the
  /// same bits as `run` on each.
  void run_batch(const float* input, std::size_t count, float* output);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mec::learning
