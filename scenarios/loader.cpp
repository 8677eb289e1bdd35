#include "scenarios/loader.hpp"

#include <filesystem>

#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"
#include "scenarios/option_reader.hpp"
#include "scenarios/overrides.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

void read_document(LoadedScenario& loaded, std::size_t overrides, const ReadingContext& context,
                   Faults& faults) {
  YamlNode root;
  try {
    root = parse_document(loaded.text);
  } catch (const DocumentFault& fault) {
    faults.add_document(fault);
    return;
  }
  if (is_sweep(root)) {
    faults.add_at(root, "", "a sweep; expected a scenario (`mecsim sweep` runs a sweep)");
    return;
  }
  if (root.is_map()) {
    apply_overrides(root, overrides, faults);
  }
  read_options(root, context, loaded.scenario, faults);
}

}  // namespace

bool is_sweep(const YamlNode& root) {
  return root.is_map() &&
         (find_member(root, "axes") != nullptr || find_member(root, "scenario") != nullptr);
}

std::string name_after(const std::string& path) {
  const std::string stem = std::filesystem::path(path).stem().string();
  return stem.empty() ? Scenario{}.name : printable(stem);
}

LoadedScenario load_scenario(const std::string& path, const std::vector<std::string>& overrides,
                             const PolicyRegistry& policies, const PlatformReader& read_platform) {
  LoadedScenario loaded;
  loaded.path = path;
  loaded.text = read_text_file(path, kLongestScenario);
  loaded.scenario.name = name_after(path);
  const Sources sources(path, overrides);
  Faults faults(sources);
  read_document(loaded, overrides.size(), {policies, read_platform}, faults);
  faults.raise();
  return loaded;
}

}  // namespace mec
