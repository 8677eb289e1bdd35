// What a sweep file itself says, before its base scenario is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/sweep.hpp"
#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"
#include "scenarios/overrides.hpp"
#include "scenarios/sweep_axes.hpp"

namespace mec {

struct SweepHead {
  struct Setting {
    YamlNode place;  // of the key
    Override value;
  };

  std::optional<std::string> name;
  std::string description;
  std::optional<YamlNode> scenario;  // path of the base
  std::vector<Setting> settings;
  // What takes the place of the scenario's own.
  std::optional<YamlNode> policies;
  std::optional<YamlNode> replications;
  std::optional<YamlNode> seed;
  std::optional<PrecisionTarget> precision;
  WarmUpDetection warm_up = WarmUpDetection::none;
  std::vector<SweepAxis> axes;
  std::vector<YamlNode> conditions;
  YamlNode axes_place;
};

/// Whether an override of this key is of the sweep's own key, not of the scenario's.
[[nodiscard]] bool is_key_of_sweep(const std::vector<std::string>& key);

/// Reads the document of a sweep, which is a map.
[[nodiscard]] SweepHead read_head(const YamlNode& root, Faults& faults);

}  // namespace mec
