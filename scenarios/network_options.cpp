// Options of the network: the three tiers and their links, or a topology in their place.
#include "scenarios/option_parts.hpp"

namespace mec {

KeywordOption discipline_words(void (*set)(Scenario&, Discipline)) {
  return {{"fifo", "processor-sharing"}, [set](Scenario& s, std::size_t word) {
            set(s, word == 0 ? Discipline::fifo : Discipline::processor_sharing);
          }};
}

KeywordOption duplex_words(void (*set)(Scenario&, Duplex)) {
  return {{"full", "half"}, [set](Scenario& s, std::size_t word) {
            set(s, word == 0 ? Duplex::full : Duplex::half);
          }};
}

KeywordOption per_device_or(const char* other, void (*set)(Scenario&, bool is_other)) {
  return {{"per-device", other}, [set](Scenario& s, std::size_t word) { set(s, word == 1); }};
}

DistributionOption speed_of(void (*set)(Scenario&, const Distribution&), Infinite infinite) {
  return {{Dimension::speed, true, infinite}, set};
}

ChannelOption bandwidth_of(void (*set)(Scenario&, const ChannelModel&)) {
  return {{Dimension::rate, true}, set};
}

std::vector<Option> server_options() {
  return {
      {"device.count", Need::optional, "1", "Number of devices.",
       IntegerOption{1, kMostDevices,
                     [](Scenario& s, std::uint64_t v) { s.network.devices = narrow(v); }}},
      {"device.speed", Need::without_topology, "", "CPU speed p1 of a device.",
       speed_of([](Scenario& s, const Distribution& v) { s.network.device_speed = v; })},
      {"edge.speed", Need::without_topology, "", "CPU speed p2 of each core of the edge server.",
       speed_of([](Scenario& s, const Distribution& v) { s.network.edge_speed = v; })},
      {"edge.cores", Need::optional, "1", "Cores of the edge server, which all devices share.",
       IntegerOption{1, kMostCores,
                     [](Scenario& s, std::uint64_t v) { s.network.edge_cores = narrow(v); }}},
      {"edge.discipline", Need::optional, "fifo",
       "How the edge server deals with more subtasks than cores: in turn, or all at once.",
       discipline_words([](Scenario& s, Discipline v) { s.network.edge_discipline = v; })},
      {"cloud.speed", Need::optional, "infinite",
       "CPU speed of each core of the cloud; `infinite` computes in no time.",
       speed_of([](Scenario& s, const Distribution& v) { s.network.cloud_speed = v; },
                Infinite::allowed)},
      {"cloud.cores", Need::optional, "unlimited", "Cores of the cloud.",
       IntegerOption{1, kMostCores,
                     [](Scenario& s, std::uint64_t v) { s.network.cloud_cores = narrow(v); },
                     "unlimited"}},
      {"cloud.discipline", Need::optional, "fifo",
       "How the cloud deals with more subtasks than cores: in turn, or all at once.",
       discipline_words([](Scenario& s, Discipline v) { s.network.cloud_discipline = v; })},
  };
}

std::vector<Option> link_options() {
  return {
      {"links.b1", Need::without_topology, "",
       "Bandwidth between a device and the edge server, in each direction.",
       bandwidth_of([](Scenario& s, const ChannelModel& v) { s.network.b1 = v; })},
      {"links.b1_down", Need::optional, "",
       "From the edge server to a device, where it is another than `b1`.",
       bandwidth_of([](Scenario& s, const ChannelModel& v) { s.network.b1_down = v; })},
      {"links.b1_channel", Need::optional, "per-device",
       "Whether a `b1` that moves does so for each device on its own, or is common to all.",
       per_device_or("common", [](Scenario& s, bool v) { s.network.b1_common = v; })},
      {"links.access", Need::optional, "per-device",
       "Whether each device has its own way to the edge server, or all share one access point.",
       per_device_or("shared", [](Scenario& s, bool v) { s.network.access.shared = v; })},
      {"links.access_duplex", Need::optional, "full",
       "Whether it sends and receives at the same time, or only one of the two (`half`).",
       duplex_words([](Scenario& s, Duplex v) { s.network.access.duplex = v; })},
      {"links.access_discipline", Need::optional, "fifo",
       "How it deals with more than one transfer: in turn, or all at once.",
       discipline_words([](Scenario& s, Discipline v) { s.network.access.discipline = v; })},
      {"links.b2", Need::without_topology, "",
       "Bandwidth between the edge server and the cloud, in each direction.",
       bandwidth_of([](Scenario& s, const ChannelModel& v) { s.network.b2 = v; })},
      {"links.b2_down", Need::optional, "",
       "From the cloud to the edge server, where it is another than `b2`.",
       bandwidth_of([](Scenario& s, const ChannelModel& v) { s.network.b2_down = v; })},
      {"links.b2_discipline", Need::optional, "fifo",
       "How the link between them deals with more than one transfer: in turn, or all at once.",
       discipline_words([](Scenario& s, Discipline v) { s.network.backhaul_discipline = v; })},
  };
}

}  // namespace mec
