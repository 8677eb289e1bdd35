// Records of tasks and activities as bytes, to carry them from the process that simulates to the
// one that writes results. Host byte order: both ends are the same program on the same machine.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/records.hpp"

namespace mec {

/// Appends the record to `buffer`.
void encode(const TaskRecord& record, std::string& buffer);

void encode(const ActivityRecord& record, std::string& buffer);

/// Reads a record from the front of `bytes` and advances it; false (and `bytes` as it was) if it is
/// not yet complete.
[[nodiscard]] bool decode(std::string_view& bytes, TaskRecord& record);
[[nodiscard]] bool decode(std::string_view& bytes, ActivityRecord& record);

}  // namespace mec
