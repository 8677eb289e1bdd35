// Options of a network of any shape: nodes, links between them, and groups of devices; or a
// platform file in their place.
#include "scenarios/option_parts.hpp"

namespace mec {

namespace {

GraphModel& graph_of(Scenario& s) {
  if (!s.network.graph) {
    s.network.graph.emplace();
  }
  return *s.network.graph;
}

PlatformModel& platform_of(Scenario& s) {
  if (!s.network.platform) {
    s.network.platform.emplace();
  }
  return *s.network.platform;
}

GraphModel::Node& node_of(Scenario& s) { return s.network.graph->nodes.back(); }
GraphModel::Edge& link_of(Scenario& s) { return s.network.graph->links.back(); }
GraphModel::Devices& group_of(Scenario& s) { return s.network.graph->devices.back(); }

std::vector<Option> node_options() {
  const std::string node = "topology.nodes.*.";
  return {
      {node + "speed", Need::optional, "",
       "CPU speed of each core; `infinite` computes in no time. A node without a speed is a relay: "
       "it forwards and does not compute.",
       speed_of(
           [](Scenario& s, const Distribution& v) {
             node_of(s).computes = true;
             node_of(s).speed = v;
           },
           Infinite::allowed)},
      {node + "cores", Need::optional, "1", "Cores of the node.",
       IntegerOption{1, kMostCores,
                     [](Scenario& s, std::uint64_t v) { node_of(s).cores = narrow(v); },
                     "unlimited"}},
      {node + "discipline", Need::optional, "fifo",
       "How it deals with more subtasks than cores: in turn, or all at once.",
       discipline_words([](Scenario& s, Discipline v) { node_of(s).discipline = v; })},
      {node + "tier", Need::optional, "edge",
       "What it is to the policies `edge` and `cloud`, which compute at the nearest of theirs, and "
       "to `energy`.",
       KeywordOption{{"edge", "cloud"},
                     [](Scenario& s, std::size_t word) {
                       node_of(s).tier = word == 0 ? Tier::edge : Tier::cloud;
                     }}},
  };
}

std::vector<Option> between_options() {
  const std::string link = "topology.links.*.";
  return {
      {link + "between", Need::optional, "",
       "The nodes that it joins, both ways; or `from` and `to`, which mean the same.",
       NodePairOption{[](Scenario& s, const std::string& from, const std::string& to) {
         link_of(s).from = from;
         link_of(s).to = to;
       }}},
      {link + "from", Need::optional, "", "The first of them.",
       NodeOption{[](Scenario& s, const std::string& v) { link_of(s).from = v; }}},
      {link + "to", Need::optional, "", "The second of them.",
       NodeOption{[](Scenario& s, const std::string& v) { link_of(s).to = v; }}},
      {link + "bandwidth", Need::always, "",
       "From the first to the second, and back unless `back` says otherwise.",
       bandwidth_of([](Scenario& s, const ChannelModel& v) { link_of(s).bandwidth = v; })},
      {link + "back", Need::optional, "", "From the second to the first, where it is another.",
       bandwidth_of([](Scenario& s, const ChannelModel& v) { link_of(s).back = v; })},
      {link + "name", Need::optional, "", "Its name; that of its nodes, `a-b`, if left out.",
       NameOption{[](Scenario& s, const std::string& v) { link_of(s).name = v; }}},
      {link + "duplex", Need::optional, "full",
       "Whether both directions work at the same time, or only one of the two (`half`).",
       duplex_words([](Scenario& s, Duplex v) { link_of(s).duplex = v; })},
      {link + "discipline", Need::optional, "fifo",
       "How it deals with more than one transfer: in turn, or all at once.",
       discipline_words([](Scenario& s, Discipline v) { link_of(s).discipline = v; })},
  };
}

std::vector<Option> group_options() {
  const std::string group = "topology.devices.*.";
  return {
      {group + "count", Need::optional, "1", "Number of devices in the group.",
       IntegerOption{1, kMostDevices,
                     [](Scenario& s, std::uint64_t v) { group_of(s).count = narrow(v); }}},
      {group + "speed", Need::always, "", "CPU speed of a device.",
       speed_of([](Scenario& s, const Distribution& v) { group_of(s).speed = v; })},
      {group + "at", Need::always, "", "The node that they are attached to.",
       NodeOption{[](Scenario& s, const std::string& v) { group_of(s).at = v; }}},
      {group + "bandwidth", Need::always, "", "Between a device and that node, in each direction.",
       bandwidth_of([](Scenario& s, const ChannelModel& v) { group_of(s).up = v; })},
      {group + "down", Need::optional, "", "From the node to a device, where it is another.",
       bandwidth_of([](Scenario& s, const ChannelModel& v) { group_of(s).down = v; })},
      {group + "channel", Need::optional, "per-device",
       "Whether a bandwidth that moves does so for each device on its own, or is common to the "
       "group.",
       per_device_or("common", [](Scenario& s, bool v) { group_of(s).common_channel = v; })},
      {group + "access", Need::optional, "per-device",
       "Whether each device has its own way to the node, or shares the node's access point with "
       "all groups there that share.",
       per_device_or("shared", [](Scenario& s, bool v) { group_of(s).access.shared = v; })},
      {group + "duplex", Need::optional, "full",
       "Whether it sends and receives at the same time, or only one of the two (`half`).",
       duplex_words([](Scenario& s, Duplex v) { group_of(s).access.duplex = v; })},
      {group + "discipline", Need::optional, "fifo",
       "How it deals with more than one transfer: in turn, or all at once.",
       discipline_words([](Scenario& s, Discipline v) { group_of(s).access.discipline = v; })},
  };
}

std::vector<Option> platform_options() {
  return {
      {"topology.platform", Need::optional, "",
       "A SimGrid platform file (XML): its hosts, links and routes take the place of `nodes` and "
       "`links`.",
       PathOption{[](Scenario& s, const std::string& v) { platform_of(s).path = v; },
                  "a SimGrid platform file"}},
      {"topology.servers", Need::optional, "",
       "Beside `platform`: the hosts that are servers, if not all that are no devices.",
       NamesOption{[](Scenario& s, const std::vector<std::string>& v) {
                     platform_of(s).selection.servers = v;
                   },
                   "hosts"}},
      {"topology.cloud", Need::optional, "",
       "Beside `platform`: the servers of tier cloud, if not those whose property `tier` in the "
       "file "
       "says so.",
       NamesOption{[](Scenario& s, const std::vector<std::string>& v) {
                     platform_of(s).selection.cloud = v;
                   },
                   "hosts"}},
      {"topology.bandwidth", Need::optional, "",
       "Beside `platform`: bandwidths, moving ones too, in place of the file's. The name of a "
       "SPLITDUPLEX link stands for both of its directions.",
       NamedChannelsOption{{Dimension::rate, true},
                           [](Scenario& s, const std::string& name, const ChannelModel& v) {
                             platform_of(s).channels.push_back({name, v});
                           },
                           "a link"}},
  };
}

}  // namespace

const std::vector<Collection>& collections() {
  using Form = Collection::Form;
  static const std::vector<Collection> all = {
      {"topology.nodes", "a node", Form::map, Need::without_platform,
       "Servers and relays, by name. A relay may be written as `{}`.",
       [](Scenario& s, const std::string& name) {
         graph_of(s).nodes.emplace_back();
         node_of(s).name = name;
       }},
      {"topology.links", "a link", Form::list, Need::optional, "The links between nodes.",
       [](Scenario& s, const std::string&) { graph_of(s).links.emplace_back(); }},
      {"topology.devices", "a group of devices", Form::map, Need::always,
       "Groups of devices that are alike, by name. Beside `platform`: the hosts that are devices.",
       [](Scenario& s, const std::string& name) {
         graph_of(s).devices.emplace_back();
         group_of(s).name = name;
       },
       NamesOption{[](Scenario& s, const std::vector<std::string>& v) {
                     platform_of(s).selection.devices = v;
                   },
                   "hosts"}},
  };
  return all;
}

std::vector<Option> topology_options() {
  std::vector<Option> all = node_options();
  for (const auto part : {between_options, group_options, platform_options}) {
    for (Option& option : part()) {
      all.push_back(std::move(option));
    }
  }
  return all;
}

}  // namespace mec
