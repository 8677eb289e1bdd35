#include "scenarios/sweep_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/text.hpp"
#include "scenarios/option_table.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

Members::Members(const YamlNode& map, const std::string& key, const std::vector<std::string>& known,
                 Faults& faults)
    : key_(key), faults_(&faults) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const YamlNode& name = map.keys[i];
    const std::string path = join_key(key, printable(name.text));
    if (!name.is_scalar()) {
      faults.add_at(name, key, "not a key; expected " + list_of_alternatives(known));
    } else if (std::find(known.begin(), known.end(), name.text) == known.end()) {
      faults.add_at(name, path,
                    fmt::format("unknown key; expected {}{}", list_of_alternatives(known),
                                did_you_mean(name.text, known)));
    } else if (!values_.emplace(name.text, &map.items[i]).second) {
      faults.add_at(name, path,
                    fmt::format("duplicate key; expected it once, first on line {}",
                                names_.at(name.text)->at.line));
    } else {
      names_.emplace(name.text, &name);
    }
  }
}

const YamlNode* Members::find(const std::string& name) const {
  const auto it = values_.find(name);
  return it == values_.end() ? nullptr : it->second;
}

std::optional<std::string> Members::text(const std::string& name,
                                         const std::string& expected) const {
  const YamlNode* value = find(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_scalar()) {
    const char* shape = value->kind == YamlNode::Kind::null ? "no value"
                        : value->is_map()                   ? "a map"
                                                            : "a list";
    faults_->add_at(*value, join_key(key_, name), fmt::format("{}; expected {}", shape, expected));
    return std::nullopt;
  }
  return value->text;
}

std::optional<std::uint32_t> Members::whole(const std::string& name, std::uint32_t low,
                                            std::uint32_t high) const {
  const std::string expected = fmt::format("a whole number from {} to {}", low, high);
  const auto written = text(name, expected);
  if (!written) {
    return std::nullopt;
  }
  std::uint32_t number = 0;
  const char* end = written->data() + written->size();
  const auto [stop, error] = std::from_chars(written->data(), end, number);
  if (stop == end && error == std::errc() && number >= low && number <= high) {
    return number;
  }
  faults_->add(
      *find(name), join_key(key_, name),
      fmt::format("{}; expected {}", parse_double(*written) ? "out of range" : "not a whole number",
                  expected));
  return std::nullopt;
}

}  // namespace mec
