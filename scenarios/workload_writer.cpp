#include "scenarios/workload_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <vector>

#include "core/text.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/workload_file.hpp"

namespace mec {

namespace {

namespace fs = std::filesystem;

template <class Quantity>
void append_list(fmt::memory_buffer& line, const std::vector<Quantity>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    fmt::format_to(std::back_inserter(line), "{}{}", i == 0 ? "" : " ", values[i].value());
  }
}

}  // namespace

WorkloadWriter::WorkloadWriter(const std::string& path) : path_(path), target_(path) {
  std::error_code ignored;
  if (fs::is_symlink(path, ignored)) {
    const fs::path resolved = fs::weakly_canonical(path, ignored);
    target_ = resolved.empty() ? path : resolved.string();
  }
  const fs::file_status status = fs::status(target_, ignored);
  if (fs::is_directory(status)) {
    fail(EISDIR);
  }
  if (!fs::exists(status) || fs::is_regular_file(status)) {
    temporary_ = fmt::format("{}.{}.partial", target_, getpid());
  }
  file_.reset(std::fopen((temporary_.empty() ? target_ : temporary_).c_str(), "wb"));
  if (!file_) {
    temporary_.clear();
    fail(errno);
  }
  const std::string header = join(workload_columns(), ",") + "\n";
  put(header.data(), header.size());
}

WorkloadWriter::~WorkloadWriter() {
  file_.reset();
  if (!temporary_.empty()) {
    std::error_code ignored;
    fs::remove(temporary_, ignored);
  }
}

void WorkloadWriter::write(const WorkItem& item) {
  fmt::memory_buffer line;
  const auto out = std::back_inserter(line);
  fmt::format_to(out, "{},{},{},", item.task, item.device, item.release.value());
  append_list(line, item.chain.work);
  line.push_back(',');
  append_list(line, item.chain.data);
  fmt::format_to(out, ",{},{},{},{}\n", item.state.p1.value(), item.state.p2.value(),
                 item.state.b1.value(), item.state.b2.value());
  put(line.data(), line.size());
}

void WorkloadWriter::finish() {
  if (std::fflush(file_.get()) != 0) {
    fail(errno);
  }
  if (std::fclose(file_.release()) != 0) {
    fail(errno);
  }
  if (temporary_.empty()) {
    return;
  }
  std::error_code error;
  fs::rename(temporary_, target_, error);
  if (error) {
    throw UserError(fmt::format("{}: cannot write: {}", printable(path_), error.message()));
  }
  temporary_.clear();
}

void WorkloadWriter::put(const char* data, std::size_t size) {
  if (std::fwrite(data, 1, size, file_.get()) != size) {
    fail(errno);
  }
}

void WorkloadWriter::fail(int error) const {
  throw UserError(fmt::format("{}: cannot write: {}", printable(path_),
                              std::generic_category().message(error)));
}

}  // namespace mec
