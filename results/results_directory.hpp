// The directory that a command puts its results in.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mec {

/// May results that are there already be replaced?
enum class Force { no, yes };

/// Makes the directory, parents too, and sees that it is fit to write results to.
///
/// With Force::yes nothing is removed beforehand: each old file is replaced when the new one is
/// complete (see OutputFile), so that a run that fails early costs nobody their old results.
class ResultsDirectory {
 public:
  /// Throws UserError when the path is a file, cannot be made or written to, or (Force::no) holds
  /// tasks.csv, summary.csv or manifest.json.
  explicit ResultsDirectory(std::filesystem::path path, Force force = Force::no);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace mec
