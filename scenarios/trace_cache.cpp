#include "scenarios/trace_cache.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <system_error>

#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

std::vector<std::string> matching_files(const std::filesystem::path& pattern) {
  std::vector<std::filesystem::path> files;
  const auto folder = pattern.has_parent_path() ? pattern.parent_path() : ".";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (::fnmatch(pattern.filename().c_str(), name.c_str(), FNM_PERIOD) == 0) {
      files.push_back(entry.path());
    }
  }
  if (files.empty()) {
    throw ValueError(fmt::format("no file is called {}; expected a trace file, or several by *",
                                 printable(pattern.string())));
  }
  std::sort(files.begin(), files.end());
  return {files.begin(), files.end()};
}

bool is_pattern(const std::filesystem::path& path) {
  return path.filename().string().find('*') != std::string::npos;
}

Trace read_traces(const std::filesystem::path& path, const TraceFormat& format) {
  if (!is_pattern(path)) {
    return read_trace(path.string(), format);
  }
  std::vector<Trace> traces;
  for (const std::string& file : matching_files(path)) {
    traces.push_back(read_trace(file, format));
  }
  return join_traces(traces);
}

}  // namespace

std::vector<std::string> files_of_trace(const std::filesystem::path& path) {
  return is_pattern(path) ? matching_files(path) : std::vector{path.string()};
}

std::shared_ptr<const Trace> find_traces(const std::string& path, const TraceFormat& format,
                                         std::string_view format_text, TraceCache* known) {
  const std::string key = fmt::format("{},{}", path, format_text);
  if (known != nullptr && known->contains(key)) {
    return known->at(key);
  }
  auto trace = std::make_shared<const Trace>(read_traces(path, format));
  if (known != nullptr) {
    known->emplace(key, trace);
  }
  return trace;
}

}  // namespace mec
