#include "scenarios/sweep_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/text.hpp"
#include "scenarios/fingerprint.hpp"
#include "scenarios/loader.hpp"
#include "scenarios/scenario_error.hpp"
#include "scenarios/sweep_checks.hpp"
#include "scenarios/sweep_document.hpp"
#include "scenarios/sweep_head.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

YamlNode parse_sweep(const std::string& path, const std::string& text) {
  const Sources sources(path, {});
  Faults faults(sources);
  YamlNode root;
  try {
    root = parse_document(text);
  } catch (const DocumentFault& fault) {
    faults.add_document(fault);
    faults.raise();
  }
  if (!root.is_map()) {
    faults.add_at(root, "",
                  root.kind == YamlNode::Kind::null
                      ? "the file is empty; expected a sweep"
                      : "not a sweep; expected a map of keys such as scenario, axes, policies");
  } else if (!is_sweep(root) &&
             std::any_of(root.keys.begin(), root.keys.end(), [](const YamlNode& key) {
               return key.text == "task" || key.text == "workload" || key.text == "device" ||
                      key.text == "links" || key.text == "topology";
             })) {
    faults.add_at(root, "", "a scenario; expected a sweep (`mecsim run` runs a scenario)");
  }
  faults.raise();
  return root;
}

std::string path_of_scenario(const YamlNode& root, const std::string& sweep_path) {
  const YamlNode* value = find_member(root, "scenario");
  if (value == nullptr || !value->is_scalar()) {
    return "";
  }
  const auto folder = std::filesystem::path(sweep_path).parent_path();
  return (folder / value->text).lexically_normal().string();
}

void erase_member(YamlNode& map, const std::string& key) {
  for (std::size_t i = map.keys.size(); i-- > 0;) {
    if (map.keys[i].text == key) {
      map.keys.erase(map.keys.begin() + static_cast<std::ptrdiff_t>(i));
      map.items.erase(map.items.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

class SweepLoader {
 public:
  SweepLoader(const std::string& path, const std::vector<std::string>& overrides,
              const PolicyRegistry& policies, const PlatformReader& read_platform)
      : sweep_(new_sweep(path)),
        root_(parse_sweep(path, sweep_.text)),
        sources_(path_of_scenario(root_, path), overrides),
        faults_(sources_),
        policies_(policies),
        read_platform_(read_platform) {
    set_source(root_, sources_.add_file(path));
    for (std::size_t source = 1; source <= overrides.size(); ++source) {
      if (auto given = parse_override(source, faults_)) {
        (is_key_of_sweep(given->key) ? of_sweep_ : of_scenario_).push_back(std::move(*given));
      }
    }
  }

  Sweep load() {
    apply_to_sweep();
    head_ = read_head(root_, faults_);
    const std::size_t faults_of_sweep = faults_.all().size();
    sweep_.name = head_.name.value_or(name_after(sweep_.path));
    sweep_.description = head_.description;
    sweep_.precision = head_.precision;
    sweep_.warm_up = head_.warm_up;
    YamlNode base;
    if (!read_base(base)) {
      faults_.raise();
    }
    overlay(base);
    auto document = std::make_shared<SweepDocument>(sources_, std::move(base), head_.axes,
                                                    policies_, read_platform_);
    read_own(*document);
    check_grid(*document);
    check_names(*document, faults_);
    check_values(*document, faults_);
    const bool sound_axes = faults_of_sweep == 0;
    const auto conditions = sound_axes ? read_conditions(head_.conditions, *document, faults_)
                                       : std::vector<SweepCondition>{};
    faults_.raise();
    fill_grid(*document, conditions);
    check_points(*document, faults_);
    faults_.raise();
    sweep_.document = std::move(document);
    return std::move(sweep_);
  }

 private:
  static Sweep new_sweep(const std::string& path) {
    Sweep sweep;
    sweep.path = path;
    sweep.text = read_text_file(path, kLongestScenario);
    return sweep;
  }

  // Of replications and precision, the command line's takes the place of the file's other one.
  void apply_to_sweep() {
    for (const Override& given : of_sweep_) {
      const std::string& key = given.key.front();
      if (key == "replications" || key == "precision") {
        const std::string other = key == "precision" ? "replications" : "precision";
        const YamlNode* there = find_member(root_, other);
        if (there != nullptr && sources_.is_file(there->source)) {
          erase_member(root_, other);
        }
      }
      YamlNode place;
      place.source = given.value.source;
      erase_member(root_, key);
      set_value(root_, given.key, place, given.value);
    }
  }

  // Whether there is a document to go on with.
  bool read_base(YamlNode& base) {
    if (!head_.scenario) {
      return false;
    }
    sweep_.scenario_path = sources_.text_of(0);
    try {
      sweep_.scenario_text = read_text_file(sweep_.scenario_path, kLongestScenario);
      base = parse_document(sweep_.scenario_text);
    } catch (const ScenarioError& error) {
      faults_.add(*head_.scenario, "scenario",
                  fmt::format("{}; expected a scenario file", error.what()));
      return false;
    } catch (const DocumentFault& fault) {
      faults_.add_document(fault);
      return false;
    }
    if (is_sweep(base)) {
      faults_.add(*head_.scenario, "scenario", "a sweep; expected a scenario");
      return false;
    }
    return true;
  }

  void overlay(YamlNode& base) {
    if (!base.is_map()) {
      return;  // a fault of its own, which reading it reports
    }
    for (const SweepHead::Setting& setting : head_.settings) {
      if (const SweptKey* axis = ruling_axis(setting.value.key)) {
        faults_.add_at(
            setting.place, "set." + join(setting.value.key, "."),
            fmt::format("the axis over {} rules it; expected another key", axis->column.key));
        continue;
      }
      put(base, setting.value.key, setting.place, setting.value.value);
    }
    for (const Override& given : of_scenario_) {
      if (const SweptKey* axis = ruling_axis(given.key)) {
        faults_.add_override(
            given.value.source,
            fmt::format("the axis over {} rules it; expected another key", axis->column.key));
        continue;
      }
      apply_override(base, given, faults_);
    }
    for (const auto& [key, value] :
         {std::pair("policies", head_.policies), std::pair("replications", head_.replications),
          std::pair("seed", head_.seed)}) {
      if (value) {
        put(base, {key}, *value, *value);
      }
    }
  }

  void put(YamlNode& base, const std::vector<std::string>& key, const YamlNode& place,
           const YamlNode& value) {
    try {
      set_value(base, key, place, value);
    } catch (const DocumentFault& fault) {
      faults_.add_at(place, "set." + join(key, "."), fault.message);
    }
  }

  // The axis whose values take the place of this key's.
  [[nodiscard]] const SweptKey* ruling_axis(const std::vector<std::string>& key) const {
    for (const SweepAxis& axis : head_.axes) {
      for (const SweptKey& swept : axis.keys) {
        if (swept.key.size() <= key.size() &&
            std::equal(swept.key.begin(), swept.key.end(), key.begin())) {
          return &swept;
        }
      }
    }
    return nullptr;
  }

  // What the base scenario says of how often, and of whom.
  void read_own(SweepDocument& document) {
    const Scenario base = document.read(document.base(), faults_, Checks::values);
    sweep_.policies = base.policies;
    sweep_.seed = base.seed;
    sweep_.replications = sweep_.precision ? sweep_.precision->least : base.replications;
    document.keep_first_policy();
  }

  // Conditions may leave few of very many points, but all of them have to be tried.
  void check_grid(const SweepDocument& document) {
    std::vector<std::uint64_t> sizes;
    for (const SweepAxis& axis : document.axes()) {
      sizes.push_back(axis.size());
    }
    if (!fault_of_size(sizes, 1, 1).empty()) {
      refuse_size(sizes);
    }
  }

  void refuse_size(const std::vector<std::uint64_t>& sizes) {
    const std::size_t policies = std::max<std::size_t>(1, sweep_.policies.size());
    const std::string fault = fault_of_size(sizes, policies, sweep_.replications);
    if (!fault.empty()) {
      faults_.add_at(head_.axes_place, "axes", fault);
      faults_.raise();
    }
  }

  void fill_grid(SweepDocument& document, const std::vector<SweepCondition>& conditions) {
    for (const SweptKey* swept : document.keys()) {
      sweep_.grid.columns.push_back(swept->column);
    }
    std::vector<std::uint64_t> places = places_where(document, conditions);
    if (places.empty()) {
      faults_.add_at(head_.conditions.front(), "where",
                     "no point is left; expected conditions that some point fulfils");
      faults_.raise();
    }
    refuse_size({places.size()});
    sweep_.grid.points.reserve(places.size());
    for (const std::uint64_t place : places) {
      const auto values = document.by_key(document.values_at(place));
      std::vector<std::string> fields;
      for (std::size_t i = 0; i < values.size(); ++i) {
        fields.push_back(document.keys()[i]->fields[values[i]]);
      }
      sweep_.grid.points.push_back(std::move(fields));
    }
    document.set_points(std::move(places));
  }

  Sweep sweep_;
  YamlNode root_;
  Sources sources_;
  Faults faults_;
  const PolicyRegistry& policies_;
  const PlatformReader& read_platform_;
  std::vector<Override> of_sweep_;
  std::vector<Override> of_scenario_;
  SweepHead head_;
};

YamlNode document_at(const Sweep& sweep, std::size_t point, Faults& faults) {
  const SweepDocument& document = *sweep.document;
  return document.document(document.values_at(document.place_of(point)), faults);
}

}  // namespace

bool is_sweep_file(const std::string& path) {
  std::error_code ignored;
  try {
    return std::filesystem::is_regular_file(path, ignored) &&
           is_sweep(parse_document(read_text_file(path, kLongestScenario)));
  } catch (const ScenarioError&) {
    return false;
  } catch (const DocumentFault&) {
    return false;
  }
}

Sweep load_sweep(const std::string& path, const std::vector<std::string>& overrides,
                 const PolicyRegistry& policies, const PlatformReader& read_platform) {
  return SweepLoader(path, overrides, policies, read_platform).load();
}

Scenario scenario_at(const Sweep& sweep, std::size_t point) {
  Faults faults(sweep.document->sources());
  const YamlNode root = document_at(sweep, point, faults);
  Scenario scenario = sweep.document->read(root, faults, Checks::all);
  faults.raise();
  scenario.policies = sweep.policies;
  scenario.replications = sweep.replications;
  return scenario;
}

std::string fingerprint_of(const Sweep& sweep, std::size_t point) {
  Faults faults(sweep.document->sources());
  const YamlNode root = document_at(sweep, point, faults);
  faults.raise();
  return digest_of(canonical_text(root, sweep.document->sources(), [&](const std::string& path) {
    return sweep.document->hash_of_file(path);
  }));
}

}  // namespace mec
