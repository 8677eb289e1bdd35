// What a scenario's document says, by key: for checks that need several keys and their places.
#pragma once

#include <map>
#include <string>

#include "scenarios/document.hpp"

namespace mec {

struct Written {
  std::map<std::string, const YamlNode*> values;  // every known key that is written
  std::map<std::string, const YamlNode*> maps;    // every map that was read: where its lacks belong

  [[nodiscard]] bool has(const std::string& key) const { return values.contains(key); }
  /// The value of this key, or nullptr.
  [[nodiscard]] const YamlNode* find(const std::string& key) const {
    const auto it = values.find(key);
    return it == values.end() ? nullptr : it->second;
  }
  /// Where faults of this key as a whole belong: the map's name, or the value. The key is written.
  [[nodiscard]] const YamlNode& place_of(const std::string& key) const {
    const auto map = maps.find(key);
    return map == maps.end() ? *values.at(key) : *map->second;
  }
  /// Whether the map of this key is written without members.
  [[nodiscard]] bool is_empty(const std::string& key) const {
    return values.at(key)->items.empty();
  }
};

}  // namespace mec
