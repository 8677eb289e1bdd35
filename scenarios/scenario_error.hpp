// Every fault of a user's file at once: the message is one line a fault, in line order, and is
// printed as it stands.
//
//   FILE:LINE:COL: key.path "value": what is wrong; what was expected; did you mean "x"?
//
// Lines and columns (in bytes) count from 1. A fault of a command-line override reads
// `--set key=value: what is wrong; what was expected`; a fault of a file as a whole, `FILE: ...`.
#pragma once

#include <string>
#include <vector>

#include "core/errors.hpp"

namespace mec {

class ScenarioError : public UserError {
 public:
  /// `faults` is not empty.
  explicit ScenarioError(std::vector<std::string> faults);

  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  std::vector<std::string> faults_;
};

}  // namespace mec
