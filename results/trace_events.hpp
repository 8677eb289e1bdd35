// A file in the Chrome trace event format: JSON, one event a line, written as it comes.
//
// Source: "Trace Event Format" (Google), the document that both readers, ui.perfetto.dev and
// chrome://tracing, implement. Used of it: M metadata, X complete, i instant, b/e nestable async,
// s/t/f flow and C counter events.
//
// Dates and durations stand in microseconds; readers multiply by 1000 and cut off to whole
// nanoseconds. A Stamp is a number that survives this as the nanosecond that is meant, so that what
// follows without a gap does so for the reader, too. Simulated time is rounded to nanoseconds; from
// 50 days on to what a double of microseconds resolves, and it ends after 292 years.
//
// Identifiers of processes, threads, async events and flows are unique in the whole file: readers
// look some of them up without their process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/output_file.hpp"
#include "core/units.hpp"

namespace mec {

struct Stamp {
  std::int64_t ns = 0;      // what a reader makes of it
  double microseconds = 0;  // what is written
};
[[nodiscard]] Stamp stamp_of(Seconds date);
[[nodiscard]] Stamp stamp_of_ns(std::int64_t ns);

/// Where an event is drawn.
struct TraceThread {
  int process = 0;
  int thread = 0;
};

struct TraceEvent {
  TraceThread at;
  std::string_view name;
  std::string_view category;
  std::string_view arguments;  // JSON members, without the braces: "task":17,"bytes":100
};

class TraceEvents {
 public:
  /// `file` must outlive it; who made the file commits it. Every call throws OutputError.
  explicit TraceEvents(OutputFile& file);

  [[nodiscard]] int add_process(std::string_view name);
  [[nodiscard]] TraceThread add_thread(int process, std::string_view name, std::uint64_t rank);
  [[nodiscard]] std::uint64_t new_id() { return ++last_id_; }

  /// Those of one thread must not overlap, or one must contain the other.
  void complete(const TraceEvent& event, Stamp begin, Stamp end);
  void instant(const TraceEvent& event, Stamp at);
  void async_begin(const TraceEvent& event, Stamp at, std::uint64_t id);
  void async_end(const TraceEvent& event, Stamp at, std::uint64_t id);
  enum class Flow : char { start = 's', step = 't', end = 'f' };
  /// An arrow through the complete event that holds this date in its thread.
  void flow(const TraceEvent& event, Stamp at, Flow step, std::uint64_t id);
  /// Of a process: `unit` names the value.
  void counter(int process, std::string_view name, std::string_view unit, Stamp at, double value);

  /// Closes the JSON, which is valid only then. `notes`: JSON members about the file.
  void finish(std::string_view notes);

 private:
  void begin_event(const TraceEvent& event, char phase, Stamp at);
  void end_event(std::string_view arguments);
  void async(const TraceEvent& event, char phase, Stamp at, std::uint64_t id);

  OutputFile& file_;
  std::string line_;
  bool first_ = true;
  int last_number_ = 0;  // of processes and threads
  std::uint64_t last_id_ = 0;
};

/// In double quotes, escaped. What is not UTF-8 is replaced.
[[nodiscard]] std::string json_text(std::string_view text);

}  // namespace mec
