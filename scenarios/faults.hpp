// Collects the faults of a scenario while it is read, and renders them for the user.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/document.hpp"

namespace mec {

class Faults {
 public:
  /// `overrides` are the `key=value` texts that nodes refer to by `source`.
  Faults(std::string file, const std::vector<std::string>& overrides)
      : file_(std::move(file)), overrides_(overrides) {}

  /// A fault of `value`, which stands under `key` ("edge.speed"; empty: the whole document).
  void add(const YamlNode& value, const std::string& key, const std::string& message);
  /// A fault at a place where no value is to be shown (a key, or a map that lacks something).
  void add_at(const YamlNode& place, const std::string& key, const std::string& message);
  void add_document(const DocumentFault& fault);
  /// A fault of the k-th override (from 1) as a whole.
  void add_override(std::size_t source, const std::string& message);

  [[nodiscard]] bool empty() const { return faults_.empty(); }
  /// Throws ScenarioError with all of them in line order (overrides last) unless there are none.
  void raise() const;

 private:
  struct Fault {
    std::size_t source;
    TextPosition at;
    std::string text;
  };

  std::string file_;
  const std::vector<std::string>& overrides_;
  std::vector<Fault> faults_;
};

}  // namespace mec
