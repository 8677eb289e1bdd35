// How samples go through a packed network, for any instruction set: a register tile of a few
// samples times a panel of outputs, inputs in the inner loop.
//
// An output is four chains of fused multiply-adds, each over a quarter of the inputs in order, the
// first one starting at the bias, added up from the first to the last: one long chain would cost a
// single decision 4 cycles of latency for every input of every layer. Integer sums are exact in any
// order, so integer tiles of several samples use one chain.
//
// Included once by each kernel file, which first defines MEC_TARGET, the attribute that selects the
// instruction set; so functions, not files, are compiled for it, and nothing inline leaks out.
//
// Math (a struct of the kernel file) says what a vector is:
//   Weight, Input, Sum, Operand  stored types, accumulator, and a vector that is multiplied
//   Scaling, scaling_of          what turns a sum into a value
//   kLanes, kStep                outputs in a vector; inputs in a step (two for integers)
//   kRows, kChains, kPanels      samples in a tile; chains there; panels side by side for one
//   sample weights_of, input_of         where the data are start, zero, load, broadcast,
//   multiply_add, add; store_hidden and store_scores
#pragma once

#ifndef MEC_TARGET
#error "define MEC_TARGET first"
#endif

#include <algorithm>
#include <cstddef>

#include "policies/learning/inference/fused_kernels.hpp"

#define MEC_INLINE MEC_TARGET [[gnu::always_inline]] inline

namespace mec::learning {

namespace {

// Chains are as equal as can be; the first ones have one step more.
MEC_INLINE std::size_t chain_begin(std::size_t steps, std::size_t chains, std::size_t chain) {
  const std::size_t longer = steps % chains;
  return steps / chains * chain + (chain < longer ? chain : longer);
}

// What a layer's tile reads and writes.
template <class Math>
struct Operands {
  const PackedLayer* layer = nullptr;
  const typename Math::Input* input = nullptr;
  std::size_t input_stride = 0;
};

// sum += weights * inputs over steps [begin, end), for Rows samples and a panel of Vectors.
template <class Math, std::size_t Rows, std::size_t Vectors>
MEC_INLINE void accumulate(const typename Math::Weight* weights, const Operands<Math>& operands,
                           std::size_t begin, std::size_t end,
                           typename Math::Sum (&sum)[Rows][Vectors]) {
  for (std::size_t step = begin; step < end; ++step) {
    typename Math::Operand w[Vectors];
#pragma GCC unroll 4
    for (std::size_t v = 0; v < Vectors; ++v) {
      w[v] = Math::load(weights + (step * Vectors + v) * Math::kLanes * Math::kStep);
    }
#pragma GCC unroll 16
    for (std::size_t row = 0; row < Rows; ++row) {
      const typename Math::Operand x =
          Math::broadcast(operands.input + row * operands.input_stride + step * Math::kStep);
#pragma GCC unroll 4
      for (std::size_t v = 0; v < Vectors; ++v) {
        sum[row][v] = Math::multiply_add(w[v], x, sum[row][v]);
      }
    }
  }
}

template <class Math, bool Last, std::size_t Rows, std::size_t Vectors, class Output>
MEC_INLINE void store(const PackedLayer& layer, std::size_t column,
                      const typename Math::Sum (&sum)[Rows][Vectors], Output* output,
                      std::size_t stride) {
#pragma GCC unroll 4
  for (std::size_t v = 0; v < Vectors; ++v) {
    const std::size_t at = column + v * Math::kLanes;
    const typename Math::Scaling scaling = Math::scaling_of(layer, at);
#pragma GCC unroll 16
    for (std::size_t row = 0; row < Rows; ++row) {
      if constexpr (Last) {
        Math::store_scores(scaling, sum[row][v], output + row * stride + at);
      } else {
        Math::store_hidden(scaling, sum[row][v], output + row * stride + at);
      }
    }
  }
}

// Rows samples, chain after chain. Not inlined: on its own it needs no more registers than there
// are.
template <class Math, bool Last, std::size_t Rows, std::size_t Vectors, class Output>
MEC_TARGET [[gnu::noinline]] void tile(const Operands<Math>& operands, std::size_t column,
                                       Output* output, std::size_t stride) {
  const PackedLayer& layer = *operands.layer;
  const typename Math::Weight* weights =
      Math::weights_of(layer) + column * layer.steps * Math::kStep;
  typename Math::Sum total[Rows][Vectors];
#pragma GCC unroll 16
  for (std::size_t row = 0; row < Rows; ++row) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < Vectors; ++v) {
      total[row][v] = Math::start(layer, column + v * Math::kLanes);
    }
  }
  accumulate<Math>(weights, operands, 0, chain_begin(layer.steps, Math::kChains, 1), total);
  for (std::size_t chain = 1; chain < Math::kChains; ++chain) {
    typename Math::Sum sum[Rows][Vectors];
#pragma GCC unroll 16
    for (std::size_t row = 0; row < Rows; ++row) {
#pragma GCC unroll 4
      for (std::size_t v = 0; v < Vectors; ++v) {
        sum[row][v] = Math::zero();
      }
    }
    accumulate<Math>(weights, operands, chain_begin(layer.steps, Math::kChains, chain),
                     chain_begin(layer.steps, Math::kChains, chain + 1), sum);
#pragma GCC unroll 16
    for (std::size_t row = 0; row < Rows; ++row) {
#pragma GCC unroll 4
      for (std::size_t v = 0; v < Vectors; ++v) {
        total[row][v] = Math::add(total[row][v], sum[row][v]);
      }
    }
  }
  store<Math, Last>(layer, column, total, output, stride);
}

// One step of one chain, for one sample and several panels.
template <class Math, std::size_t Panels, std::size_t Vectors>
MEC_INLINE void advance_chain(const typename Math::Weight* const (&weights)[Panels],
                              const typename Math::Input* input, std::size_t step,
                              typename Math::Sum (&sum)[1][Panels * Vectors]) {
  const typename Math::Operand x = Math::broadcast(input + step * Math::kStep);
#pragma GCC unroll 4
  for (std::size_t p = 0; p < Panels; ++p) {
#pragma GCC unroll 4
    for (std::size_t v = 0; v < Vectors; ++v) {
      const typename Math::Operand w =
          Math::load(weights[p] + (step * Vectors + v) * Math::kLanes * Math::kStep);
      sum[0][p * Vectors + v] = Math::multiply_add(w, x, sum[0][p * Vectors + v]);
    }
  }
}

// One sample and several panels, the four chains side by side.
template <class Math, bool Last, std::size_t Panels, std::size_t Vectors, class Output>
MEC_INLINE void tile_of_one(const PackedLayer& layer, const typename Math::Input* input,
                            std::size_t column, Output* output) {
  constexpr std::size_t kAll = Panels * Vectors;
  const typename Math::Weight* weights[Panels];
  for (std::size_t p = 0; p < Panels; ++p) {
    weights[p] =
        Math::weights_of(layer) + (column + p * Vectors * Math::kLanes) * layer.steps * Math::kStep;
  }
  typename Math::Sum sum[kSumChains][1][kAll];
#pragma GCC unroll 16
  for (std::size_t v = 0; v < kAll; ++v) {
    sum[0][0][v] = Math::start(layer, column + v * Math::kLanes);
    sum[1][0][v] = sum[2][0][v] = sum[3][0][v] = Math::zero();
  }
  const std::size_t common = layer.steps / kSumChains;
  const std::size_t longer = layer.steps % kSumChains;
  for (std::size_t step = 0; step < common; ++step) {
#pragma GCC unroll 4
    for (std::size_t chain = 0; chain < kSumChains; ++chain) {
      advance_chain<Math, Panels, Vectors>(
          weights, input, chain_begin(layer.steps, kSumChains, chain) + step, sum[chain]);
    }
  }
#pragma GCC unroll 4
  for (std::size_t chain = 0; chain + 1 < kSumChains; ++chain) {
    if (chain < longer) {
      advance_chain<Math, Panels, Vectors>(
          weights, input, chain_begin(layer.steps, kSumChains, chain) + common, sum[chain]);
    }
  }
#pragma GCC unroll 16
  for (std::size_t v = 0; v < kAll; ++v) {
    sum[0][0][v] =
        Math::add(Math::add(Math::add(sum[0][0][v], sum[1][0][v]), sum[2][0][v]), sum[3][0][v]);
  }
  store<Math, Last>(layer, column, sum[0], output, 0);
}

// One sample through a layer.
template <class Math, bool Last, class Output>
MEC_TARGET [[gnu::noinline]] void forward_one(const PackedLayer& layer,
                                              const typename Math::Input* input, Output* output) {
  constexpr std::size_t kPanel = kPanelVectors * Math::kLanes;
  std::size_t column = 0;
  for (; column + Math::kPanels * kPanel <= layer.padded; column += Math::kPanels * kPanel) {
    tile_of_one<Math, Last, Math::kPanels, kPanelVectors>(layer, input, column, output);
  }
  if (Math::kPanels > 1 && column + kPanel <= layer.padded) {
    tile_of_one<Math, Last, 1, kPanelVectors>(layer, input, column, output);
    column += kPanel;
  }
  if (column < layer.padded) {
    tile_of_one<Math, Last, 1, 1>(layer, input, column, output);
  }
}

// One sample through one panel: what is left over when samples are taken kRows at a time.
template <class Math, bool Last, std::size_t Vectors, class Output>
MEC_TARGET [[gnu::noinline]] void panel_of_one(const PackedLayer& layer,
                                               const typename Math::Input* input,
                                               std::size_t column, Output* output) {
  tile_of_one<Math, Last, 1, Vectors>(layer, input, column, output);
}

// All samples for one panel, which stays in the level-1 cache.
template <class Math, bool Last, std::size_t Vectors, class Output>
MEC_TARGET void panel(const Operands<Math>& operands, std::size_t rows, std::size_t column,
                      Output* output, std::size_t stride) {
  std::size_t row = 0;
  for (; row + Math::kRows <= rows; row += Math::kRows) {
    const Operands<Math> there{operands.layer, operands.input + row * operands.input_stride,
                               operands.input_stride};
    tile<Math, Last, Math::kRows, Vectors>(there, column, output + row * stride, stride);
  }
  for (; row < rows; ++row) {
    panel_of_one<Math, Last, Vectors>(*operands.layer, operands.input + row * operands.input_stride,
                                      column, output + row * stride);
  }
}

template <class Math, bool Last, class Output>
MEC_TARGET void forward(const Operands<Math>& operands, std::size_t rows, Output* output,
                        std::size_t stride) {
  constexpr std::size_t kPanel = kPanelVectors * Math::kLanes;
  const PackedLayer& layer = *operands.layer;
  std::size_t column = 0;
  for (; column + kPanel <= layer.padded; column += kPanel) {
    panel<Math, Last, kPanelVectors>(operands, rows, column, output, stride);
  }
  if (column < layer.padded) {
    panel<Math, Last, 1>(operands, rows, column, output, stride);
  }
}

// The last layer writes whole vectors: where its outputs fill them, straight to where the scores
// are wanted, else to scratch memory first.
template <class Math>
MEC_TARGET void forward_last(PackedNetwork& network, const Operands<Math>& operands,
                             std::size_t rows, float* output) {
  const PackedLayer& layer = *operands.layer;
  if (layer.outputs == layer.padded) {
    forward<Math, true>(operands, rows, output, network.outputs);
    return;
  }
  float* scratch = Math::scores_of(network, operands.input);
  forward<Math, true>(operands, rows, scratch, layer.padded);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t o = 0; o < layer.outputs; ++o) {
      output[row * network.outputs + o] = scratch[row * layer.padded + o];
    }
  }
}

template <class Math>
MEC_TARGET void forward_block(PackedNetwork& network, const float* input, std::size_t rows,
                              float* output) {
  std::size_t stride = 0;
  const typename Math::Input* first = Math::input_of(network, input, rows, stride);
  for (const std::vector<PackedLayer>& layers : network.networks) {
    Operands<Math> operands{layers.data(), first, stride};
    std::size_t buffer = 0;
    for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
      typename Math::Input* hidden = Math::hidden_of(network, buffer);
      operands.layer = &layers[l];
      forward<Math, false>(operands, rows, hidden, layers[l].padded);
      operands.input = hidden;
      operands.input_stride = layers[l].padded;
      buffer ^= 1U;
    }
    operands.layer = &layers.back();
    forward_last<Math>(network, operands, rows, output);
    output += layers.back().outputs;
  }
}

template <class Math>
MEC_TARGET void run_many(PackedNetwork& network, const float* input, std::size_t rows,
                         float* output) {
  while (rows > 0) {
    const std::size_t block = rows < kSampleBlock ? rows : kSampleBlock;
    forward_block<Math>(network, input, block, output);
    input += block * network.inputs;
    output += block * network.outputs;
    rows -= block;
  }
}

template <class Math>
MEC_TARGET void run_one(PackedNetwork& network, const float* input, float* output) {
  std::size_t stride = 0;
  const typename Math::Input* const first = Math::input_of(network, input, 1, stride);
  for (const std::vector<PackedLayer>& layers : network.networks) {
    const typename Math::Input* from = first;
    const PackedLayer* layer = layers.data();
    const PackedLayer* const last = layer + layers.size() - 1;
    for (std::size_t buffer = 0; layer != last; ++layer, buffer ^= 1U) {
      typename Math::Input* hidden = Math::hidden_of(network, buffer);
      forward_one<Math, false>(*layer, from, hidden);
      from = hidden;
    }
    if (last->outputs == last->padded) {
      forward_one<Math, true>(*last, from, output);
    } else {
      float* const scratch = Math::scores_of(network, from);
      forward_one<Math, true>(*last, from, scratch);
      for (std::size_t o = 0; o < last->outputs; ++o) {
        output[o] = scratch[o];
      }
    }
    output += last->outputs;
  }
}

template <class Math>
NetworkFunctions functions_of() {
  return {run_one<Math>, run_many<Math>};
}

}  // namespace

}  // namespace mec::learning
