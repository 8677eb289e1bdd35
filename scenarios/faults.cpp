#include "scenarios/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "scenarios/scenario_error.hpp"

namespace mec {

namespace {

std::string key_of_override(const std::string& text) { return text.substr(0, text.find('=')); }

}  // namespace

void Faults::add(const YamlNode& value, const std::string& key, const std::string& message) {
  const bool itself = value.source != 0 && key_of_override(overrides_[value.source - 1]) == key;
  if (!value.is_scalar() || itself) {
    add_at(value, itself ? std::string() : key, message);
    return;
  }
  add_at(value, fmt::format("{} \"{}\"", key, printable(value.text)), message);
}

void Faults::add_at(const YamlNode& place, const std::string& key, const std::string& message) {
  const std::string subject = one_line(key.empty() ? message : fmt::format("{}: {}", key, message));
  if (place.source != 0) {
    add_override(place.source, subject);
    return;
  }
  faults_.push_back(
      {0, place.at,
       fmt::format("{}:{}:{}: {}", printable(file_), place.at.line, place.at.column, subject)});
}

void Faults::add_document(const DocumentFault& fault) {
  YamlNode place;
  place.at = fault.at;
  add_at(place, "", fault.message);
}

void Faults::add_override(std::size_t source, const std::string& message) {
  faults_.push_back(
      {source, {}, fmt::format("--set {}: {}", printable(overrides_[source - 1]), message)});
}

void Faults::raise() const {
  if (faults_.empty()) {
    return;
  }
  std::vector<Fault> sorted = faults_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.source, a.at.line, a.at.column) < std::tie(b.source, b.at.line, b.at.column);
  });
  std::vector<std::string> texts;
  texts.reserve(sorted.size());
  for (Fault& fault : sorted) {
    texts.push_back(std::move(fault.text));
  }
  throw ScenarioError(texts);
}

}  // namespace mec
