#include "sim/cli/interrupt.hpp"

#include <csignal>

namespace mec::cli {

namespace {

std::atomic<bool> flag{false};
std::atomic<int> number{0};

void handle(int signal) {
  number = signal;
  flag = true;
  std::signal(signal, SIG_DFL);
}

}  // namespace

const std::atomic<bool>& interrupted() { return flag; }

void catch_interrupts() {
  std::signal(SIGINT, handle);
  std::signal(SIGTERM, handle);
}

std::optional<std::string> interrupting_signal() {
  if (!flag) {
    return std::nullopt;
  }
  return number == SIGINT ? "SIGINT" : "SIGTERM";
}

}  // namespace mec::cli
