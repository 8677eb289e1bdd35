#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "scenarios/trace_file.hpp"
#include "tests/catch.hpp"
#include "tests/support/random_problems.hpp"
#include "tests/support/rate_integral.hpp"
#include "tests/support/scratch.hpp"

using namespace mec;

namespace {

const TraceFormat kBytes = TwoColumnTrace{{"B/s"}};
const TraceFormat kMegabits = TwoColumnTrace{{"Mbit/s", 125e3}};

struct Rows {
  std::vector<double> times;
  std::vector<double> rates;
  double end;
};

Rows rows_of(const Trace& trace) {
  Rows rows{{}, {}, trace.end.value()};
  for (const Seconds time : trace.times) {
    rows.times.push_back(time.value());
  }
  for (const BytesPerSecond rate : trace.rates) {
    rows.rates.push_back(rate.value());
  }
  return rows;
}

Rows read(const std::string& text, const TraceFormat& format = kBytes) {
  const test::Scratch scratch;
  return rows_of(read_trace(scratch.write("a.log", text), format));
}

// Without the folder.
std::string fault(const std::string& text, const TraceFormat& format = kBytes) {
  const test::Scratch scratch;
  try {
    (void)read_trace(scratch.write("a.log", text), format);
    return "no fault";
  } catch (const UserError& error) {
    const std::string message = error.what();
    const std::string folder = scratch.path("");
    return message.starts_with(folder) ? message.substr(folder.size()) : message;
  }
}

std::string packets(const std::vector<int>& dates) {
  std::string text;
  for (const int date : dates) {
    text += std::to_string(date) + "\n";
  }
  return text;
}

using Values = std::vector<double>;

}  // namespace

TEST_CASE("Two columns may be separated by commas, tabs or spaces", "[scenarios][trace]") {
  for (const char* text :
       {"0,5\n1.5,0\n3,7\n", "0\t5\n1.5\t0\n3\t7\n", "0 5\n1.5   0\n  3 \t 7  \n",
        "0 , 5\r\n1.5 ,0\r\n3,\t7\r\n",
        "\xEF\xBB\xBF"
        "0 5\n1.5 0\n3 7",
        "0 5\n\n# note\n1.5 0 # out\n\r\n+3 7e0\n", "time (s),rate (B/s)\n0,5\n1.5,0\n3,7\n",
        "# made by hand\nseconds rate\n0 5\n1.5 0\n3 7\n"}) {
    CAPTURE(text);
    const Rows rows = read(text);
    CHECK(rows.times == Values{0, 1.5, 3});
    CHECK(rows.rates == Values{5, 0, 7});
    CHECK(rows.end == 4.5);  // 3 + the gap of 1.5
  }
}

TEST_CASE("The unit of the rates is the scenario's", "[scenarios][trace]") {
  CHECK(read("0 1.6\n1 2\n", kMegabits).rates == Values{200'000, 250'000});
  CHECK(read("0 1.6\n1 2\n", TwoColumnTrace{{"bit/s", 1.0, 8.0}}).rates == Values{0.2, 0.25});
}

TEST_CASE("A trace's last rate holds for the median of the gaps", "[scenarios][trace]") {
  CHECK(read("0 1\n1 2\n2 3\n9 4\n").end == 10.0);        // 1, 1, 7
  CHECK(read("0 1\n1 2\n4 3\n").end == 6.0);              // 1, 3: between them
  CHECK(read("0 1\n1 2\n3 1\n6 2\n10 3\n").end == 12.5);  // 1, 2, 3, 4
  CHECK(read("3 7\n").end > 3.0);                         // one rate: any length will do
  CHECK(read("3 7\n").rates == Values{7});
}

TEST_CASE("A malformed trace says where and what was expected", "[scenarios][trace]") {
  CHECK(fault("") == "a.log: no rows; expected lines of two numbers, seconds and rate");
  CHECK(fault("\n# nothing\n\r\n") ==
        "a.log: no rows; expected lines of two numbers, seconds and rate");
  CHECK(fault("seconds,rate\n") ==
        "a.log: no rows; expected lines of two numbers, seconds and rate");
  CHECK(fault("0 1\n2 1\n1 1\n") ==
        "a.log:3:1: \"1\": before the time 2 of line 2; expected more than that");
  CHECK(fault("0 1\n\n 2 1\n2 1\n") ==
        "a.log:4:1: \"2\": the time of line 3 again; expected more than 2");
  CHECK(fault("0 1\n1 -2\n") == "a.log:2:3: \"-2\": negative; expected at least 0");
  CHECK(fault("-1 1\n1 2\n") == "a.log:1:1: \"-1\": negative; expected at least 0");
  CHECK(fault("0 1\n1\tnan\n") == "a.log:2:3: \"nan\": not a finite number; expected a rate");
  CHECK(fault("0 1\ninf 1\n") == "a.log:2:1: \"inf\": not a finite number; expected seconds");
  CHECK(fault("nan nan\n1 1\n") == "a.log:1:1: \"nan\": not a finite number; expected seconds");
  CHECK(fault("0 1\n1,fast\n") == "a.log:2:3: \"fast\": not a number; expected a rate");
  CHECK(fault("0 1\ntime rate\n") == "a.log:2:1: \"time\": not a number; expected seconds");
  CHECK(fault("0 1\n1 1 1\n") ==
        "a.log:2:1: \"1 1 1\": more than 2 columns; expected two, seconds and rate");
  CHECK(fault("0,1\n1,,1\n") ==
        "a.log:2:1: \"1,,1\": more than 2 columns; expected two, seconds and rate");
  CHECK(fault("0 1\n1\n2 2\n") == "a.log:2:1: \"1\": 1 column; expected two, seconds and rate");
  CHECK(fault("0,1\n1,\n") == "a.log:2:3: \"\": not a number; expected a rate");
  CHECK(fault("0,1\n1,1 2\n") == "a.log:2:3: \"1 2\": not a number; expected a rate");
  CHECK(fault("0 0\n1 0\n") == "a.log: all rates are 0; expected at least one above 0");
  CHECK(fault("0 1\n1 1e60\n", kMegabits) ==
        "a.log:2:3: \"1e60\": out of range; expected 0 or 1e-60 to 1e+60 bytes per second");
  CHECK(fault("0 1\n1 1e-70\n") ==
        "a.log:2:3: \"1e-70\": out of range; expected 0 or 1e-60 to 1e+60 bytes per second");
  CHECK(fault(std::string("0 1\n1 \0\n", 8)) == "a.log:2:3: NUL byte; expected a text file");
}

TEST_CASE("A last line that was cut off is called so", "[scenarios][trace]") {
  CHECK(fault("0 1\n1 1e") ==
        "a.log:2:3: \"1e\": torn last line: not a number; expected a whole "
        "row that ends in a line break");
  CHECK(fault("0 1\n1.") ==
        "a.log:2:1: \"1.\": torn last line: 1 column; expected a whole row that "
        "ends in a line break");
  CHECK(fault("0 1\n1 2") == "no fault");  // no line break, but whole
}

TEST_CASE("A trace that cannot be read says why", "[scenarios][trace]") {
  const test::Scratch scratch;
  const auto message = [](const std::string& path) {
    try {
      (void)read_trace(path, kBytes);
      return std::string("no fault");
    } catch (const UserError& error) {
      return std::string(error.what());
    }
  };
  CHECK(message(scratch / "none.log") == scratch / "none.log" + ": No such file or directory");
  CHECK(message(scratch.path().string()) ==
        scratch.path().string() + ": is a directory; expected a file");
  const std::string huge = scratch.write("huge.log", "0 1\n");
  std::filesystem::resize_file(huge, kLargestTraceFile + 1);  // a hole: takes no disk
  CHECK(message(huge) == huge + ": 256 MiB; expected a trace of at most 256 MiB");
}

TEST_CASE("Packets are counted in bins", "[scenarios][trace]") {
  const TraceFormat mahimahi = MahimahiTrace{};
  // Bins of 100 ms: (0, 100] has 3 packets of 1500 bytes with the one at 0, (100, 200] 1,
  // (200, 400] none, (400, 500] 2, (500, 550] 4 in half the time.
  const Rows rows = read(packets({0, 50, 100, 101, 401, 500, 501, 510, 550, 550}), mahimahi);
  CHECK(rows.times == Values{0, 0.1, 0.2, 0.4, 0.5});
  CHECK(rows.rates == Values{45'000, 15'000, 0, 30'000, 120'000});
  CHECK(rows.end == 0.55);
}

TEST_CASE("A packet every millisecond is 1.5 MB/s in every bin", "[scenarios][trace]") {
  std::vector<int> dates;
  for (int date = 1; date <= 2'050; ++date) {
    dates.push_back(date);
  }
  const Rows rows = read(packets(dates), MahimahiTrace{});
  CHECK(rows.rates == Values(21, 1.5e6));
  CHECK(rows.end == 2.05);
  const Rows one = read("1\n", MahimahiTrace{});
  CHECK(one.rates == Values{1.5e6});
  CHECK(one.end == 0.001);
}

TEST_CASE("Binning loses no packet", "[scenarios][trace]") {
  RandomEngine random = test::engine("mahimahi");
  for (const std::uint64_t bin : {1U, 7U, 100U, 5'000U}) {
    std::vector<int> dates;
    int date = 0;
    for (int i = 0; i < 3'000; ++i) {
      date +=
          test::index_below(random, 50) == 0 ? 400 : static_cast<int>(test::index_below(random, 3));
      dates.push_back(date);
    }
    const Rows rows = read(packets(dates), MahimahiTrace{bin});
    double bytes = 0.0;
    for (std::size_t i = 0; i < rows.times.size(); ++i) {
      const double until = i + 1 < rows.times.size() ? rows.times[i + 1] : rows.end;
      REQUIRE(until > rows.times[i]);
      bytes += rows.rates[i] * (until - rows.times[i]);
    }
    CHECK(bytes == Approx(3'000 * 1'500.0).epsilon(1e-12));
    CHECK(rows.end == date / 1000.0);
  }
}

TEST_CASE("A malformed packet file says where and what was expected", "[scenarios][trace]") {
  const TraceFormat mahimahi = MahimahiTrace{};
  const std::string expected =
      ": not a packet's date; expected whole milliseconds from 0 to 1000000000000000";
  CHECK(fault("", mahimahi) == "a.log: no packets; expected lines of one number, milliseconds");
  CHECK(fault("0\n0\n", mahimahi) ==
        "a.log: all packets leave at 0 ms; expected a last date above 0");
  CHECK(fault("1\n5\n4\n", mahimahi) ==
        "a.log:3:1: \"4\": before the 5 ms of line 2; expected at least that");
  CHECK(fault("1\n-5\n", mahimahi) == "a.log:2:1: \"-5\"" + expected);
  CHECK(fault("1\n 2.5\n", mahimahi) == "a.log:2:2: \"2.5\"" + expected);
  CHECK(fault("1 2\n", mahimahi) == "a.log:1:1: \"1 2\"" + expected);
  CHECK(fault("1\n99999999999999999999\n", mahimahi) ==
        "a.log:2:1: \"99999999999999999999\"" + expected);
  CHECK(fault("1\n2x", mahimahi) ==
        "a.log:2:1: \"2x\": torn last line: not a packet's date; "
        "expected a whole row that ends in a line break");
  CHECK(fault("# up\r\n\r\n1\r\n7\r\n", mahimahi) == "no fault");
  // Ten thousand years of silence are two rows.
  CHECK(read("1\n1000000000000000\n", mahimahi).times.size() == 3);
}

TEST_CASE("A trace that is written reads back the same", "[scenarios][trace]") {
  const test::Scratch scratch;
  RandomEngine random = test::engine("write trace");
  Trace trace;
  double time = 0.3;
  for (int i = 0; i < 1001; ++i) {
    trace.times.emplace_back(time);
    trace.rates.emplace_back(i % 5 == 0 ? 0.0 : std::pow(10.0, test::uniform(random, -3.0, 9.0)));
    time += test::uniform(random, 0.0, 2.0);
  }
  const std::string path = scratch / "out.csv";
  write_trace(path, trace);
  CHECK(test::read_file(path).starts_with("seconds,bytes_per_second\n0.3,0\n"));
  const Trace back = read_trace(path, kBytes);
  CHECK(back.times == trace.times);
  CHECK(back.rates == trace.rates);
  CHECK_THROWS_AS(write_trace(scratch / "none" + "/out.csv", trace), UserError);
}

namespace {

// The integral of a repeated trace from date 0 on, from its rows alone.
class Periodic {
 public:
  explicit Periodic(const Trace& trace) : rows_(rows_of(trace)) {
    for (std::size_t i = 0; i < rows_.times.size(); ++i) {
      all_.push_back({i == 0 ? 0.0 : rows_.times[i],
                      i + 1 < rows_.times.size() ? rows_.times[i + 1] : rows_.end, rows_.rates[i]});
    }
  }

  [[nodiscard]] long double until(long double date) const {
    const long double passes = std::floor(date / rows_.end);
    return passes * test::integral(all_, 0.0, rows_.end) +
           test::integral(all_, 0.0, static_cast<double>(date - passes * rows_.end));
  }

  /// By bisection: the integral grows with its end.
  [[nodiscard]] double time_for(double start, double amount) const {
    const long double target = until(start) + amount;
    long double low = start;
    long double high = start + 1.0L;
    while (until(high) < target) {
      high = start + 2.0L * (high - start);
    }
    for (int i = 0; i < 80; ++i) {
      const long double middle = 0.5L * (low + high);
      (until(middle) < target ? low : high) = middle;
    }
    return static_cast<double>(high - start);
  }

 private:
  Rows rows_;
  std::vector<test::Piece> all_;
};

std::vector<std::string> recorded_files() {
  const char* named = std::getenv("MECSIM_TRACES");
  const std::string folder = named != nullptr ? named : MECSIM_SOURCE_DIR "/../shared/traces";
  std::vector<std::string> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".log" || extension == ".txt") {
      files.push_back(entry.path().string());
    }
  }
  if (files.empty()) {
    WARN("skipped: no traces in " << folder << " (MECSIM_TRACES names another folder)");
  }
  std::sort(files.begin(), files.end());
  return files;
}

TraceRate channel_of(const std::string& file) {
  TraceRate model;
  model.trace = std::make_shared<const Trace>(read_trace(file, kMegabits));
  return model;
}

}  // namespace

TEST_CASE("Traces are joined each from its first row to its end", "[scenarios][trace]") {
  // The first holds from 2 to 5 s (3 s long), the second is 1 s and starts at 0.
  const Trace first{
      {Seconds{2.0}, Seconds{4.0}}, {BytesPerSecond{1.0}, BytesPerSecond{2.0}}, Seconds{5.0}};
  const Trace second{{Seconds{0.0}}, {BytesPerSecond{3.0}}, Seconds{1.0}};
  const Trace joined = join_traces({first, second});
  CHECK(joined.times == std::vector<Seconds>{Seconds{0.0}, Seconds{2.0}, Seconds{3.0}});
  CHECK(joined.rates ==
        std::vector<BytesPerSecond>{BytesPerSecond{1.0}, BytesPerSecond{2.0}, BytesPerSecond{3.0}});
  CHECK(joined.end == Seconds{4.0});
}

TEST_CASE("Service times on recorded traces are those of their rows", "[scenarios][trace]") {
  RandomEngine random = test::engine("recorded traces");
  for (const std::string& file : recorded_files()) {
    CAPTURE(file);
    const TraceRate model = channel_of(file);
    const Periodic rows(*model.trace);
    const auto path = make_path(model, RandomEngine{}, 0);
    for (int i = 0; i < 200; ++i) {
      const double start = test::uniform(random, 0.0, 2'000.0);
      const double amount = std::pow(10.0, test::uniform(random, 3.0, 8.0));
      const double time = service_time(*path, Seconds{start}, amount).value();
      CAPTURE(start, amount);
      REQUIRE(time == Approx(rows.time_for(start, amount)).epsilon(1e-9));
      const double end = start + test::uniform(random, 0.0, 500.0);
      REQUIRE(served_amount(*path, Seconds{start}, Seconds{end}) ==
              Approx(static_cast<double>(rows.until(end) - rows.until(start))).epsilon(1e-9));
    }
  }
}

TEST_CASE("Service times on recorded traces are exact at late dates", "[scenarios][trace]") {
  RandomEngine random = test::engine("late recorded traces");
  constexpr double kLate = 1e7;
  for (const std::string& file : recorded_files()) {
    CAPTURE(file);
    const TraceRate model = channel_of(file);
    const Periodic rows(*model.trace);
    const auto path = make_path(model, RandomEngine{}, 0);
    path->forget_before(Seconds{kLate});
    const auto breakpoints = test::pieces(*path, kLate, kLate + 4'000.0);
    // A breakpoint is a double: at 1e7 s half a unit of it is 1e-9 s.
    REQUIRE(
        static_cast<double>(test::integral(breakpoints, kLate, kLate + 4'000.0)) ==
        Approx(static_cast<double>(rows.until(kLate + 4'000.0) - rows.until(kLate))).epsilon(1e-9));
    for (int i = 0; i < 500; ++i) {
      const double start = kLate + test::uniform(random, 0.0, 1'000.0);
      const double amount = std::pow(10.0, test::uniform(random, 0.0, 8.0));
      const double time = service_time(*path, Seconds{start}, amount).value();
      const auto expected = static_cast<double>(test::time_to_serve(breakpoints, start, amount));
      REQUIRE(std::abs(time - expected) <= 1e-14 * expected);
    }
  }
}
