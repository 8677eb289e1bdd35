// A YAML document as a tree that remembers where every part stands, duplicate keys included. The
// only code that sees yaml-cpp is document.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/text_file.hpp"

namespace mec {

struct YamlNode {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string text;             // scalar
  std::vector<YamlNode> keys;   // map: keys[i] belongs to items[i]
  std::vector<YamlNode> items;  // list and map
  TextPosition at;
  std::size_t source = 0;  // of Sources; `at` means nothing in an override

  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
};

/// Sets the source of `node` and of all its parts.
void set_source(YamlNode& node, std::size_t source);

/// The value of the first member with this key, or nullptr.
[[nodiscard]] const YamlNode* find_member(const YamlNode& map, std::string_view key);

/// What makes a text no document of ours.
struct DocumentFault {
  TextPosition at;
  std::string message;
};

/// Parses one document as its file holds it; an empty text is a null node. Aliases are replaced by
/// copies of what they name. Throws DocumentFault on anything that is not YAML (or is unreasonably
/// large or deep).
[[nodiscard]] YamlNode parse_document(const std::string& raw);

}  // namespace mec
