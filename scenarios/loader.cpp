#include "scenarios/loader.hpp"

#include <filesystem>

#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"
#include "scenarios/option_reader.hpp"
#include "scenarios/overrides.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

namespace {

constexpr std::size_t kLongestFile = 1'000'000;

void read_document(LoadedScenario& loaded, const std::vector<std::string>& overrides,
                   const PolicyRegistry& policies, const PlatformReader& read_platform,
                   Faults& faults) {
  YamlNode root;
  try {
    root = parse_document(loaded.text);
  } catch (const DocumentFault& fault) {
    faults.add_document(fault);
    return;
  }
  if (root.is_map()) {
    apply_overrides(root, overrides, faults);
  }
  const auto folder = std::filesystem::path(loaded.path).parent_path().string();
  read_options(root, folder, policies, read_platform, loaded.scenario, faults);
}

}  // namespace

LoadedScenario load_scenario(const std::string& path, const std::vector<std::string>& overrides,
                             const PolicyRegistry& policies, const PlatformReader& read_platform) {
  LoadedScenario loaded;
  loaded.path = path;
  loaded.text = read_text_file(path, kLongestFile);
  const std::string stem = std::filesystem::path(path).stem().string();
  if (!stem.empty()) {
    loaded.scenario.name = printable(stem);
  }
  Faults faults(path, overrides);
  read_document(loaded, overrides, policies, read_platform, faults);
  faults.raise();
  return loaded;
}

}  // namespace mec
