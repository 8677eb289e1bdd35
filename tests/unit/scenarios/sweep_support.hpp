// What the tests of sweep files share: a base scenario, a folder for both files, and faults as a
// list.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario_error.hpp"
#include "scenarios/sweep_file.hpp"
#include "tests/unit/scenarios/support.hpp"

namespace mec::test {

/// A sweep file "sweep.yaml" beside the scenario "base.yaml", which is minimal_yaml() unless a test
/// says otherwise.
class SweepFolder {
 public:
  explicit SweepFolder(const std::string& base = minimal_yaml()) {
    scratch_.write("base.yaml", base);
  }

  /// "scenario: base.yaml" stands on the first line, `text` from the second on.
  [[nodiscard]] Sweep load(const std::string& text,
                           const std::vector<std::string>& overrides = {}) const {
    return load_whole("scenario: base.yaml\n" + text, overrides);
  }
  [[nodiscard]] Sweep load_whole(const std::string& text,
                                 const std::vector<std::string>& overrides = {}) const {
    return load_sweep(scratch_.write("sweep.yaml", text), overrides, fake_registry());
  }

  /// The faults, the folder taken out of them; empty if it loads.
  [[nodiscard]] std::vector<std::string> faults(
      const std::string& text, const std::vector<std::string>& overrides = {}) const {
    return faults_whole("scenario: base.yaml\n" + text, overrides);
  }
  [[nodiscard]] std::vector<std::string> faults_whole(
      const std::string& text, const std::vector<std::string>& overrides = {}) const {
    try {
      (void)load_whole(text, overrides);
      return {};
    } catch (const ScenarioError& error) {
      std::vector<std::string> faults = error.faults();
      const std::string folder = scratch_ / "";
      for (std::string& fault : faults) {
        for (auto at = fault.find(folder); at != std::string::npos; at = fault.find(folder)) {
          fault.erase(at, folder.size());
        }
      }
      return faults;
    }
  }

  [[nodiscard]] const Scratch& scratch() const { return scratch_; }

 private:
  Scratch scratch_;
};

/// The one fault of a sweep with these axes, from line 3 on, without "sweep.yaml:".
[[nodiscard]] inline std::string fault_of_axes(const std::string& axes) {
  const auto faults = SweepFolder().faults("axes:\n" + axes);
  if (faults.size() != 1) {
    return faults.empty() ? "no fault" : "several faults: " + faults[0] + " / " + faults[1];
  }
  const std::string start = "sweep.yaml:";
  return faults[0].starts_with(start) ? faults[0].substr(start.size()) : faults[0];
}

using Fields = std::vector<std::string>;
using Points = std::vector<Fields>;

/// The fields of the only column.
[[nodiscard]] inline Fields column_of(const Sweep& sweep) {
  Fields fields;
  for (const Fields& point : sweep.grid.points) {
    fields.push_back(point.at(0));
  }
  return fields;
}

}  // namespace mec::test
