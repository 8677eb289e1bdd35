// What a scenario's document says, as one text in which neither comments nor the order of keys nor
// the names of files count, and the hash of it.
//
// SHA-1 in the form of a version 5 UUID (RFC 4122, Section 4.3): 122 bits, the same on every
// machine. Tells contents apart; no defence against forgery.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "scenarios/document.hpp"
#include "scenarios/sources.hpp"

namespace mec {

/// 32 hexadecimal digits.
[[nodiscard]] std::string digest_of(std::string_view text);

using FileHash = std::function<std::string(const std::string& path)>;

/// `document` is one that has loaded. Names of files are replaced by what `hash_of_file` returns.
/// Left out: name, description, policies, replications and published. The order of nodes, links,
/// groups of devices and named bandwidths counts: they are numbered by it.
[[nodiscard]] std::string canonical_text(const YamlNode& document, const Sources& sources,
                                         const FileHash& hash_of_file);

}  // namespace mec
