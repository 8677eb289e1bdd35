#include "policies/drl/named_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "core/errors.hpp"

namespace mec::drl {

namespace {

constexpr unsigned kBits = 22;  // a float holds 24 exactly
constexpr std::size_t kPieces = 3;

}  // namespace

void StateWriter::put(const std::string& name, std::span<const float> values) {
  arrays_.push_back({name, {values.begin(), values.end()}});
}

void StateWriter::put(const std::string& name, std::uint64_t value) {
  std::vector<float> pieces;
  for (std::size_t i = 0; i < kPieces; ++i) {
    pieces.push_back(static_cast<float>((value >> (kBits * i)) & ((1U << kBits) - 1)));
  }
  arrays_.push_back({name, std::move(pieces)});
}

void StateWriter::put(const std::string& name, double value) {
  put(name, std::bit_cast<std::uint64_t>(value));
}

void StateWriter::put(const std::string& name, const learning::TrainableMlp& network) {
  put(name + ".parameters", network.parameters());
  put(name + ".first", network.adam().first);
  put(name + ".second", network.adam().second);
  put(name + ".steps", network.adam().steps);
}

const std::vector<float>& StateReader::values(const std::string& name) const {
  const auto found = std::find_if(arrays_.begin(), arrays_.end(),
                                  [&](const auto& array) { return array.name == name; });
  if (found == arrays_.end()) {
    throw UserError(fmt::format("a checkpoint without \"{}\"", name));
  }
  return found->values;
}

std::uint64_t StateReader::whole(const std::string& name) const {
  const std::vector<float>& pieces = values(name);
  if (pieces.size() != kPieces || !std::all_of(pieces.begin(), pieces.end(), [](float x) {
        return x >= 0.0F && x < static_cast<float>(1U << kBits);
      })) {
    throw UserError(fmt::format("a checkpoint whose \"{}\" is no whole number", name));
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kPieces; ++i) {
    value |= static_cast<std::uint64_t>(pieces[i]) << (kBits * i);
  }
  return value;
}

double StateReader::number(const std::string& name) const {
  return std::bit_cast<double>(whole(name));
}

void StateReader::restore(const std::string& name, learning::TrainableMlp& network) const {
  try {
    network.restore(values(name + ".parameters"),
                    {values(name + ".first"), values(name + ".second"), whole(name + ".steps")});
  } catch (const std::invalid_argument& error) {
    throw UserError(error.what());
  }
}

}  // namespace mec::drl
