#include "scenarios/workload_writer.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <vector>

#include "core/text.hpp"
#include "core/topology.hpp"
#include "scenarios/workload_file.hpp"

namespace mec {

namespace {

template <class Quantity>
void append_list(fmt::memory_buffer& line, const std::vector<Quantity>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    fmt::format_to(std::back_inserter(line), "{}{}", i == 0 ? "" : " ", values[i].value());
  }
}

template <class Value>
void append_cell(fmt::memory_buffer& line, bool has_meaning, Value value) {
  line.push_back(',');
  if (has_meaning) {
    fmt::format_to(std::back_inserter(line), "{}", value());
  }
}

}  // namespace

StateColumns state_columns(const NetworkModel& network) {
  if (!network.is_three_tier()) {
    return {false, false, false, false};
  }
  return {true, true, !moves(network.b1) && !network.b1_down,
          !moves(network.b2) && !network.b2_down};
}

WorkloadWriter::WorkloadWriter(const std::string& path, const NetworkModel& network)
    : file_(path), columns_(state_columns(network)) {
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
  const StateSample& state = item.state;
  fmt::format_to(out, ",{}", state.speeds[kDevice].value());
  append_cell(line, columns_.p2, [&] { return state.speeds[kEdge].value(); });
  append_cell(line, columns_.b1, [&] { return state.rates[kUplink].value(); });
  append_cell(line, columns_.b2, [&] { return state.rates[kBackhaulUp].value(); });
  line.push_back('\n');
  file_.write(std::string_view(line.data(), line.size()));
}

void WorkloadWriter::finish() {
  file_.commit();
  finished_ = true;
}

}  // namespace mec
