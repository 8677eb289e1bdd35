// Tells one version of a text or file from another in a manifest; no defence against forgery.
#pragma once

#include <string>
#include <string_view>

namespace mec {

/// 64-bit FNV-1a of the bytes, as "fnv1a64:" and 16 hexadecimal digits.
[[nodiscard]] std::string content_hash(std::string_view text);

/// The same of a file's bytes, of any kind and size. Throws UserError when it cannot be read.
[[nodiscard]] std::string content_hash_of_file(const std::string& path);

}  // namespace mec
