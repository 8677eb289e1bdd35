#include "scenarios/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

#include "core/output_file.hpp"
#include "core/text.hpp"
#include "scenarios/csv_table.hpp"
#include "scenarios/scenario_error.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

constexpr double kSmallest = 1e-60;  // as for quantities: no product or quotient overflows
constexpr double kLargest = 1e60;
constexpr std::uint64_t kLatestMs = 1'000'000'000'000'000;  // exact as a double
constexpr double kMsPerSecond = 1000.0;
constexpr double kPacketBytes = 1500.0;

struct Line {
  std::string_view text;  // without its end, comments and white space around it
  std::size_t number = 0;
  std::size_t column = 1;  // of the first character of `text`
  bool ended = false;      // by a line break
};

// The lines that say something.
class LineReader {
 public:
  LineReader(const std::string& path, std::string_view text) : path_(path), text_(text) {}

  bool next(Line& line) {
    while (at_ < text_.size()) {
      const std::size_t stop = std::min(text_.find('\n', at_), text_.size());
      const std::string_view whole = text_.substr(at_, stop - at_);
      line.ended = stop < text_.size();
      at_ = stop + 1;
      ++number_;
      line.text = trim(whole.substr(0, whole.find('#')));
      if (!line.text.empty()) {
        line.number = number_;
        line.column = static_cast<std::size_t>(line.text.data() - whole.data()) + 1;
        return true;
      }
    }
    return false;
  }

  /// A fault of a part of the line; all that follows a tear is its consequence.
  [[noreturn]] void fail(const Line& line, std::string_view part, std::string message) const {
    if (!line.ended) {
      message = fmt::format("torn last line: {}; expected a whole row that ends in a line break",
                            message.substr(0, message.find("; expected")));
    }
    throw ScenarioError(
        {fmt::format("{}:{}:{}: \"{}\": {}", printable(path_), line.number,
                     line.column + static_cast<std::size_t>(part.data() - line.text.data()),
                     printable(part), message)});
  }

  [[noreturn]] void fail_as_whole(const std::string& message) const {
    throw ScenarioError({fmt::format("{}: {}", printable(path_), message)});
  }

 private:
  const std::string& path_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
};

// Separated by commas if there is one, by white space if not. At most three: more tell no more.
struct Fields {
  std::array<std::string_view, 3> of;
  std::size_t count = 0;
};

Fields split_fields(std::string_view text) {
  const bool commas = text.find(',') != std::string_view::npos;
  Fields fields;
  while (fields.count < fields.of.size()) {
    const auto stop = commas ? text.find(',') : text.find_first_of(" \t");
    fields.of[fields.count] = trim(text.substr(0, stop));
    if (fields.of[fields.count].empty()) {
      fields.of[fields.count] = text.substr(0, 0);  // keeps its place
    }
    ++fields.count;
    if (stop == std::string_view::npos) {
      break;
    }
    text.remove_prefix(stop + 1);
    if (!commas) {
      text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    }
  }
  return fields;
}

bool is_header(const Fields& fields) {
  return std::none_of(fields.of.begin(), fields.of.begin() + static_cast<int>(fields.count),
                      [](std::string_view field) { return parse_double(field).has_value(); });
}

// The trace's length ends where one more gap would.
double median_gap(const std::vector<Seconds>& times) {
  std::vector<double> gaps;
  gaps.reserve(times.size());
  for (std::size_t i = 1; i < times.size(); ++i) {
    gaps.push_back((times[i] - times[i - 1]).value());
  }
  if (gaps.empty()) {
    return 1.0;  // one rate: any length will do
  }
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return gaps.size() % 2 == 1 ? *middle : 0.5 * (*std::max_element(gaps.begin(), middle) + *middle);
}

class TwoColumnReader {
 public:
  TwoColumnReader(const std::string& path, std::string_view text, const Unit& unit)
      : lines_(path, text), unit_(unit) {
    const auto most = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    trace_.times.reserve(most);
    trace_.rates.reserve(most);
  }

  Trace read() {
    Line line;
    bool first = true;
    bool any_rate = false;
    while (lines_.next(line)) {
      const Fields fields = split_fields(line.text);
      if (first && is_header(fields) && line.ended) {
        first = false;
        continue;
      }
      first = false;
      read_row(line, fields);
      any_rate = any_rate || trace_.rates.back().value() > 0.0;
    }
    if (trace_.times.empty()) {
      lines_.fail_as_whole("no rows; expected lines of two numbers, seconds and rate");
    }
    if (!any_rate) {
      lines_.fail_as_whole("all rates are 0; expected at least one above 0");
    }
    trace_.end = trace_.times.back() + Seconds{median_gap(trace_.times)};
    if (trace_.end == trace_.times.back()) {
      lines_.fail_as_whole("gaps between the times are too short for a number to tell");
    }
    return std::move(trace_);
  }

 private:
  void read_row(const Line& line, const Fields& fields) {
    if (fields.count != 2) {
      lines_.fail(
          line, line.text,
          fmt::format("{} column{}; expected two, seconds and rate",
                      fields.count == 1 ? "1" : "more than 2", fields.count == 1 ? "" : "s"));
    }
    const Seconds time{number(line, fields.of[0], "expected seconds")};
    if (!trace_.times.empty() && time <= trace_.times.back()) {
      const double before = trace_.times.back().value();
      lines_.fail(line, fields.of[0],
                  time == trace_.times.back()
                      ? fmt::format("the time of line {} again; expected more than {}",
                                    line_before_, before)
                      : fmt::format("before the time {} of line {}; expected more than that",
                                    before, line_before_));
    }
    const double rate =
        number(line, fields.of[1], "expected a rate") * unit_.multiplier / unit_.divisor;
    if (rate != 0.0 && !(rate >= kSmallest && rate <= kLargest)) {
      lines_.fail(line, fields.of[1],
                  "out of range; expected 0 or 1e-60 to 1e+60 bytes per second");
    }
    trace_.times.push_back(time);
    trace_.rates.emplace_back(rate);
    line_before_ = line.number;
  }

  [[nodiscard]] double number(const Line& line, std::string_view text,
                              std::string_view expected) const {
    try {
      return parse_csv_number(text, Zero::allowed);
    } catch (const ValueError& error) {
      const std::string message = error.what();
      const bool complete = message.find("; expected") != std::string::npos;
      lines_.fail(line, text, complete ? message : fmt::format("{}; {}", message, expected));
    }
  }

  LineReader lines_;
  const Unit& unit_;
  Trace trace_;
  std::size_t line_before_ = 0;
};

class MahimahiReader {
 public:
  MahimahiReader(const std::string& path, std::string_view text, std::uint64_t bin_ms)
      : lines_(path, text), bin_ms_(bin_ms) {
    if (bin_ms == 0) {
      throw std::invalid_argument("a bin of 0 ms");
    }
  }

  Trace read() {
    Line line;
    bool any = false;
    while (lines_.next(line)) {
      const std::uint64_t date = read_date(line);
      if (any && date < last_) {
        lines_.fail(line, line.text,
                    fmt::format("before the {} ms of line {}; expected at least that", last_,
                                line_before_));
      }
      any = true;
      last_ = date;
      line_before_ = line.number;
      count(date);
    }
    if (!any) {
      lines_.fail_as_whole("no packets; expected lines of one number, milliseconds");
    }
    if (last_ == 0) {
      lines_.fail_as_whole("all packets leave at 0 ms; expected a last date above 0");
    }
    close_bin();
    trace_.end = Seconds{static_cast<double>(last_) / kMsPerSecond};
    return std::move(trace_);
  }

 private:
  std::uint64_t read_date(const Line& line) const {
    std::uint64_t date = 0;
    const char* end = line.text.data() + line.text.size();
    const auto [stop, error] = std::from_chars(line.text.data(), end, date);
    if (error != std::errc() || stop != end || date > kLatestMs) {
      lines_.fail(
          line, line.text,
          fmt::format("not a packet's date; expected whole milliseconds from 0 to {}", kLatestMs));
    }
    return date;
  }

  // Bin k is (k bin, (k + 1) bin], the first one with 0.
  void count(std::uint64_t date) {
    const std::uint64_t bin = date == 0 ? 0 : (date - 1) / bin_ms_;
    if (bin != bin_) {
      close_bin();
      if (bin > bin_ + 1) {
        append(bin_ + 1, 0.0);
      }
      bin_ = bin;
      packets_ = 0;
    }
    ++packets_;
  }

  void close_bin() {
    const std::uint64_t length = std::min(last_, (bin_ + 1) * bin_ms_) - bin_ * bin_ms_;
    append(bin_, static_cast<double>(packets_) * kPacketBytes * kMsPerSecond /
                     static_cast<double>(length));
  }

  void append(std::uint64_t bin, double rate) {
    trace_.times.emplace_back(static_cast<double>(bin * bin_ms_) / kMsPerSecond);
    trace_.rates.emplace_back(rate);
  }

  LineReader lines_;
  std::uint64_t bin_ms_;
  Trace trace_;
  std::uint64_t bin_ = 0;
  std::uint64_t packets_ = 0;
  std::uint64_t last_ = 0;
  std::size_t line_before_ = 0;
};

}  // namespace

Trace read_trace(const std::string& path, const TraceFormat& format) {
  std::error_code unknown;  // a pipe has no size: read_text_file counts as it reads
  const auto size = std::filesystem::file_size(path, unknown);
  if (!unknown && size > kLargestTraceFile) {
    throw ScenarioError({fmt::format("{}: {} MiB; expected a trace of at most {} MiB",
                                     printable(path), size >> 20U, kLargestTraceFile >> 20U)});
  }
  const std::string text = read_text_file(path, kLargestTraceFile);
  if (const auto* mahimahi = std::get_if<MahimahiTrace>(&format)) {
    return MahimahiReader(path, text, mahimahi->bin_ms).read();
  }
  return TwoColumnReader(path, text, std::get<TwoColumnTrace>(format).unit).read();
}

Trace join_traces(const std::vector<Trace>& traces) {
  Trace joined;
  Seconds start{0.0};
  for (const Trace& trace : traces) {
    for (std::size_t i = 0; i < trace.times.size(); ++i) {
      joined.times.push_back(start + (trace.times[i] - trace.times.front()));
      joined.rates.push_back(trace.rates[i]);
    }
    start += trace.end - trace.times.front();
  }
  joined.end = start;
  return joined;
}

void write_trace(const std::string& path, const Trace& trace) {
  OutputFile file(path);
  file.write("seconds,bytes_per_second\n");
  fmt::memory_buffer line;
  for (std::size_t i = 0; i < trace.times.size(); ++i) {
    line.clear();
    fmt::format_to(std::back_inserter(line), "{},{}\n", trace.times[i].value(),
                   trace.rates[i].value());
    file.write(std::string_view(line.data(), line.size()));
  }
  file.commit();
}

}  // namespace mec
