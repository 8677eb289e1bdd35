// Traces by what they are read from, for many scenarios that name the same files: one, or all that
// a name with * in it matches, in the order of their names.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/channel.hpp"
#include "scenarios/trace_file.hpp"

namespace mec {

/// By path (or pattern of paths) and format.
using TraceCache = std::map<std::string, std::shared_ptr<const Trace>>;

/// The files that `path` stands for. Throws ValueError where a pattern matches none.
[[nodiscard]] std::vector<std::string> files_of_trace(const std::filesystem::path& path);

/// The trace of these files, one after the other: out of `known`, if it is given and has it, else
/// read and put there. `format_text` is what the format is written as. Throws ValueError, and
/// UserError for what is wrong in a file.
[[nodiscard]] std::shared_ptr<const Trace> find_traces(const std::string& path,
                                                       const TraceFormat& format,
                                                       std::string_view format_text,
                                                       TraceCache* known);

}  // namespace mec
