// Decision kernels in plain C++: what every other kernel must equal, and what other processors run.
#include <algorithm>
#include <cstring>

#include "policies/learning/inference/fused_kernels.hpp"
#include "policies/learning/inference/quantise.hpp"

#define MEC_TARGET
#include "policies/learning/inference/fused_tiles.hpp"

namespace mec::learning {

namespace {

constexpr float kCeiling = kActivationCeiling;

struct FloatLanes {
  float v[kPortableLanes];
};
struct IntegerLanes {
  std::int32_t v[kPortableLanes];
};
struct PairLanes {
  std::int16_t v[2 * kPortableLanes];
};

struct Fp32 {
  using Weight = float;
  using Input = float;
  using Sum = FloatLanes;
  using Operand = FloatLanes;
  static constexpr std::size_t kLanes = kPortableLanes;
  static constexpr std::size_t kStep = 1;
  static constexpr std::size_t kRows = 2;
  static constexpr std::size_t kChains = kSumChains;
  static constexpr std::size_t kPanels = 1;

  static const float* weights_of(const PackedLayer& layer) { return layer.floats.data(); }
  static const float* input_of(const PackedNetwork& network, const float* input, std::size_t,
                               std::size_t& stride) {
    stride = network.inputs;
    return input;
  }
  static float* hidden_of(PackedNetwork& network, std::size_t buffer) {
    return network.floats[buffer].data();
  }
  static float* scores_of(PackedNetwork& network, const float* input) {
    return network.floats[input == network.floats[0].data() ? 1 : 0].data();
  }
  static Sum start(const PackedLayer& layer, std::size_t column) {
    return load(layer.bias.data() + column);
  }
  static Sum zero() { return {}; }
  static Operand load(const float* from) {
    FloatLanes lanes = {};
    std::memcpy(&lanes, from, sizeof lanes);
    return lanes;
  }
  static Operand broadcast(const float* from) {
    FloatLanes lanes = {};
    for (float& x : lanes.v) {
      x = *from;
    }
    return lanes;
  }
  static Sum multiply_add(const Operand& w, const Operand& x, Sum sum) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      sum.v[i] = __builtin_fmaf(w.v[i], x.v[i], sum.v[i]);
    }
    return sum;
  }
  static Sum add(Sum a, const Sum& b) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      a.v[i] += b.v[i];
    }
    return a;
  }
  struct Scaling {};
  static Scaling scaling_of(const PackedLayer&, std::size_t) { return {}; }
  static void store_scores(Scaling, const Sum& sum, float* to) {
    std::memcpy(to, &sum, sizeof sum);
  }
  static void store_hidden(Scaling, const Sum& sum, float* to) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      to[i] = sum.v[i] > 0.0F ? sum.v[i] : 0.0F;
    }
  }
};

// Clamped, a NaN to 0; then nearest, ties to even: at 2^23 a float's last place is 1.
std::int16_t rounded(float value) {
  const float positive = value > 0.0F ? value : 0.0F;
  const float clamped = positive < kCeiling ? positive : kCeiling;
  return static_cast<std::int16_t>((clamped + 8388608.0F) - 8388608.0F);
}

struct Int8 {
  using Weight = std::int8_t;
  using Input = std::int16_t;
  using Sum = IntegerLanes;
  using Operand = PairLanes;
  static constexpr std::size_t kLanes = kPortableLanes;
  static constexpr std::size_t kStep = 2;
  static constexpr std::size_t kRows = 2;
  static constexpr std::size_t kChains = 1;
  static constexpr std::size_t kPanels = 1;

  static const std::int8_t* weights_of(const PackedLayer& layer) { return layer.bytes.data(); }
  static const std::int16_t* input_of(PackedNetwork& network, const float* input, std::size_t rows,
                                      std::size_t& stride) {
    const InputQuantiser& quantiser = network.quantiser;
    stride = quantiser.stride;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < network.inputs; ++i) {
        network.quantised[row * stride + i] = rounded(__builtin_fmaf(
            input[row * network.inputs + i], quantiser.factor[i], quantiser.offset[i]));
      }
    }
    return network.quantised.data();
  }
  static std::int16_t* hidden_of(PackedNetwork& network, std::size_t buffer) {
    return network.integers[buffer].data();
  }
  static float* scores_of(PackedNetwork& network, const std::int16_t*) {
    return network.floats[0].data();
  }
  static Sum start(const PackedLayer&, std::size_t) { return {}; }
  static Sum zero() { return {}; }
  static Operand load(const std::int8_t* from) {
    PairLanes lanes = {};
    std::copy_n(from, 2 * kLanes, lanes.v);
    return lanes;
  }
  static Operand broadcast(const std::int16_t* from) {
    PairLanes lanes = {};
    for (std::size_t i = 0; i < 2 * kLanes; ++i) {
      lanes.v[i] = from[i % 2];
    }
    return lanes;
  }
  static Sum multiply_add(const Operand& w, const Operand& x, Sum sum) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      sum.v[i] += w.v[2 * i] * x.v[2 * i] + w.v[2 * i + 1] * x.v[2 * i + 1];
    }
    return sum;
  }
  static Sum add(Sum a, const Sum& b) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      a.v[i] += b.v[i];
    }
    return a;
  }
  struct Scaling {
    FloatLanes scale;
    FloatLanes bias;
    [[nodiscard]] float value(const Sum& sum, std::size_t i) const {
      return __builtin_fmaf(static_cast<float>(sum.v[i]), scale.v[i], bias.v[i]);
    }
  };
  static Scaling scaling_of(const PackedLayer& layer, std::size_t column) {
    return {Fp32::load(layer.scale.data() + column), Fp32::load(layer.bias.data() + column)};
  }
  static void store_scores(const Scaling& scaling, const Sum& sum, float* to) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      to[i] = scaling.value(sum, i);
    }
  }
  static void store_hidden(const Scaling& scaling, const Sum& sum, std::int16_t* to) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      to[i] = rounded(scaling.value(sum, i));
    }
  }
};

}  // namespace

NetworkFunctions portable_network(WeightPrecision precision) {
  return precision == WeightPrecision::int8 ? functions_of<Int8>() : functions_of<Fp32>();
}

}  // namespace mec::learning
