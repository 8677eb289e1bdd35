// Ctrl-C and SIGTERM end a run in good order: what is finished is kept and marked partial.
#pragma once

#include <atomic>
#include <optional>
#include <string>

namespace mec::cli {

/// Set by the first SIGINT or SIGTERM after `catch_interrupts`. A second one ends the program at
/// once.
[[nodiscard]] const std::atomic<bool>& interrupted();
void catch_interrupts();
/// "SIGINT" or "SIGTERM", if one came.
[[nodiscard]] std::optional<std::string> interrupting_signal();

}  // namespace mec::cli
