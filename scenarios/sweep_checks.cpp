#include "scenarios/sweep_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>
#include <variant>

#include "core/errors.hpp"
#include "core/text.hpp"
#include "scenarios/flow_text.hpp"
#include "scenarios/option_table.hpp"
#include "scenarios/sweep_file.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"
#include "scenarios/workload_file.hpp"

namespace mec {

namespace {

constexpr std::size_t kMostFaults = 50;  // of points as a whole

std::string with_commas(std::uint64_t number) {
  std::string text = fmt::format("{}", number);
  for (std::size_t i = text.size(); i > 3; i -= 3) {
    text.insert(i - 3, ",");
  }
  return text;
}

// The product in words, and whether it is more than kMostSweepCells.
std::pair<std::string, bool> product_of(const std::vector<std::uint64_t>& factors) {
  std::uint64_t product = 1;
  bool too_long = false;
  double digits = 0.0;
  for (const std::uint64_t factor : factors) {
    too_long = __builtin_mul_overflow(product, factor, &product) || too_long;
    digits += std::log10(static_cast<double>(factor));
  }
  return too_long ? std::pair(fmt::format("about 10^{:.0f}", digits), true)
                  : std::pair(with_commas(product), product > kMostSweepCells);
}

// "devices = 5, links_b1 = 1 MB/s"
std::string describe_point(const SweepDocument& document, const std::vector<std::size_t>& by_key) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < by_key.size(); ++i) {
    const SweptKey& swept = *document.keys()[i];
    parts.push_back(
        fmt::format("{} = {}", swept.name, printable(flow_text(swept.values[by_key[i]]))));
  }
  return join(parts);
}

// The map of a collection that has no item of the name that `swept` says, or nullptr.
const YamlNode* map_without(const YamlNode& base, const SweptKey& swept, std::size_t& part) {
  const YamlNode* map = &base;
  std::string key;
  for (part = 0; part < swept.key.size() && map != nullptr && map->is_map(); ++part) {
    const Collection* collection = find_collection(key);
    const YamlNode* next = find_member(*map, swept.key[part]);
    if (collection != nullptr && next == nullptr && !map->keys.empty()) {
      return map;
    }
    key = join_key(key, swept.key[part]);
    map = next;
  }
  return nullptr;
}

class PointChecker {
 public:
  explicit PointChecker(const SweepDocument& document) : document_(document) {}

  // Whether there is room for more faults.
  bool check(std::size_t point) {
    const auto values = document_.values_at(document_.place_of(point));
    Faults faults(document_.sources());
    const Scenario scenario =
        document_.read(document_.document(values, faults), faults, Checks::all);
    if (faults.empty()) {
      check_files(scenario, faults);
    }
    for (const Faults::Fault& fault : faults.all()) {
      const auto [seen, is_new] = seen_.emplace(fault.text, Seen{fault, point, 0});
      ++seen->second.points;
    }
    return seen_.size() < kMostFaults;
  }

  void report(std::size_t points, Faults& faults) const {
    for (const auto& [text, seen] : seen_) {
      Faults::Fault fault = seen.fault;
      if (seen.points < points) {
        const auto values = document_.values_at(document_.place_of(seen.first));
        fault.text +=
            fmt::format(" (where {}", describe_point(document_, document_.by_key(values)));
        fault.text += seen.points == 1 ? ")"
                      : seen.points == 2
                          ? ", and at 1 more point)"
                          : fmt::format(", and at {} more points)", with_commas(seen.points - 1));
      }
      faults.add_once(fault);
    }
  }

 private:
  struct Seen {
    Faults::Fault fault;
    std::size_t first;
    std::size_t points;
  };

  // The files that a run reads when it starts.
  void check_files(const Scenario& scenario, Faults& faults) {
    const std::string& workload = scenario.workload.file;
    const auto* costs = std::get_if<CalibratedDecisionCost>(&scenario.decision.cost);
    try {
      if (!workload.empty() && files_.insert(workload).second) {
        (void)read_workload(workload, scenario.network);
      }
      if (costs != nullptr && files_.insert(costs->file).second) {
        (void)read_text_file(costs->file);
      }
    } catch (const UserError& error) {
      faults.add_once({0, {}, error.what()});
    }
  }

  const SweepDocument& document_;
  std::map<std::string, Seen> seen_;
  std::set<std::string> files_;
};

// Axes of keys that the scenario does not have.
std::set<const SweptKey*> refused_keys(const SweepDocument& document, const Faults& faults) {
  std::set<const SweptKey*> refused;
  for (const SweptKey* swept : document.keys()) {
    const YamlNode& place = swept->place;
    if (std::any_of(faults.all().begin(), faults.all().end(), [&place](const Faults::Fault& fault) {
          return fault.source == place.source && fault.at.line == place.at.line &&
                 fault.at.column == place.at.column;
        })) {
      refused.insert(swept);
    }
  }
  return refused;
}

}  // namespace

std::string fault_of_size(const std::vector<std::uint64_t>& sizes, std::uint64_t policies,
                          std::uint64_t replications) {
  std::vector<std::uint64_t> all = sizes;
  all.push_back(policies);
  all.push_back(replications);
  const auto [cells, too_many] = product_of(all);
  if (!too_many) {
    return "";
  }
  return fmt::format("{} simulations ({} points x {} {} x {} {}); expected at most {}", cells,
                     product_of(sizes).first, policies, policies == 1 ? "policy" : "policies",
                     replications, replications == 1 ? "replication" : "replications",
                     with_commas(kMostSweepCells));
}

void check_names(const SweepDocument& document, Faults& faults) {
  for (const SweptKey* swept : document.keys()) {
    std::size_t part = 0;
    const YamlNode* map = map_without(document.base(), *swept, part);
    if (map == nullptr) {
      continue;
    }
    std::vector<std::string> names;
    for (const YamlNode& name : map->keys) {
      names.push_back(printable(name.text));
    }
    const std::string& name = swept->key[part];
    faults.add(swept->place, "axes.key",
               fmt::format("no \"{}\" in the scenario; expected {}{}", printable(name),
                           list_of_alternatives(names), did_you_mean(name, names)));
  }
}

void check_values(const SweepDocument& document, Faults& faults) {
  const auto& axes = document.axes();
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    std::vector<std::size_t> values(axes.size(), 0);
    for (; values[axis] < axes[axis].size(); ++values[axis]) {
      Faults found(document.sources());
      (void)document.read(document.document(values, found), found, Checks::values);
      for (const Faults::Fault& fault : found.all()) {
        faults.add_once(fault);
      }
    }
  }
}

std::vector<SweepCondition> read_conditions(const std::vector<YamlNode>& texts,
                                            const SweepDocument& document, Faults& faults) {
  std::vector<SweepCondition> conditions;
  const std::set<const SweptKey*> refused = refused_keys(document, faults);
  for (const YamlNode& text : texts) {
    try {
      if (document.keys().empty()) {
        throw ValueError("there are no axes; expected axes beside it");
      }
      conditions.emplace_back(text.text, document.keys(), refused);
    } catch (const ValueError& error) {
      faults.add(text, "where", error.what());
    }
  }
  return conditions;
}

std::vector<std::uint64_t> places_where(const SweepDocument& document,
                                        const std::vector<SweepCondition>& conditions) {
  std::uint64_t size = 1;
  for (const SweepAxis& axis : document.axes()) {
    size *= axis.size();
  }
  std::vector<std::uint64_t> places;
  for (std::uint64_t place = 0; place < size; ++place) {
    const auto values = document.by_key(document.values_at(place));
    bool all = true;
    for (const SweepCondition& condition : conditions) {
      all = all && condition.holds(values);
    }
    if (all) {
      places.push_back(place);
    }
  }
  return places;
}

void check_points(const SweepDocument& document, Faults& faults) {
  PointChecker checker(document);
  std::size_t point = 0;
  while (point < document.points() && checker.check(point)) {
    ++point;
  }
  checker.report(document.points(), faults);
}

}  // namespace mec
