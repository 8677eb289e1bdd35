#include "policies/learning/training/network_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace mec::learning {

namespace {

std::vector<std::size_t> widths_of(std::size_t inputs, const std::vector<std::size_t>& hidden,
                                   std::size_t outputs) {
  std::vector<std::size_t> widths{inputs};
  widths.insert(widths.end(), hidden.begin(), hidden.end());
  widths.push_back(outputs);
  return widths;
}

constexpr std::uint64_t kExact = std::uint64_t{1} << 24U;  // whole numbers that a float holds

}  // namespace

void normalise(const Normalisation& normalisation, std::span<float> rows) {
  const std::size_t width = normalisation.mean.size();
  for (std::size_t at = 0; at < rows.size(); at += width) {
    for (std::size_t j = 0; j < width; ++j) {
      rows[at + j] = (rows[at + j] - normalisation.mean[j]) * normalisation.scale[j];
    }
  }
}

const std::vector<float>& array_of(const std::vector<NamedArray>& arrays, const std::string& name) {
  for (const NamedArray& array : arrays) {
    if (array.name == name) {
      return array.values;
    }
  }
  throw std::out_of_range("no array " + name);
}

NetworkGroup::NetworkGroup(std::size_t networks, std::size_t inputs,
                           const std::vector<std::size_t>& hidden, std::size_t outputs,
                           const RandomStreams& streams, Arithmetic arithmetic) {
  for (std::size_t i = 0; i < networks; ++i) {
    RandomEngine random = streams.stream("init", i);
    networks_.emplace_back(widths_of(inputs, hidden, outputs), random, arithmetic);
  }
}

NetworkGroup::NetworkGroup(const std::vector<Mlp>& networks, Arithmetic arithmetic) {
  for (const Mlp& network : networks) {
    networks_.emplace_back(network, arithmetic);
  }
}

std::size_t NetworkGroup::outputs() const { return networks_.size() * networks_.front().outputs(); }

std::span<const float> NetworkGroup::forward(const float* input, std::size_t rows) {
  rows_ = rows;
  if (networks_.size() == 1) {
    return networks_.front().forward(input, rows);
  }
  const std::size_t total = outputs();
  scores_.resize(rows * total);
  std::size_t column = 0;
  for (TrainableMlp& network : networks_) {
    const std::span<const float> own = network.forward(input, rows);
    const std::size_t width = network.outputs();
    for (std::size_t r = 0; r < rows; ++r) {
      std::copy_n(own.begin() + static_cast<std::ptrdiff_t>(r * width), width,
                  scores_.begin() + static_cast<std::ptrdiff_t>(r * total + column));
    }
    column += width;
  }
  return scores_;
}

void NetworkGroup::backward(std::span<const float> gradient) {
  const std::size_t total = outputs();
  std::size_t column = 0;
  for (TrainableMlp& network : networks_) {
    const std::size_t width = network.outputs();
    slice_.resize(rows_ * width);
    for (std::size_t r = 0; r < rows_; ++r) {
      std::copy_n(gradient.begin() + static_cast<std::ptrdiff_t>(r * total + column), width,
                  slice_.begin() + static_cast<std::ptrdiff_t>(r * width));
    }
    network.backward(slice_);
    column += width;
  }
}

void NetworkGroup::step(const AdamOptions& options) {
  for (TrainableMlp& network : networks_) {
    network.step(options);
  }
}

std::vector<Mlp> NetworkGroup::weights() const {
  std::vector<Mlp> result;
  for (const TrainableMlp& network : networks_) {
    result.push_back(network.weights());
  }
  return result;
}

void NetworkGroup::store(std::vector<NamedArray>& arrays) const {
  for (std::size_t i = 0; i < networks_.size(); ++i) {
    const TrainableMlp& network = networks_[i];
    const auto parameters = network.parameters();
    arrays.push_back({fmt::format("net{}/parameters", i), {parameters.begin(), parameters.end()}});
    arrays.push_back({fmt::format("net{}/adam.first", i), network.adam().first});
    arrays.push_back({fmt::format("net{}/adam.second", i), network.adam().second});
    arrays.push_back({fmt::format("net{}/adam.steps", i),
                      {static_cast<float>(network.adam().steps / kExact),
                       static_cast<float>(network.adam().steps % kExact)}});
  }
}

bool NetworkGroup::restore(const std::vector<NamedArray>& arrays) {
  for (std::size_t i = 0; i < networks_.size(); ++i) {
    const auto& parameters = array_of(arrays, fmt::format("net{}/parameters", i));
    const auto& first = array_of(arrays, fmt::format("net{}/adam.first", i));
    const auto& second = array_of(arrays, fmt::format("net{}/adam.second", i));
    const auto& steps = array_of(arrays, fmt::format("net{}/adam.steps", i));
    const std::size_t size = networks_[i].parameters().size();
    if (parameters.size() != size || first.size() != size || second.size() != size ||
        steps.size() != 2) {
      return false;
    }
    networks_[i].restore(parameters, {first, second,
                                      static_cast<std::uint64_t>(steps[0]) * kExact +
                                          static_cast<std::uint64_t>(steps[1])});
  }
  return true;
}

}  // namespace mec::learning
