#include "results/results_directory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "core/text.hpp"

namespace mec {

namespace {

std::vector<std::string> results_in(const std::filesystem::path& path) {
  constexpr std::array<const char*, 3> kNames = {"tasks.csv", "summary.csv", "manifest.json"};
  std::vector<std::string> found;
  for (const char* name : kNames) {
    std::error_code ignored;
    if (std::filesystem::exists(path / name, ignored)) {
      found.emplace_back(name);
    }
  }
  return found;
}

}  // namespace

ResultsDirectory::ResultsDirectory(std::filesystem::path path, Force force)
    : path_(std::move(path)) {
  const std::string shown = path_.string();
  std::error_code error;
  if (std::filesystem::exists(path_, error) && !std::filesystem::is_directory(path_, error)) {
    throw UserError(fmt::format("cannot put results in {}: it is not a directory", shown));
  }
  std::filesystem::create_directories(path_, error);
  if (error) {
    throw UserError(fmt::format("cannot make the results directory {}: {}", shown,
                                std::strerror(error.value())));
  }
  if (::access(shown.c_str(), W_OK | X_OK) != 0) {
    throw UserError(fmt::format("cannot put results in {}: {}", shown, std::strerror(errno)));
  }
  const std::vector<std::string> found = results_in(path_);
  if (force == Force::no && !found.empty()) {
    throw UserError(fmt::format(
        "{} holds results already ({}): give another directory with --out, or replace them with "
        "--force",
        shown, join(found)));
  }
}

}  // namespace mec
