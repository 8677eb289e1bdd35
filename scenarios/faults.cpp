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
  const bool itself =
      !sources_->is_file(value.source) && key_of_override(sources_->text_of(value.source)) == key;
  if (!value.is_scalar() || itself) {
    add_at(value, itself ? std::string() : key, message);
    return;
  }
  add_at(value, fmt::format("{} \"{}\"", key, printable(value.text)), message);
}

void Faults::add_at(const YamlNode& place, const std::string& key, const std::string& message) {
  const std::string subject = one_line(key.empty() ? message : fmt::format("{}: {}", key, message));
  if (!sources_->is_file(place.source)) {
    add_override(place.source, subject);
    return;
  }
  faults_.push_back({place.source, place.at,
                     fmt::format("{}:{}:{}: {}", printable(sources_->text_of(place.source)),
                                 place.at.line, place.at.column, subject)});
}

void Faults::add_document(const DocumentFault& fault, std::size_t source) {
  YamlNode place;
  place.at = fault.at;
  place.source = source;
  add_at(place, "", fault.message);
}

void Faults::add_override(std::size_t source, const std::string& message) {
  faults_.push_back(
      {source, {}, fmt::format("--set {}: {}", printable(sources_->text_of(source)), message)});
}

void Faults::add_once(const Fault& fault) {
  if (std::find(faults_.begin(), faults_.end(), fault) == faults_.end()) {
    faults_.push_back(fault);
  }
}

void Faults::raise() const {
  if (faults_.empty()) {
    return;
  }
  std::vector<Fault> sorted = faults_;
  const auto place = [&](const Fault& fault) {
    return std::tuple(!sources_->is_file(fault.source), fault.source, fault.at.line,
                      fault.at.column);
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Fault& a, const Fault& b) { return place(a) < place(b); });
  std::vector<std::string> texts;
  texts.reserve(sorted.size());
  for (Fault& fault : sorted) {
    texts.push_back(std::move(fault.text));
  }
  throw ScenarioError(texts);
}

}  // namespace mec
