// Where the values of a document come from: the scenario's file, overrides from the command line,
// and whatever other file has a say in it. YamlNode::source is an index into this.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace mec {

class Sources {
 public:
  /// Source 0 is the file, source k the k-th of the `overrides`, which are `key=value`.
  Sources(std::string file, const std::vector<std::string>& overrides) {
    add_file(std::move(file));
    for (const std::string& text : overrides) {
      sources_.push_back({text, {}, false});
    }
  }

  /// One more file, and its source.
  std::size_t add_file(std::string path) {
    std::string folder = std::filesystem::path(path).parent_path().string();
    sources_.push_back({std::move(path), std::move(folder), true});
    return sources_.size() - 1;
  }

  [[nodiscard]] bool is_file(std::size_t source) const { return sources_[source].is_file; }
  /// The path of a file; the whole of an override.
  [[nodiscard]] const std::string& text_of(std::size_t source) const {
    return sources_[source].text;
  }
  /// Where relative paths start; empty: in the working directory, as those of overrides do.
  [[nodiscard]] const std::string& folder_of(std::size_t source) const {
    return sources_[source].folder;
  }

 private:
  struct Source {
    std::string text;
    std::string folder;
    bool is_file;
  };

  std::vector<Source> sources_;
};

}  // namespace mec
