#include "scenarios/flow_text.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "core/text.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

bool needs_quotes(const std::string& text) {
  constexpr std::string_view kSpecial = ",[]{}\"'#&*!|>%@`:\n";
  return text.empty() || text.find_first_of(kSpecial) != std::string::npos || text != trim(text);
}

}  // namespace

std::string flow_text(const YamlNode& value) {
  switch (value.kind) {
    case YamlNode::Kind::null:
      return "";
    case YamlNode::Kind::scalar:
      return one_line(value.text);
    case YamlNode::Kind::list:
    case YamlNode::Kind::map:
      break;
  }
  const auto part = [](const YamlNode& node) {
    const std::string text = flow_text(node);
    return node.is_scalar() && needs_quotes(text) ? fmt::format("\"{}\"", text) : text;
  };
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    parts.push_back(value.is_map()
                        ? fmt::format("{}: {}", part(value.keys[i]), part(value.items[i]))
                        : part(value.items[i]));
  }
  return value.is_map() ? fmt::format("{{{}}}", join(parts)) : fmt::format("[{}]", join(parts));
}

}  // namespace mec
