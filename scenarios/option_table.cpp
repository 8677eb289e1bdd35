#include "scenarios/option_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "scenarios/option_parts.hpp"

namespace mec {

namespace {

std::vector<Option> all_options() {
  std::vector<Option> all;
  for (auto part : {head_options, task_options, server_options, link_options, topology_options,
                    state_options, workload_options, objective_options, energy_options,
                    decision_options, observation_options, training_options, last_options}) {
    for (Option& option : part()) {
      all.push_back(std::move(option));
    }
  }
  return all;
}

// A scenario is read by these, a sweep reads thousands.
using NamesByMap = std::map<std::string, std::vector<std::string>, std::less<>>;

NamesByMap all_names() {
  NamesByMap names;
  for (const Option& option : option_table()) {
    std::string_view key = option.key;
    for (std::size_t start = 0; start != std::string_view::npos;) {
      const auto dot = key.find('.', start);
      auto& there = names[std::string(key.substr(0, start == 0 ? 0 : start - 1))];
      const std::string name(key.substr(start, dot == key.npos ? dot : dot - start));
      if (std::find(there.begin(), there.end(), name) == there.end()) {
        there.push_back(name);
      }
      start = dot == key.npos ? dot : dot + 1;
    }
  }
  return names;
}

}  // namespace

const std::vector<Option>& option_table() {
  static const std::vector<Option> table = all_options();
  return table;
}

const Option* find_option(std::string_view key) {
  static const auto by_key = [] {
    std::map<std::string_view, const Option*> all;
    for (const Option& option : option_table()) {
      all.emplace(option.key, &option);
    }
    return all;
  }();
  const auto it = by_key.find(key);
  return it == by_key.end() ? nullptr : it->second;
}

const Collection* find_collection(std::string_view key) {
  const auto& all = collections();
  const auto it =
      std::find_if(all.begin(), all.end(), [&](const Collection& c) { return c.key == key; });
  return it == all.end() ? nullptr : &*it;
}

bool is_in_collection(std::string_view key) {
  return std::any_of(collections().begin(), collections().end(),
                     [&](const Collection& c) { return key.starts_with(join_key(c.key, "*")); });
}

std::string join_key(std::string_view map_key, std::string_view name) {
  return map_key.empty() ? std::string(name) : fmt::format("{}.{}", map_key, name);
}

const std::vector<std::string>& names_in(std::string_view map_key) {
  static const NamesByMap names = all_names();
  static const std::vector<std::string> none;
  const auto it = names.find(map_key);
  return it == names.end() ? none : it->second;
}

bool is_choice(std::string_view map_key) {
  const auto& names = names_in(map_key);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const Option* option = find_option(join_key(map_key, name));
    return option != nullptr && option->need == Need::one_of_map;
  });
}

std::string_view map_summary(std::string_view map_key) {
  struct Summary {
    std::string_view key;
    std::string_view text;
  };
  static constexpr Summary kSummaries[] = {
      {"", "A scenario: what is simulated, and which policies are compared on it."},
      {"task", "A task is a chain of subtasks with a data flow before, between and after them."},
      {"device", "The devices, on which tasks are born and end."},
      {"edge", "The edge server, one hop from the devices."},
      {"cloud", "The cloud, behind the edge server."},
      {"links", "The links: device -b1- edge -b2- cloud."},
      {"topology",
       "A network of any shape, in place of device, edge, cloud and links: nodes, links and "
       "devices, or a platform file."},
      {"topology.nodes.*", "A node: a server, or a relay."},
      {"topology.links.*", "A link between two nodes, in both directions."},
      {"topology.devices.*", "A group of devices, all attached to one node."},
      {"workload", "How many tasks there are, and when they are released."},
      {"objective", "Weights of the objective that policies minimise; not both 0."},
      {"energy", "Energy model."},
      {"decision", "What a decision costs, and where it is made."},
      {"decision.cost", "A cost in cycles: of every policy alike, or of each its own."},
      {"observation", "What policies know of bandwidths that move, and of queues."},
      {"training", "What learning policies learn from, where it is not the scenario itself."},
      {"training.task", "Tasks to learn from."},
      {"training.device", "Devices to learn from."},
      {"training.edge", "The edge server to learn from."},
      {"training.cloud", "The cloud to learn from."},
      {"training.links", "The links to learn from."},
      {"published", "Values of a publication, drawn beside ours and never used otherwise."},
  };
  const auto* it = std::find_if(std::begin(kSummaries), std::end(kSummaries),
                                [&](const Summary& s) { return s.key == map_key; });
  return it == std::end(kSummaries) ? std::string_view() : it->text;
}

}  // namespace mec
