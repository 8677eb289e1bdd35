#include "results/machine.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>

#include <fstream>
#include <string_view>
#include <thread>

namespace mec {

namespace {

constexpr const char* kUnknown = "unknown";

// The text after `separator` on the first line of the file that starts with `key`.
std::string value_in_file(const char* path, std::string_view key, char separator) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t at = line.find(separator);
    if (line.compare(0, key.size(), key) != 0 || at == std::string::npos) {
      continue;
    }
    const std::size_t first = line.find_first_not_of(" \"\t", at + 1);
    const std::size_t last = line.find_last_not_of(" \"\t\r");
    return first == std::string::npos ? kUnknown : line.substr(first, last - first + 1);
  }
  return kUnknown;
}

unsigned usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) == 0) {
    return static_cast<unsigned>(CPU_COUNT(&set));
  }
  return std::thread::hardware_concurrency();
}

}  // namespace

Machine describe_machine() {
  Machine machine;
  utsname names = {};
  machine.kernel = ::uname(&names) == 0
                       ? fmt::format("{} {} {}", names.sysname, names.release, names.machine)
                       : kUnknown;
  machine.cpu = value_in_file("/proc/cpuinfo", "model name", ':');
  machine.cores = usable_cores();
  machine.operating_system = value_in_file("/etc/os-release", "PRETTY_NAME", '=');
  return machine;
}

}  // namespace mec
