// The two kinds of failure that every room may report. Both messages are complete and are printed
// as they stand.
#pragma once

#include <stdexcept>

namespace mec {

/// The user's fault: exit code 2.
class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The system refused a write ("cannot write PATH: No space left on device"): a failed run, exit
/// code 1.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace mec
