#include "results/trace_events.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

namespace mec {

namespace {

constexpr std::int64_t kLastNs = std::int64_t{9'223'372'036'854'000'000};

// As readers do it.
std::int64_t read_ns(double microseconds) { return static_cast<std::int64_t>(microseconds * 1e3); }

}  // namespace

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Stamp stamp_of_ns(std::int64_t ns) {
  double microseconds = static_cast<double>(ns) / 1e3;
  if (read_ns(microseconds) < ns) {  // 1.001 us times 1000 is 1000.9999999999999
    microseconds = std::nextafter(microseconds, std::numeric_limits<double>::infinity());
  }
  return {read_ns(microseconds), microseconds};
}

Stamp stamp_of(Seconds date) {
  const double ns = std::clamp(date.value() * 1e9, 0.0, static_cast<double>(kLastNs));
  return stamp_of_ns(std::llround(ns));
}

// Dates are in microseconds all the same. The unit is how finely chrome://tracing compares them:
// with "ms" it puts events of less than a microsecond into their neighbours.
TraceEvents::TraceEvents(OutputFile& file) : file_(file) {
  file_.write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
}

// What belongs to a process as a whole stands on a thread of its number.
int TraceEvents::add_process(std::string_view name) {
  const int number = ++last_number_;
  begin_event({{number, number}, "process_name", "__metadata", {}}, 'M', {});
  end_event(fmt::format("\"name\":{}", json_text(name)));
  begin_event({{number, number}, "process_sort_index", "__metadata", {}}, 'M', {});
  end_event(fmt::format("\"sort_index\":{}", number));
  return number;
}

TraceThread TraceEvents::add_thread(int process, std::string_view name, std::uint64_t rank) {
  const TraceThread thread{process, ++last_number_};
  begin_event({thread, "thread_name", "__metadata", {}}, 'M', {});
  end_event(fmt::format("\"name\":{}", json_text(name)));
  begin_event({thread, "thread_sort_index", "__metadata", {}}, 'M', {});
  end_event(fmt::format("\"sort_index\":{}", rank));
  return thread;
}

void TraceEvents::begin_event(const TraceEvent& event, char phase, Stamp at) {
  line_ = first_ ? "\n" : ",\n";
  first_ = false;
  fmt::format_to(std::back_inserter(line_),
                 FMT_COMPILE(R"({{"ph":"{}","pid":{},"tid":{},"ts":{},"cat":"{}","name":{})"),
                 phase, event.at.process, event.at.thread, at.microseconds, event.category,
                 json_text(event.name));
}

void TraceEvents::end_event(std::string_view arguments) {
  if (!arguments.empty()) {
    fmt::format_to(std::back_inserter(line_), FMT_COMPILE(R"(,"args":{{{}}})"), arguments);
  }
  line_ += '}';
  file_.write(line_);
}

void TraceEvents::complete(const TraceEvent& event, Stamp begin, Stamp end) {
  begin_event(event, 'X', begin);
  fmt::format_to(std::back_inserter(line_), FMT_COMPILE(R"(,"dur":{})"),
                 stamp_of_ns(end.ns - begin.ns).microseconds);
  end_event(event.arguments);
}

void TraceEvents::instant(const TraceEvent& event, Stamp at) {
  begin_event(event, 'i', at);
  line_ += R"(,"s":"t")";
  end_event(event.arguments);
}

void TraceEvents::async(const TraceEvent& event, char phase, Stamp at, std::uint64_t id) {
  begin_event(event, phase, at);
  fmt::format_to(std::back_inserter(line_), FMT_COMPILE(R"(,"id":"0x{:x}")"), id);
  end_event(event.arguments);
}

void TraceEvents::async_begin(const TraceEvent& event, Stamp at, std::uint64_t id) {
  async(event, 'b', at, id);
}

void TraceEvents::async_end(const TraceEvent& event, Stamp at, std::uint64_t id) {
  async(event, 'e', at, id);
}

void TraceEvents::flow(const TraceEvent& event, Stamp at, Flow step, std::uint64_t id) {
  begin_event(event, static_cast<char>(step), at);
  fmt::format_to(std::back_inserter(line_), FMT_COMPILE(R"(,"id":"0x{:x}","bp":"e")"), id);
  end_event(event.arguments);
}

void TraceEvents::counter(int process, std::string_view name, std::string_view unit, Stamp at,
                          double value) {
  begin_event({{process, process}, name, "bandwidth", {}}, 'C', at);
  end_event(fmt::format("{}:{}", json_text(unit), value));
}

void TraceEvents::finish(std::string_view notes) {
  file_.write(fmt::format("\n],\"otherData\":{{{}}}}}\n", notes));
}

}  // namespace mec
