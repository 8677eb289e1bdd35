#include "scenarios/topology_dot.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "core/text.hpp"

namespace mec {

namespace {

constexpr const char* kHead =
    "digraph network {\n"
    "  rankdir=LR;\n"
    "  nodesep=0.5;\n"
    "  ranksep=1.1;\n"
    "  forcelabels=true;\n"
    "  node [fontname=\"Helvetica\", fontsize=12];\n"
    "  edge [fontname=\"Helvetica\", fontsize=10, dir=both, arrowsize=0.6];\n";

std::string quote(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    }
  }
  return quoted + '"';
}

// 2500000 and "B/s" are "2.5 MB/s".
std::string with_prefix(double value, const char* unit) {
  if (std::isinf(value)) {
    return "infinite";
  }
  static constexpr const char* kPrefixes[] = {"", "k", "M", "G", "T"};
  std::size_t prefix = 0;
  while (value >= 999.5 && prefix + 1 < std::size(kPrefixes)) {
    value /= 1000.0;
    ++prefix;
  }
  return fmt::format("{:.3g} {}{}", value, kPrefixes[prefix], unit);
}

struct NameOfKind {
  const char* operator()(const Constant&) const { return ""; }
  const char* operator()(const Uniform&) const { return "uniform"; }
  const char* operator()(const TruncatedNormal&) const { return "normal"; }
  const char* operator()(const Exponential&) const { return "exponential"; }
  const char* operator()(const LogNormal&) const { return "lognormal"; }
  const char* operator()(const Choice&) const { return "choice"; }
  const char* operator()(const Distribution& drawn) const { return std::visit(*this, drawn); }
  const char* operator()(const RedrawnRate&) const { return "every"; }
  const char* operator()(const GaussMarkovRate&) const { return "gauss-markov"; }
  const char* operator()(const GilbertRate&) const { return "gilbert"; }
  const char* operator()(const MarkovRate&) const { return "markov"; }
  const char* operator()(const TraceRate&) const { return "trace"; }
};

// "1 MB/s", or "1 MB/s (gilbert)": the mean, and how the values come about.
std::string describe_mean(const ChannelModel& model, const char* unit) {
  const std::string kind = std::visit(NameOfKind{}, model);
  const std::string mean = with_prefix(mean_rate(model).value(), unit);
  return kind.empty() ? mean : fmt::format("{} ({})", mean, kind);
}

std::string describe_speed(const Distribution& speed) { return describe_mean(speed, "Hz"); }

class DotWriter {
 public:
  explicit DotWriter(const Network& network) : network_(network) {}

  std::string write() {
    write_servers();
    write_relays();
    for (const DeviceGroup& group : network_.groups) {
      write_group(group);
    }
    if (network_.routed) {
      write_media();
      write_routes();
    } else {
      write_shared_links();
    }
    return kHead + text_ + "}\n";
  }

 private:
  using Attributes = std::vector<std::pair<std::string, std::string>>;

  void write_statement(const std::string& subject, const Attributes& attributes) {
    std::vector<std::string> parts;
    for (const auto& [name, value] : attributes) {
      parts.push_back(fmt::format("{}={}", name, quote(value)));
    }
    text_ += fmt::format("  {} [{}];\n", subject, join(parts));
  }
  void write_edge(const std::string& from, const std::string& to, const Attributes& attributes) {
    write_statement(fmt::format("{} -> {}", quote(from), quote(to)), attributes);
  }

  // Node names of the text: sites and relays are called as they are, groups and access points not
  // to be mistaken for them.
  static std::string id_of(const DeviceGroup& group) { return "devices " + group.name; }

  void write_servers() {
    for (const Server& server : network_.servers) {
      std::string label = fmt::format("{}\n{}", server.name, describe_speed(server.speed));
      if (server.cores == 0) {
        label += ", unlimited cores";
      } else if (server.cores > 1) {
        label += fmt::format(" x {} cores", server.cores);
      }
      if (server.discipline == Discipline::processor_sharing) {
        label += "\nprocessor sharing";
      }
      write_statement(quote(server.name),
                      {{"label", label},
                       {"shape", "box"},
                       {"style", "rounded,filled"},
                       {"fillcolor", server.tier == Tier::edge ? "#dcebf7" : "#e8e3f3"}});
    }
  }

  void write_relays() {
    const Topology& topology = network_.groups.front().topology;
    for (std::size_t k = topology.site_count(); k < topology.node_count(); ++k) {
      write_statement(quote(topology.node_name(k)),
                      {{"shape", "point"}, {"width", "0.12"}, {"xlabel", topology.node_name(k)}});
    }
  }

  void write_group(const DeviceGroup& group) {
    write_statement(quote(id_of(group)),
                    {{"label", fmt::format("{} x {}\n{}", group.name, group.count,
                                           describe_speed(group.speed))},
                     {"shape", "ellipse"},
                     {"style", "filled"},
                     {"fillcolor", "#fbeedb"}});
    const Topology& topology = group.topology;
    for (std::size_t l = 0; l < topology.link_count() && !network_.routed; ++l) {
      if (topology.link(l).from == kDevice) {
        write_access(group, l, l + 1);
      }
    }
  }

  // A device's link, over the access point if it is shared.
  void write_access(const DeviceGroup& group, std::size_t up, std::size_t down) {
    const Channel& channel = network_.channels[group.channel[up]];
    std::string label = network_.three_tier ? channel.name + "\n" : "";
    label += describe_rates(group, up, down, "up", "down");
    if (channel.scope == Scope::common && moves(channel.model)) {
      label += "\ncommon to all";
    }
    const std::string& node = group.topology.node_name(group.topology.link(up).to);
    const Medium& medium = network_.media[group.medium[up]];
    if (medium.scope == Scope::per_device) {
      write_edge(id_of(group), node, style_of(group, up, down, label));
      return;
    }
    const std::string point = "access point " + medium.name;
    if (access_points_.insert(group.medium[up]).second) {
      write_statement(quote(point), {{"label", "shared access" + describe_medium(group, up, down)},
                                     {"shape", "hexagon"},
                                     {"fontsize", "10"}});
      write_edge(point, node, {{"dir", "none"}, {"penwidth", "2"}});
    }
    write_edge(id_of(group), point, {{"label", label}});
  }

  // Every group's topology lists the same links after its own.
  void write_shared_links() {
    const DeviceGroup& group = network_.groups.front();
    const Topology& topology = group.topology;
    for (std::size_t l = 0; l + 1 < topology.link_count(); l += 2) {
      const Link& link = topology.link(l);
      if (!topology.is_device_link(l)) {
        const std::string& from = topology.node_name(link.from);
        const std::string& to = topology.node_name(link.to);
        const std::string name = link.name.substr(0, link.name.rfind("-up"));
        const std::string title =
            name == fmt::format("{}-{}", from, to) ? std::string() : name + "\n";
        write_edge(
            from, to,
            style_of(group, l, l + 1, title + describe_rates(group, l, l + 1, "forth", "back")));
      }
    }
  }

  // Where routes are given, links have no ends: each is drawn by itself, between those that come
  // before and after it on some route. Both directions of a link are one.
  void write_media() {
    std::vector<std::size_t> channel(network_.media.size());
    for (const DeviceGroup& group : network_.groups) {
      for (std::size_t l = 0; l < group.medium.size(); ++l) {
        channel[group.medium[l]] = group.channel[l];
      }
    }
    std::vector<std::string> ids;
    std::map<std::string, std::string> labels;
    for (std::size_t m = 0; m < network_.media.size(); ++m) {
      const Medium& medium = network_.media[m];
      const std::string name = name_of(medium);
      std::string rate = describe_mean(network_.channels[channel[m]].model, "B/s");
      rate += medium.unlimited ? "\nnot shared" : "";
      const auto [label, is_new] = labels.emplace(name, fmt::format("{}\n{}", name, rate));
      if (is_new) {
        ids.push_back(name);
      } else if (!label->second.ends_with("\n" + rate)) {
        label->second += "\n" + rate;
      }
    }
    for (const std::string& name : ids) {
      write_statement(quote("link " + name),
                      {{"label", labels.at(name)}, {"shape", "plain"}, {"fontsize", "10"}});
    }
  }

  // "ring" of "ring_UP", as SimGrid calls a direction of a link.
  static std::string name_of(const Medium& medium) {
    for (const std::string ending : {"_UP", "_DOWN"}) {
      if (medium.name.size() > ending.size() && medium.name.ends_with(ending)) {
        return medium.name.substr(0, medium.name.size() - ending.size());
      }
    }
    return medium.name;
  }
  static std::string id_of(const Medium& medium) { return "link " + name_of(medium); }

  void write_routes() {
    std::set<std::pair<std::string, std::string>> drawn;
    for (const DeviceGroup& group : network_.groups) {
      const Topology& topology = group.topology;
      for (std::size_t from = 0; from < topology.site_count(); ++from) {
        for (std::size_t to = 0; to < topology.site_count(); ++to) {
          write_route(group, from, to, drawn);
        }
      }
    }
  }

  void write_route(const DeviceGroup& group, std::size_t from, std::size_t to,
                   std::set<std::pair<std::string, std::string>>& drawn) {
    const auto name_of = [&group](std::size_t site) {
      return site == kDevice ? id_of(group) : group.topology.site_name(site);
    };
    std::string before = name_of(from);
    const auto go_to = [&](std::string next) {
      if (before != next && !drawn.contains({next, before}) && drawn.emplace(before, next).second) {
        write_edge(before, next, {{"dir", "none"}});
      }
      before = std::move(next);
    };
    for (const LinkIndex link : group.topology.route(from, to)) {
      go_to(id_of(network_.media[group.medium[link]]));
    }
    go_to(name_of(to));
  }

  [[nodiscard]] std::string describe_rates(const DeviceGroup& group, std::size_t forth,
                                           std::size_t back, const char* forth_word,
                                           const char* back_word) const {
    const auto rate = [&](std::size_t link) {
      return describe_mean(network_.channels[group.channel[link]].model, "B/s");
    };
    return group.channel[forth] == group.channel[back]
               ? rate(forth)
               : fmt::format("{} {}\n{} {}", rate(forth), forth_word, rate(back), back_word);
  }

  [[nodiscard]] std::string describe_medium(const DeviceGroup& group, std::size_t forth,
                                            std::size_t back) const {
    std::string text = group.medium[forth] == group.medium[back] ? "\nhalf duplex" : "";
    if (network_.media[group.medium[forth]].discipline == Discipline::processor_sharing) {
      text += "\nprocessor sharing";
    }
    return text;
  }

  [[nodiscard]] Attributes style_of(const DeviceGroup& group, std::size_t forth, std::size_t back,
                                    const std::string& label) const {
    Attributes attributes = {{"label", label + describe_medium(group, forth, back)}};
    if (group.medium[forth] == group.medium[back]) {
      attributes.emplace_back("style", "dashed");
    }
    return attributes;
  }

  const Network& network_;
  std::string text_;
  std::set<std::size_t> access_points_;  // media that are drawn already
};

}  // namespace

std::string topology_dot(const Network& network) { return DotWriter(network).write(); }

}  // namespace mec
