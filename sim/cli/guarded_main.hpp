// What every program of ours does around its work: its errors become messages and exit codes.
#pragma once

#include <functional>

namespace mec::cli {

/// The exit code of the process: what `work` returns; 2 after a user's fault, 1 after any other
/// failure, each with its message on standard error. Opens the standard descriptors that are closed
/// beforehand, and flushes standard output in the end.
[[nodiscard]] int guarded_main(const std::function<int()>& work) noexcept;

}  // namespace mec::cli
