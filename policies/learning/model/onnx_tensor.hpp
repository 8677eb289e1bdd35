// Tensors of an ONNX file as plain numbers: what exporters store as float, double, half or bfloat16
// becomes float. Little-endian machines only, as the stored bytes are. Internal to the model file.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mec::learning {

struct FloatTensor {
  std::vector<std::size_t> shape;
  std::vector<float> values;  // row-major
};

/// "3 x 4"; "a single number" for an empty shape.
[[nodiscard]] std::string shape_text(const std::vector<std::size_t>& shape);

/// Throw UserError (without the path) for another type, for data that is outside the file, and for
/// more or fewer values than the shape wants.
[[nodiscard]] FloatTensor float_tensor(const onnx::TensorProto& tensor);
[[nodiscard]] std::vector<std::int64_t> integer_tensor(const onnx::TensorProto& tensor);

}  // namespace mec::learning
