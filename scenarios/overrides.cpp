#include "scenarios/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/text.hpp"
#include "scenarios/quantity.hpp"

namespace mec {

namespace {

constexpr std::size_t kDeepestKey = 8;

void set_source(YamlNode& node, std::size_t source) {
  node.source = source;
  for (YamlNode& key : node.keys) {
    set_source(key, source);
  }
  for (YamlNode& item : node.items) {
    set_source(item, source);
  }
}

YamlNode scalar(std::string_view text, std::size_t source) {
  YamlNode node;
  node.kind = text.empty() ? YamlNode::Kind::null : YamlNode::Kind::scalar;
  node.text = text;
  node.source = source;
  return node;
}

YamlNode parse_value(std::string_view text, std::size_t source) {
  constexpr std::string_view kYamlStarts = "{[\"'";
  if (text.empty() || kYamlStarts.find(text.front()) == std::string_view::npos) {
    return scalar(text, source);
  }
  YamlNode node = parse_document(std::string(text));
  set_source(node, source);
  return node;
}

// The parts of a.b.c, or nothing if one is empty or there are too many.
std::optional<std::vector<std::string>> split_key(std::string_view key) {
  std::vector<std::string> parts;
  while (true) {
    const auto dot = key.find('.');
    parts.emplace_back(trim(key.substr(0, dot)));
    if (parts.back().empty() || parts.size() > kDeepestKey) {
      return std::nullopt;
    }
    if (dot == std::string_view::npos) {
      return parts;
    }
    key.remove_prefix(dot + 1);
  }
}

const YamlNode* find_member(const YamlNode& map, std::string_view key) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].is_scalar() && map.keys[i].text == key) {
      return &map.items[i];
    }
  }
  return nullptr;
}

// The map in `list` whose member `name` is `name`.
YamlNode& item_of(YamlNode& list, const std::string& name) {
  std::vector<std::string> names;
  for (YamlNode& item : list.items) {
    const YamlNode* own = find_member(item, "name");
    if (own != nullptr && own->text == name) {
      return item;
    }
    if (own != nullptr && own->is_scalar()) {
      names.push_back(printable(own->text));
    }
  }
  throw DocumentFault{
      {},
      names.empty()
          ? fmt::format("\"{}\" in a list without names; expected the whole list, such as [a, b]",
                        printable(name))
          : fmt::format("no \"{}\" in the list; expected {}{}", printable(name),
                        list_of_alternatives(names), did_you_mean(name, names))};
}

// The value under `key` in `map`, made if it is not there; in a list, the item of this name.
YamlNode& child_of(YamlNode& map, const std::string& key, std::size_t source) {
  if (map.kind == YamlNode::Kind::list) {
    return item_of(map, key);
  }
  if (!map.is_map()) {
    map = YamlNode{};
    map.kind = YamlNode::Kind::map;
    map.source = source;
  }
  if (const YamlNode* known = find_member(map, key)) {
    return map.items[static_cast<std::size_t>(known - map.items.data())];
  }
  map.keys.push_back(scalar(key, source));
  map.items.emplace_back();
  map.items.back().source = source;
  return map.items.back();
}

void apply(YamlNode& root, const std::string& text, std::size_t source, Faults& faults) {
  constexpr auto kExpected = "expected KEY=VALUE, such as edge.speed=2GHz";
  if (find_invalid_utf8(text) != std::string::npos) {
    faults.add_override(source, "not UTF-8; expected KEY=VALUE in UTF-8");
    return;
  }
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    faults.add_override(source, fmt::format("missing \"=\"; {}", kExpected));
    return;
  }
  const auto parts = split_key(std::string_view(text).substr(0, equals));
  if (!parts) {
    faults.add_override(source, fmt::format("not a key; {}", kExpected));
    return;
  }
  try {
    YamlNode value = parse_value(trim(std::string_view(text).substr(equals + 1)), source);
    YamlNode* place = &root;
    for (const std::string& part : *parts) {
      place = &child_of(*place, part, source);
    }
    *place = std::move(value);
  } catch (const DocumentFault& fault) {
    faults.add_override(source, fault.message);
  }
}

}  // namespace

void apply_overrides(YamlNode& root, const std::vector<std::string>& overrides, Faults& faults) {
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    apply(root, overrides[i], i + 1, faults);
  }
}

}  // namespace mec
