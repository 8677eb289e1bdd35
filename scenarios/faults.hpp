// Collects the faults of a scenario while it is read, and renders them for the user.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scenarios/document.hpp"
#include "scenarios/sources.hpp"

namespace mec {

class Faults {
 public:
  struct Fault {
    std::size_t source;
    TextPosition at;
    std::string text;  // complete, its place included

    friend bool operator==(const Fault& a, const Fault& b) { return a.text == b.text; }
  };

  /// `sources` are what nodes refer to by `source`, and outlive this.
  explicit Faults(const Sources& sources) : sources_(&sources) {}

  /// A fault of `value`, which stands under `key` ("edge.speed"; empty: the whole document).
  void add(const YamlNode& value, const std::string& key, const std::string& message);
  /// A fault at a place where no value is to be shown (a key, or a map that lacks something).
  void add_at(const YamlNode& place, const std::string& key, const std::string& message);
  void add_document(const DocumentFault& fault, std::size_t source = 0);
  /// A fault of an override as a whole.
  void add_override(std::size_t source, const std::string& message);
  /// One that another collection has, unless it is here already.
  void add_once(const Fault& fault);

  [[nodiscard]] const Sources& sources() const { return *sources_; }
  [[nodiscard]] bool empty() const { return faults_.empty(); }
  [[nodiscard]] const std::vector<Fault>& all() const { return faults_; }
  /// Throws ScenarioError with all of them, in line order for each file (overrides last), unless
  /// there are none.
  void raise() const;

 private:
  const Sources* sources_;
  std::vector<Fault> faults_;
};

}  // namespace mec
