#include "policies/learning/model/onnx_tensor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/errors.hpp"
#include "core/text.hpp"

namespace mec::learning {

namespace {

static_assert(std::endian::native == std::endian::little, "ONNX stores little-endian bytes");

using onnx::TensorProto;

// What a file of 2 GB, the most that protobuf reads, could hold.
constexpr std::size_t kMostElements = std::size_t{1} << 31U;

std::vector<std::size_t> shape_of(const TensorProto& tensor) {
  std::vector<std::size_t> shape;
  std::size_t elements = 1;
  for (const std::int64_t extent : tensor.dims()) {
    if (extent < 0 || extent > static_cast<std::int64_t>(kMostElements)) {
      throw UserError(fmt::format("tensor \"{}\" has an extent of {}", tensor.name(), extent));
    }
    shape.push_back(static_cast<std::size_t>(extent));
    elements *= shape.back();  // both factors are at most 2^31: no overflow
    if (elements > kMostElements) {
      throw UserError(fmt::format("tensor \"{}\" is larger than any file", tensor.name()));
    }
  }
  return shape;
}

std::size_t elements_of(const std::vector<std::size_t>& shape) {
  std::size_t elements = 1;
  for (const std::size_t extent : shape) {
    elements *= extent;
  }
  return elements;
}

// The values as they are stored: in raw_data, or else in the repeated field of their type (where
// types of less than 32 bits sit in wider integers).
template <class Stored, class Field>
std::vector<Stored> stored_values(const TensorProto& tensor, const Field& field) {
  const std::vector<std::size_t> shape = shape_of(tensor);
  const std::size_t expected = elements_of(shape);
  const std::string& raw = tensor.raw_data();
  const bool in_raw = tensor.has_raw_data();
  const std::size_t there = in_raw ? raw.size() / sizeof(Stored)  //
                                   : static_cast<std::size_t>(field.size());
  if (there != expected || (in_raw && raw.size() % sizeof(Stored) != 0)) {
    throw UserError(fmt::format("tensor \"{}\" of shape {} has {} values", tensor.name(),
                                shape_text(shape), there));
  }
  std::vector<Stored> values(expected);
  if (in_raw && expected > 0) {
    std::memcpy(values.data(), raw.data(), raw.size());
  } else {
    std::transform(field.begin(), field.end(), values.begin(),
                   [](auto value) { return static_cast<Stored>(value); });
  }
  return values;
}

// IEEE 754 binary16: a sign bit, 5 of exponent, 10 of fraction. Exact.
float from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10U) & 0x1F;
  const int fraction = bits & 0x3FF;
  float magnitude = std::numeric_limits<float>::infinity();
  if (exponent == 0x1F && fraction != 0) {
    magnitude = std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(fraction), -24);
  } else if (exponent < 0x1F) {
    magnitude = std::ldexp(static_cast<float>(0x400 + fraction), exponent - 25);
  }
  return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

// The upper half of a float.
float from_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

template <class Stored, class Convert>
std::vector<float> converted(const std::vector<Stored>& stored, Convert convert) {
  std::vector<float> values(stored.size());
  std::transform(stored.begin(), stored.end(), values.begin(), convert);
  return values;
}

void check_inside(const TensorProto& tensor) {
  if (tensor.data_location() == TensorProto::EXTERNAL || tensor.external_data_size() > 0) {
    throw UserError(
        fmt::format("tensor \"{}\" is stored in another file; one file with all weights was "
                    "expected",
                    tensor.name()));
  }
  if (tensor.has_segment()) {
    throw UserError(fmt::format("tensor \"{}\" is stored in segments", tensor.name()));
  }
}

[[noreturn]] void fail_type(const TensorProto& tensor, const char* expected) {
  const int type = tensor.data_type();
  const std::string name =
      TensorProto::DataType_IsValid(type)
          ? TensorProto::DataType_Name(static_cast<TensorProto::DataType>(type))
          : fmt::format("of type {}", type);
  throw UserError(
      fmt::format("tensor \"{}\" is {}; {} was expected", tensor.name(), name, expected));
}

}  // namespace

std::string shape_text(const std::vector<std::size_t>& shape) {
  std::vector<std::string> extents;
  extents.reserve(shape.size());
  for (const std::size_t extent : shape) {
    extents.push_back(fmt::format("{}", extent));
  }
  return extents.empty() ? "a single number" : join(extents, " x ");
}

FloatTensor float_tensor(const TensorProto& tensor) {
  check_inside(tensor);
  FloatTensor result{shape_of(tensor), {}};
  switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      result.values = stored_values<float>(tensor, tensor.float_data());
      return result;
    case TensorProto::DOUBLE:
      result.values = converted(stored_values<double>(tensor, tensor.double_data()),
                                [](double x) { return static_cast<float>(x); });
      return result;
    case TensorProto::FLOAT16:
      result.values =
          converted(stored_values<std::uint16_t>(tensor, tensor.int32_data()), from_half);
      return result;
    case TensorProto::BFLOAT16:
      result.values =
          converted(stored_values<std::uint16_t>(tensor, tensor.int32_data()), from_bfloat16);
      return result;
    default:
      fail_type(tensor, "FLOAT, DOUBLE, FLOAT16 or BFLOAT16");
  }
}

std::vector<std::int64_t> integer_tensor(const TensorProto& tensor) {
  check_inside(tensor);
  switch (tensor.data_type()) {
    case TensorProto::INT64:
      return stored_values<std::int64_t>(tensor, tensor.int64_data());
    case TensorProto::INT32: {
      const auto stored = stored_values<std::int32_t>(tensor, tensor.int32_data());
      return {stored.begin(), stored.end()};
    }
    case TensorProto::BOOL: {
      const auto stored = stored_values<std::uint8_t>(tensor, tensor.int32_data());
      return {stored.begin(), stored.end()};
    }
    default:
      fail_type(tensor, "INT64, INT32 or BOOL");
  }
}

}  // namespace mec::learning
