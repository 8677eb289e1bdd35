#include "sim/cli/policy_selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "core/text.hpp"
#include "scenarios/text_file.hpp"

namespace mec::cli {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) {
    const auto first = part.find_first_not_of(' ');
    const auto last = part.find_last_not_of(' ');
    parts.push_back(first == std::string::npos ? std::string()
                                               : part.substr(first, last - first + 1));
  }
  return parts;
}

PolicySpec parse_spec(const std::string& text) {
  const auto parts = split(text, ':');
  PolicySpec spec{parts.empty() ? std::string() : parts[0], {}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto equals = parts[i].find('=');
    if (equals == std::string::npos) {
      throw PolicyError(
          fmt::format("--policy {}: \"{}\": expected name:key=value", text, parts[i]));
    }
    if (!spec.parameters.emplace(parts[i].substr(0, equals), parts[i].substr(equals + 1)).second) {
      throw PolicyError(
          fmt::format("--policy {}: {} is given twice", text, parts[i].substr(0, equals)));
    }
  }
  return spec;
}

// Rows of results are told apart by it.
void check_names(const std::vector<PolicySpec>& policies) {
  std::set<std::string> names;
  for (const PolicySpec& policy : policies) {
    if (!names.insert(display_name(policy)).second) {
      throw PolicyError(
          fmt::format("two policies are called {}; expected a label of its own for each",
                      printable(display_name(policy))));
    }
  }
}

}  // namespace

std::string display_name(const PolicySpec& spec) {
  if (spec.parameters.empty()) {
    return spec.name;
  }
  const auto label = spec.parameters.find("label");
  const bool labelled = label != spec.parameters.end() && !label->second.empty();
  std::vector<std::string> parameters;
  if (labelled) {
    parameters.push_back(label->second);
  }
  for (const auto& [key, value] : spec.parameters) {
    if (key != "label" && (!labelled || key == "at")) {
      parameters.push_back(fmt::format("{}={}", key, value));
    }
  }
  return fmt::format("{}({})", spec.name, join(parameters, " "));
}

std::vector<PolicySpec> select_policies(const std::vector<PolicySpec>& of_scenario,
                                        const std::string& request,
                                        const PolicyRegistry& registry) {
  std::vector<PolicySpec> chosen;
  if (request.empty()) {
    chosen = of_scenario;
  }
  for (const std::string& text : split(request, ',')) {
    const PolicySpec wanted = parse_spec(text);
    const std::size_t before = chosen.size();
    if (wanted.parameters.empty()) {
      std::copy_if(of_scenario.begin(), of_scenario.end(), std::back_inserter(chosen),
                   [&](const PolicySpec& spec) { return spec.name == wanted.name; });
    }
    if (chosen.size() == before) {
      chosen.push_back(wanted);
    }
  }
  for (const PolicySpec& spec : chosen) {
    (void)registry.resolve(spec);
  }
  const auto key = [&](const PolicySpec& spec) {
    return std::pair(registry.position(spec.name), spec.parameters);
  };
  std::sort(chosen.begin(), chosen.end(),
            [&](const PolicySpec& a, const PolicySpec& b) { return key(a) < key(b); });
  chosen.erase(
      std::unique(chosen.begin(), chosen.end(),
                  [&](const PolicySpec& a, const PolicySpec& b) { return key(a) == key(b); }),
      chosen.end());
  check_names(chosen);
  return chosen;
}

}  // namespace mec::cli
