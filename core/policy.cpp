#include "core/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.hpp"

namespace mec {

namespace {

constexpr const char* kDeploymentName = "at";
constexpr const char* kLabelName = "label";

std::vector<std::string> names_of(const std::vector<PolicyEntry>& entries) {
  std::vector<std::string> names;
  names.reserve(entries.size());
  for (const PolicyEntry& entry : entries) {
    names.push_back(entry.name);
  }
  return names;
}

std::string range_of(const PolicyParameter& parameter) {
  const bool below = std::isfinite(parameter.low);
  const bool above = std::isfinite(parameter.high);
  if (below && above) {
    return fmt::format(" from {} to {}", parameter.low, parameter.high);
  }
  return below   ? fmt::format(" of at least {}", parameter.low)
         : above ? fmt::format(" of at most {}", parameter.high)
                 : std::string();
}

void check_number(const std::string& policy, const PolicyParameter& parameter,
                  const std::string& text) {
  const bool integer = parameter.type == PolicyParameter::Type::integer;
  const auto value = parse_double(text);
  const bool right_type =
      value && std::isfinite(*value) && (!integer || std::floor(*value) == *value);
  if (!right_type || *value < parameter.low || *value > parameter.high) {
    throw PolicyError(fmt::format("policy {}: {} \"{}\": expected a {}{}", policy, parameter.name,
                                  text, integer ? "whole number" : "number", range_of(parameter)));
  }
}

void check_value(const std::string& policy, const PolicyParameter& parameter,
                 const std::string& text) {
  if (parameter.type != PolicyParameter::Type::text) {
    check_number(policy, parameter, text);
    return;
  }
  const auto& choices = parameter.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
    throw PolicyError(fmt::format("policy {}: {} \"{}\": expected one of {}{}", policy,
                                  parameter.name, text, join(choices),
                                  did_you_mean(text, choices)));
  }
}

const PolicyParameter* find_parameter(const PolicyEntry& entry, const std::string& name) {
  for (const PolicyParameter& parameter : common_policy_parameters()) {
    if (parameter.name == name) {
      return &parameter;
    }
  }
  const auto it =
      std::find_if(entry.parameters.begin(), entry.parameters.end(),
                   [&](const PolicyParameter& parameter) { return parameter.name == name; });
  return it == entry.parameters.end() ? nullptr : &*it;
}

[[noreturn]] void refuse_parameter(const PolicyEntry& entry, const std::string& name) {
  std::vector<std::string> names;
  for (const PolicyParameter& parameter : entry.parameters) {
    names.push_back(parameter.name);
  }
  for (const PolicyParameter& parameter : common_policy_parameters()) {
    names.push_back(parameter.name);
  }
  throw PolicyError(fmt::format("policy {} has no parameter \"{}\"; expected one of {}{}",
                                entry.name, name, join(names), did_you_mean(name, names)));
}

}  // namespace

const std::vector<PolicyParameter>& common_policy_parameters() {
  static const std::vector<PolicyParameter> parameters = {
      {kDeploymentName,
       PolicyParameter::Type::text,
       "scenario",
       "where it decides: on the scenario's decision.site, or on this site",
       {"scenario", "device", "edge", "cloud"}},
      {kLabelName,
       PolicyParameter::Type::text,
       "",
       "what its rows of the results are called, NAME(LABEL), in place of its parameters",
       {}},
  };
  return parameters;
}

SiteIndex deployment_site(const PolicySpec& spec, SiteIndex of_scenario) {
  const auto it = spec.parameters.find(kDeploymentName);
  if (it == spec.parameters.end()) {
    return of_scenario;
  }
  return it->second == "device"  ? kDevice
         : it->second == "edge"  ? kEdge
         : it->second == "cloud" ? kCloud
                                 : of_scenario;
}

PolicySpec without_deployment(PolicySpec spec) {
  spec.parameters.erase(kDeploymentName);
  return spec;
}

void Policy::decide_batch(std::span<const DecisionRequest> requests,
                          std::span<Placement> placements) {
  for (std::size_t i = 0; i < requests.size(); ++i) {
    placements[i] = decide(requests[i]);
  }
}

void PolicyRegistry::add(PolicyEntry entry) {
  for (const PolicyEntry& other : entries_) {
    if (other.name == entry.name) {
      throw std::logic_error(fmt::format("policy {} is registered twice", entry.name));
    }
  }
  for (const PolicyParameter& parameter : entry.parameters) {
    if (parameter.name == kDeploymentName || parameter.name == kLabelName) {
      throw std::logic_error(fmt::format(
          "policy {}: every policy has the parameter \"{}\" as it is", entry.name, parameter.name));
    }
  }
  entries_.push_back(std::move(entry));
}

const PolicyEntry& PolicyRegistry::find(std::string_view name) const {
  return entries_[position(name)];
}

std::size_t PolicyRegistry::position(std::string_view name) const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].name == name) {
      return i;
    }
  }
  const auto names = names_of(entries_);
  throw PolicyError(fmt::format("unknown policy \"{}\"; expected one of {}{}", name, join(names),
                                did_you_mean(name, names)));
}

PolicyParameters PolicyRegistry::resolve(const PolicySpec& spec) const {
  const PolicyEntry& entry = find(spec.name);
  PolicyParameters resolved;
  for (const auto* parameters : {&common_policy_parameters(), &entry.parameters}) {
    for (const PolicyParameter& parameter : *parameters) {
      resolved[parameter.name] = parameter.default_value;
    }
  }
  for (const auto& [name, value] : spec.parameters) {
    const PolicyParameter* parameter = find_parameter(entry, name);
    if (parameter == nullptr) {
      refuse_parameter(entry, name);
    }
    check_value(entry.name, *parameter, value);
    resolved[name] = value;
  }
  return resolved;
}

PolicyParameters PolicyRegistry::own_parameters(const PolicySpec& spec) const {
  PolicyParameters own = resolve(spec);
  for (const PolicyParameter& parameter : common_policy_parameters()) {
    own.erase(parameter.name);
  }
  return own;
}

std::unique_ptr<Policy> PolicyRegistry::make(const PolicySpec& spec, const RandomStreams& streams,
                                             std::size_t sites, const Network* network) const {
  const PolicyParameters parameters = own_parameters(spec);
  return find(spec.name).make({parameters, streams.stream("policy." + spec.name), sites, network});
}

PolicySpec PolicyRegistry::prepare(const PolicySpec& spec, const Scenario& scenario,
                                   const std::vector<RecordedTask>* recorded,
                                   const std::string& cache, PreparationObserver& observer,
                                   const std::atomic<bool>& stop) const {
  const PolicyEntry& entry = find(spec.name);
  if (!entry.prepare) {
    return spec;
  }
  const PolicyParameters parameters = own_parameters(spec);
  PolicySpec prepared{spec.name,
                      entry.prepare({parameters, scenario, recorded, cache, observer, stop})};
  for (const PolicyParameter& parameter : common_policy_parameters()) {
    if (const auto given = spec.parameters.find(parameter.name); given != spec.parameters.end()) {
      prepared.parameters[given->first] = given->second;
    }
  }
  return prepared;
}

}  // namespace mec
