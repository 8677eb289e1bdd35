#include "scenarios/workload_writer.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <vector>

#include "core/text.hpp"
#include "scenarios/workload_file.hpp"

namespace mec {

namespace {

template <class Quantity>
void append_list(fmt::memory_buffer& line, const std::vector<Quantity>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    fmt::format_to(std::back_inserter(line), "{}{}", i == 0 ? "" : " ", values[i].value());
  }
}

}  // namespace

WorkloadWriter::WorkloadWriter(const std::string& path) : file_(path) {
  file_.write(join(workload_columns(), ",") + "\n");
}

WorkloadWriter::~WorkloadWriter() {
  if (!finished_) {
    file_.discard();
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
  file_.write(std::string_view(line.data(), line.size()));
}

void WorkloadWriter::finish() {
  file_.commit();
  finished_ = true;
}

}  // namespace mec
