// The machine that a run was made on: measured times mean nothing without it.
#pragma once

#include <string>

namespace mec {

struct Machine {
  std::string kernel;            // uname: "Linux 6.1.0 x86_64"
  std::string cpu;               // model name of /proc/cpuinfo
  unsigned cores = 0;            // hardware threads this process may use
  std::string operating_system;  // PRETTY_NAME of /etc/os-release
};

/// What cannot be found out is "unknown". The host's name is left out: results get published.
[[nodiscard]] Machine describe_machine();

}  // namespace mec
