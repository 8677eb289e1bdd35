// The maps of a sweep file: their members by name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"

namespace mec {

class Members {
 public:
  /// Those of `map`, which is one; unknown and repeated ones are faults of `key` and are left out.
  Members(const YamlNode& map, const std::string& key, const std::vector<std::string>& known,
          Faults& faults);

  [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
  /// The value, or nullptr.
  [[nodiscard]] const YamlNode* find(const std::string& name) const;
  /// Where the name stands; it is there.
  [[nodiscard]] const YamlNode& place_of(const std::string& name) const { return *names_.at(name); }
  /// The text of a scalar; nothing if there is none, or, with a fault, if it is something else.
  [[nodiscard]] std::optional<std::string> text(const std::string& name,
                                                const std::string& expected) const;
  /// The same of a whole number.
  [[nodiscard]] std::optional<std::uint32_t> whole(const std::string& name, std::uint32_t low,
                                                   std::uint32_t high) const;

 private:
  std::string key_;
  Faults* faults_;
  std::map<std::string, const YamlNode*> names_;
  std::map<std::string, const YamlNode*> values_;
};

}  // namespace mec
