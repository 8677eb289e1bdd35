#include "results/content_hash.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "core/errors.hpp"
#include "core/hash.hpp"

namespace mec {

namespace {

std::string show(std::uint64_t hash) { return fmt::format("fnv1a64:{:016x}", hash); }

}  // namespace

std::string content_hash(std::string_view text) { return show(fnv1a64(text)); }

std::string content_hash_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> chunk(std::size_t{1} << 16U);
  std::uint64_t hash = kFnvStart;
  while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount() > 0) {
    hash = fnv1a64({chunk.data(), static_cast<std::size_t>(file.gcount())}, hash);
  }
  if (!file.eof()) {  // it could not be opened, or not be read to its end
    throw UserError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  }
  return show(hash);
}

}  // namespace mec
