#include "scenarios/sweep_head.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "scenarios/sweep_members.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

constexpr std::uint32_t kMostReplications = 10'000;

const std::vector<std::string>& keys_of_sweep() {
  static const std::vector<std::string> keys = {"name",     "description",  "scenario",  "set",
                                                "policies", "replications", "precision", "warmup",
                                                "seed",     "axes",         "where"};
  return keys;
}

class HeadReader {
 public:
  HeadReader(const YamlNode& root, Faults& faults)
      : root_(root), faults_(faults), members_(root, "", keys_of_sweep(), faults) {}

  SweepHead read() {
    read_texts();
    read_settings();
    head_.policies = copy_of("policies");
    head_.replications = copy_of("replications");
    head_.seed = copy_of("seed");
    read_precision();
    read_warm_up();
    read_conditions();
    if (members_.has("axes")) {
      const YamlNode& list = *members_.find("axes");
      head_.axes_place = members_.place_of("axes");
      head_.axes = read_axes(list, faults_);
    } else {
      head_.axes_place = root_;
    }
    return std::move(head_);
  }

 private:
  [[nodiscard]] std::optional<YamlNode> copy_of(const std::string& key) const {
    return members_.has(key) ? std::optional(*members_.find(key)) : std::nullopt;
  }

  void read_texts() {
    head_.name = members_.text("name", "a short name");
    if (head_.name && (head_.name->empty() || *head_.name != printable(*head_.name))) {
      faults_.add(*members_.find("name"), "name",
                  "not a short name; expected 1 to 80 characters on one line");
    }
    head_.description = members_.text("description", "free text").value_or("");
    constexpr auto kScenario = "the path of a scenario, which starts at this file's folder";
    if (!members_.has("scenario")) {
      faults_.add_at(root_, "scenario", fmt::format("missing; expected {}", kScenario));
    } else if (members_.text("scenario", kScenario)) {
      head_.scenario = copy_of("scenario");
    }
  }

  void read_settings() {
    const YamlNode* settings = members_.find("set");
    if (settings == nullptr) {
      return;
    }
    if (!settings->is_map()) {
      faults_.add(*settings, "set",
                  "not a map; expected keys of the scenario, such as {workload.tasks: 100}");
      return;
    }
    for (std::size_t i = 0; i < settings->keys.size(); ++i) {
      read_setting(settings->keys[i], settings->items[i]);
    }
  }

  void read_setting(const YamlNode& name, const YamlNode& value) {
    auto key = name.is_scalar() ? split_key(name.text) : std::nullopt;
    if (!key) {
      faults_.add_at(name, "set", "not a key; expected one of the scenario, such as edge.speed");
      return;
    }
    const std::string shown = fmt::format("set.{}", printable(join(*key, ".")));
    const std::string& first = key->front();
    if (first == "policies" || first == "replications" || first == "seed") {
      faults_.add_at(name, shown,
                     fmt::format("the sweep rules it; expected `{}` beside `set`", first));
      return;
    }
    for (const SweepHead::Setting& other : head_.settings) {
      if (other.value.key == *key) {
        faults_.add_at(
            name, shown,
            fmt::format("duplicate key; expected it once, first on line {}", other.place.at.line));
        return;
      }
    }
    head_.settings.push_back({name, {std::move(*key), value}});
  }

  void read_precision() {
    const YamlNode* value = members_.find("precision");
    if (value == nullptr) {
      return;
    }
    if (members_.has("replications")) {
      faults_.add(*value, "precision",
                  "stands beside replications, which it finds out; expected only one of them");
      return;
    }
    PrecisionTarget target;
    if (value->is_map()) {
      read_precision_map(*value, target);
    } else {
      read_relative(*value, "precision", target);
    }
    head_.precision = target;
  }

  void read_precision_map(const YamlNode& map, PrecisionTarget& target) {
    const Members parts(map, "precision", {"target", "of", "least", "most"}, faults_);
    if (parts.has("target")) {
      read_relative(*parts.find("target"), "precision.target", target);
    } else {
      faults_.add_at(members_.place_of("precision"), "precision.target",
                     "missing; expected a percentage of the mean, such as 1%");
    }
    if (const auto of = parts.text("of", "mean-latency or ratio-of-means")) {
      read_statistic(*parts.find("of"), *of, target);
    }
    const auto least = parts.whole("least", 2, kMostReplications);
    const auto most = parts.whole("most", 2, kMostReplications);
    target.least = least.value_or(target.least);
    target.most = most.value_or(std::max(target.most, target.least));
    if (target.least > target.most && (least || !parts.has("least"))) {
      faults_.add(*parts.find("most"), "precision.most",
                  fmt::format("below the least number, {}; expected at least that", target.least));
    }
  }

  void read_statistic(const YamlNode& value, const std::string& word, PrecisionTarget& target) {
    static const std::vector<std::string> words = {"mean-latency", "ratio-of-means"};
    if (word == words[0] || word == words[1]) {
      target.of = word == words[0] ? PrecisionTarget::Statistic::mean_latency
                                   : PrecisionTarget::Statistic::ratio_of_means;
      return;
    }
    faults_.add(value, "precision.of",
                fmt::format("unknown word; expected {}{}", list_of_alternatives(words),
                            did_you_mean(word, words)));
  }

  void read_relative(const YamlNode& value, const std::string& key, PrecisionTarget& target) {
    constexpr double kWhole = 100.0;
    std::string_view text = trim(value.text);
    const bool percent = value.is_scalar() && text.ends_with('%');
    text.remove_suffix(percent ? 1 : 0);
    const auto number = percent ? parse_double(trim(text)) : std::nullopt;
    if (!number || !(*number > 0.0 && *number <= kWhole)) {
      faults_.add(value, key,
                  fmt::format("{}; expected a percentage of the mean above 0 %, such as 1%",
                              number ? "out of range" : "not a percentage"));
      return;
    }
    target.relative = *number / kWhole;
  }

  void read_warm_up() {
    static const std::vector<std::string> words = {"none", "mser-5"};
    const auto word = members_.text("warmup", list_of_alternatives(words));
    if (!word || *word == words[0]) {
      return;
    }
    if (*word == words[1]) {
      head_.warm_up = WarmUpDetection::mser5;
      return;
    }
    faults_.add(*members_.find("warmup"), "warmup",
                fmt::format("unknown word; expected {} (a date or a number of tasks is "
                            "workload.warmup under `set`){}",
                            list_of_alternatives(words), did_you_mean(*word, words)));
  }

  void read_conditions() {
    constexpr auto kExpected = "a list of conditions, such as [devices <= 10]";
    const YamlNode* list = members_.find("where");
    if (list == nullptr) {
      return;
    }
    if (list->is_scalar()) {
      head_.conditions.push_back(*list);
      return;
    }
    if (list->kind != YamlNode::Kind::list || list->items.empty()) {
      faults_.add_at(*list, "where",
                     fmt::format("{}; expected {}",
                                 list->is_map()                       ? "a map"
                                 : list->kind == YamlNode::Kind::list ? "an empty list"
                                                                      : "no value",
                                 kExpected));
      return;
    }
    for (const YamlNode& item : list->items) {
      if (item.is_scalar()) {
        head_.conditions.push_back(item);
      } else {
        faults_.add_at(item, "where", "not a condition; expected one such as devices <= 10");
      }
    }
  }

  const YamlNode& root_;
  Faults& faults_;
  Members members_;
  SweepHead head_;
};

}  // namespace

bool is_key_of_sweep(const std::vector<std::string>& key) {
  static const std::vector<std::string> keys = {"policies", "replications", "precision", "warmup",
                                                "seed"};
  return key.size() == 1 && std::find(keys.begin(), keys.end(), key.front()) != keys.end();
}

SweepHead read_head(const YamlNode& root, Faults& faults) {
  return HeadReader(root, faults).read();
}

}  // namespace mec
