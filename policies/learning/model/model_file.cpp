#include "policies/learning/model/model_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>

#include "core/errors.hpp"
#include "core/output_file.hpp"
#include "policies/learning/model/model_metadata.hpp"
#include "policies/learning/model/onnx_file.hpp"

namespace mec::learning {

namespace {

constexpr std::size_t kMostBytes = std::numeric_limits<int>::max();  // protobuf's limit

struct Closer {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

// Without the path, as all faults below are until `load` puts it in front.
std::string read_bytes(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw UserError("is a directory; an ONNX model was expected");
  }
  const auto check_size = [](std::uintmax_t size) {
    if (size > kMostBytes) {
      throw UserError("larger than the 2 GB that an ONNX file can hold");
    }
  };
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    throw UserError(std::strerror(errno));
  }
  std::string bytes;
  if (std::filesystem::is_regular_file(path, ignored)) {
    const std::uintmax_t size = std::filesystem::file_size(path, ignored);
    check_size(size);
    bytes.reserve(static_cast<std::size_t>(size));
  }
  std::array<char, 1 << 16> block{};
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
    check_size(bytes.size() + count);
    bytes.append(block.data(), count);
  }
  if (std::ferror(file.get()) != 0) {
    throw UserError(std::strerror(errno));
  }
  return bytes;
}

Model load(const std::string& path, const ForeignModel& foreign, std::vector<NamedArray>* extra) {
  Model model;
  std::vector<NamedArray> arrays;
  try {
    OnnxContents contents = read_onnx(read_bytes(path));
    arrays = std::move(contents.extra);
    model = interpret(std::move(contents), foreign);
  } catch (const UserError& fault) {
    throw UserError(fmt::format("{}: {}", path, fault.what()));
  }
  check_model(model, path);
  if (extra != nullptr) {
    *extra = std::move(arrays);
  }
  return model;
}

}  // namespace

void save_model(const Model& model, const std::string& path) { save_model(model, {}, path); }

void save_model(const Model& model, const std::vector<NamedArray>& extra, const std::string& path) {
  check_model(model, path);
  std::string bytes;
  try {
    bytes = write_onnx(model, metadata_of(model), extra);
  } catch (const UserError& fault) {
    throw UserError(fmt::format("{}: {}", path, fault.what()));
  }
  write_file(path, bytes);
}

Model load_model(const std::string& path, const ForeignModel& foreign) {
  return load(path, foreign, nullptr);
}

Model load_model(const std::string& path, std::vector<NamedArray>& extra) {
  return load(path, {}, &extra);
}

}  // namespace mec::learning
