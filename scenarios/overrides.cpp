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

// A node of its own, that stands where `place` does.
YamlNode node_at(const YamlNode& place, YamlNode::Kind kind, const std::string& text = {}) {
  YamlNode node;
  node.kind = kind;
  node.text = text;
  node.at = place.at;
  node.source = place.source;
  return node;
}

// The value under `key` in `map`, made if it is not there; in a list, the item of this name.
YamlNode& child_of(YamlNode& map, const std::string& key, const YamlNode& place) {
  if (map.kind == YamlNode::Kind::list) {
    return item_of(map, key);
  }
  if (!map.is_map()) {
    map = node_at(place, YamlNode::Kind::map);
  }
  if (const YamlNode* known = find_member(map, key)) {
    return map.items[static_cast<std::size_t>(known - map.items.data())];
  }
  map.keys.push_back(node_at(place, YamlNode::Kind::scalar, key));
  map.items.push_back(node_at(place, YamlNode::Kind::null));
  return map.items.back();
}

}  // namespace

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

void set_value(YamlNode& root, const std::vector<std::string>& key, const YamlNode& place,
               YamlNode value) {
  YamlNode* there = &root;
  for (const std::string& part : key) {
    there = &child_of(*there, part, place);
  }
  *there = std::move(value);
}

std::optional<Override> parse_override(std::size_t source, Faults& faults) {
  constexpr auto kExpected = "expected KEY=VALUE, such as edge.speed=2GHz";
  const std::string& text = faults.sources().text_of(source);
  if (find_invalid_utf8(text) != std::string::npos) {
    faults.add_override(source, "not UTF-8; expected KEY=VALUE in UTF-8");
    return std::nullopt;
  }
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    faults.add_override(source, fmt::format("missing \"=\"; {}", kExpected));
    return std::nullopt;
  }
  auto key = split_key(std::string_view(text).substr(0, equals));
  if (!key) {
    faults.add_override(source, fmt::format("not a key; {}", kExpected));
    return std::nullopt;
  }
  try {
    return Override{std::move(*key),
                    parse_value(trim(std::string_view(text).substr(equals + 1)), source)};
  } catch (const DocumentFault& fault) {
    faults.add_override(source, fault.message);
    return std::nullopt;
  }
}

void apply_override(YamlNode& root, const Override& given, Faults& faults) {
  YamlNode place;
  place.source = given.value.source;
  try {
    set_value(root, given.key, place, given.value);
  } catch (const DocumentFault& fault) {
    faults.add_override(place.source, fault.message);
  }
}

void apply_overrides(YamlNode& root, std::size_t count, Faults& faults) {
  for (std::size_t source = 1; source <= count; ++source) {
    if (const auto given = parse_override(source, faults)) {
      apply_override(root, *given, faults);
    }
  }
}

}  // namespace mec
