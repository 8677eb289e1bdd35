#include <algorithm>

#include "scenarios/channel_parser.hpp"
#include "scenarios/value_error.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"

using namespace mec;

namespace {

const DistributionRule kRate{Dimension::rate, true};

ChannelModel parse(const std::string& text, const std::string& folder = "") {
  return parse_channel(text, kRate, folder);
}

template <class T>
T parse_as(const std::string& text, const std::string& folder = "") {
  return std::get<T>(parse(text, folder));
}

std::string fault(const std::string& text, const std::string& folder = "") {
  try {
    (void)parse(text, folder);
    return "no fault";
  } catch (const ValueError& error) {
    return error.what();
  }
}

// A folder with the trace bus.log: 1 Mbit/s, 2 Mbit/s from 1 s on; and up.pps.
class TraceFolder {
 public:
  TraceFolder() {
    scratch_.write("bus.log", "0 1\n1 2\n");
    scratch_.write("up.pps", "50\n100\n");
    scratch_.write("bad.log", "0 1\n1 fast\n");
  }
  [[nodiscard]] std::string path() const { return scratch_.path().string(); }
  [[nodiscard]] std::string file(const std::string& name) const { return scratch_ / name; }

 private:
  test::Scratch scratch_;
};

}  // namespace

TEST_CASE("What does not move is a distribution as everywhere", "[scenarios][channel]") {
  CHECK(std::get<Constant>(parse_as<Distribution>("1 MB/s")).value == 1e6);
  CHECK(std::get<Uniform>(parse_as<Distribution>("uniform(0 MB/s, 2 MB/s)")).high == 2e6);
  CHECK(fault("0") == "0 is no value here; expected more than 0");
  CHECK(fault("1 MHz").starts_with("unit MHz is not a data rate"));
  CHECK(fault("uniform(1 MB/s)") == "1 argument; expected uniform(low, high)");
}

TEST_CASE("A rate redrawn in every slot has any distribution", "[scenarios][channel]") {
  const auto plain = parse_as<RedrawnRate>("every(250 ms, uniform(0 MB/s, 2 MB/s))");
  CHECK(plain.slot == Seconds{0.25});
  CHECK(std::get<Uniform>(plain.rate).low == 0.0);
  CHECK(std::get<Uniform>(plain.rate).high == 2e6);
  const auto outages = parse_as<RedrawnRate>(" every ( 1 s , choice( 0 : 1 , 1 MB/s : 3 ) ) ");
  CHECK(std::get<Choice>(outages.rate).values == std::vector<double>{0.0, 1e6});
  CHECK(std::get<Constant>(parse_as<RedrawnRate>("every(1 s, 1 MB/s)").rate).value == 1e6);
}

TEST_CASE("The parameters of each model are read in SI units", "[scenarios][channel]") {
  const auto gauss =
      parse_as<GaussMarkovRate>("gauss-markov(1 s, 1 MB/s, 400 kB/s, 0.9, 50 kB/s, 3 MB/s)");
  CHECK(gauss.slot == Seconds{1.0});
  CHECK(gauss.mean == BytesPerSecond{1e6});
  CHECK(gauss.deviation == BytesPerSecond{4e5});
  CHECK(gauss.memory == 0.9);
  CHECK(gauss.low == BytesPerSecond{5e4});
  CHECK(gauss.high == BytesPerSecond{3e6});
  const auto gilbert = parse_as<GilbertRate>("gilbert(100 ms, 2 MB/s, 0, 3 s, 1 min)");
  CHECK(gilbert.slot == Seconds{0.1});
  CHECK(gilbert.good == BytesPerSecond{2e6});
  CHECK(gilbert.bad == BytesPerSecond{0.0});
  CHECK(gilbert.good_time == Seconds{3.0});
  CHECK(gilbert.bad_time == Seconds{60.0});
  const auto markov = parse_as<MarkovRate>(
      "markov(1 s, 200 kB/s: 0.9 0.1 0, 1 MB/s:0.05  0.9 0.05, 16 Mbit/s: 0 0.1 0.9)");
  CHECK(markov.slot == Seconds{1.0});
  CHECK(markov.rates ==
        std::vector<BytesPerSecond>{BytesPerSecond{2e5}, BytesPerSecond{1e6}, BytesPerSecond{2e6}});
  CHECK(markov.transitions ==
        std::vector<std::vector<double>>{{0.9, 0.1, 0.0}, {0.05, 0.9, 0.05}, {0.0, 0.1, 0.9}});
  CHECK(parse_as<MarkovRate>("markov(1 s, 1 MB/s: 1)").rates.size() == 1);
  // 0.1 + 0.2 + 0.7 is not quite 1 in doubles.
  CHECK(fault("markov(1 s, 0: 0.1 0.2 0.7, 1 MB/s: 0.7 0.2 0.1, 2 MB/s: 0 1 0)") == "no fault");
}

TEST_CASE("A trace starts in the scenario's folder", "[scenarios][channel]") {
  const TraceFolder folder;
  const auto bus = parse_as<TraceRate>("trace(bus.log, Mbit/s)", folder.path());
  CHECK(bus.file == folder.file("bus.log"));
  CHECK(bus.at_end == TraceRate::AtEnd::repeat);
  CHECK(bus.start == TraceRate::Start::offset);
  CHECK(bus.offset == Seconds{0.0});
  CHECK(bus.trace->rates ==
        std::vector<BytesPerSecond>{BytesPerSecond{125e3}, BytesPerSecond{250e3}});
  CHECK(bus.trace->end == Seconds{2.0});
  const auto held = parse_as<TraceRate>("trace(bus.log, MB/s, hold)", folder.path());
  CHECK(held.at_end == TraceRate::AtEnd::hold);
  CHECK(held.trace->rates[0] == BytesPerSecond{1e6});
  const auto packets =
      parse_as<TraceRate>("trace( up.pps , mahimahi , repeat , 15 s )", folder.path());
  CHECK(packets.offset == Seconds{15.0});
  CHECK(packets.trace->rates[0] == BytesPerSecond{30'000.0});  // 2 * 1500 bytes in 0.1 s
  const auto anywhere = parse_as<TraceRate>("trace(bus.log, MB/s, repeat, random)", folder.path());
  CHECK(anywhere.start == TraceRate::Start::random);
  const std::string absolute = "trace(" + folder.file("bus.log") + ", MB/s)";
  CHECK(parse_as<TraceRate>(absolute, "/nowhere").trace->rates.size() == 2);
}

TEST_CASE("A star joins all files that match, by name", "[scenarios][channel]") {
  test::Scratch scratch;
  scratch.write("b.log", "0 3\n1 4\n");
  scratch.write("a.log", "5 1\n7 2\n");  // 4 s long from its first row on
  scratch.write("c.txt", "0 9\n1 9\n");
  const std::string folder = scratch.path().string();
  const auto joined = parse_as<TraceRate>("trace(*.log, B/s, repeat, random)", folder);
  CHECK(joined.trace->rates == std::vector<BytesPerSecond>{BytesPerSecond{1.0}, BytesPerSecond{2.0},
                                                           BytesPerSecond{3.0},
                                                           BytesPerSecond{4.0}});
  CHECK(joined.trace->times ==
        std::vector<Seconds>{Seconds{0.0}, Seconds{2.0}, Seconds{4.0}, Seconds{5.0}});
  CHECK(fault("trace(*.dat, B/s)", folder) ==
        "no file is called " + folder + "/*.dat; expected a trace file, or several by *");
}

TEST_CASE("What is wrong with a trace is told as its file's", "[scenarios][channel]") {
  const TraceFolder folder;
  CHECK(fault("trace(none.log, MB/s)", folder.path()) ==
        folder.file("none.log") + ": No such file or directory");
  CHECK(fault("trace(bad.log, MB/s)", folder.path()) ==
        folder.file("bad.log") + ":2:3: \"fast\": not a number; expected a rate");
  const std::string units =
      "B/s, kB/s, MB/s, GB/s, TB/s, KiB/s, MiB/s, GiB/s, bit/s, kbit/s, Mbit/s, Gbit/s or mahimahi";
  CHECK(fault("trace(bus.log, Mbits/s)", folder.path()) ==
        "argument \"Mbits/s\": unknown format of a trace; expected the unit of its rates, " +
            units + "; did you mean \"Mbit/s\"?");
  CHECK(fault("trace(bus.log, mahimhi)", folder.path()) ==
        "argument \"mahimhi\": unknown format of a trace; expected the unit of its rates, " +
            units + "; did you mean \"mahimahi\"?");
  CHECK(fault("trace(bus.log, MB/s, repaet)", folder.path()) ==
        "argument \"repaet\": unknown end of a trace; expected repeat or hold; did you mean "
        "\"repeat\"?");
  CHECK(fault("trace(bus.log, MB/s, repeat, randm)", folder.path()) ==
        "argument \"randm\": not a number; expected a number and a unit: ns, us, ms, s, min or h, "
        "or random; did you mean \"random\"?");
  CHECK(fault("trace(bus.log, MB/s, repeat, 15)", folder.path()) ==
        "argument \"15\": missing unit; expected ns, us, ms, s, min or h, or random");
  CHECK(fault("trace(bus.log)", folder.path()) ==
        "1 argument; expected trace(file, unit or mahimahi, repeat or hold, offset or random)");
}

TEST_CASE("Parameters that make no channel are refused", "[scenarios][channel]") {
  const std::string slot = "a slot of 0; expected a time above 0";
  CHECK(fault("every(0 s, 1 MB/s)") == "argument \"0 s\": " + slot);
  CHECK(fault("gilbert(0, 1 MB/s, 0, 3 s, 3 s)") == "argument \"0\": " + slot);
  CHECK(fault("every(1, 1 MB/s)") ==
        "argument \"1\": missing unit; expected ns, us, ms, s, min or h");
  CHECK(
      fault("every(1 s, uniform(0, 2))")
          .starts_with("argument \"uniform(0, 2)\": argument \"2\": missing unit; expected B/s, "));
  CHECK(fault("every(1 s, every(1 s, 1 MB/s))")
            .starts_with("argument \"every(1 s, 1 MB/s)\": unknown distribution \"every\""));
  CHECK(fault("gilbert(1 s, 1 MB/s, 0, 3 s, 500 ms)") ==
        "argument \"500 ms\": a mean time shorter than the slot; expected at least 1 s");
  CHECK(fault("gauss-markov(1 s, 1 MB/s, 1 MB/s, 1, 0, 2 MB/s)") ==
        "argument \"1\": out of range; expected a memory from 0 to below 1");
  CHECK(fault("gauss-markov(1 s, 1 MB/s, 1 MB/s, -0.1, 0, 2 MB/s)") ==
        "argument \"-0.1\": negative; expected at least 0");
  CHECK(fault("gauss-markov(1 s, 1 MB/s, 1 MB/s, 0.5, 3 MB/s, 2 MB/s)") ==
        "the low bound is above the high one; expected low <= high");
}

TEST_CASE("Rows of transitions are checked", "[scenarios][channel]") {
  CHECK(fault("markov(1 s, 1 MB/s: 0.5 0.5, 2 MB/s: 0.5 0.25)") ==
        "argument \"2 MB/s: 0.5 0.25\": the probabilities sum to 0.75; expected 1");
  CHECK(fault("markov(1 s, 1 MB/s: 0.5 0.5, 2 MB/s: 1)") ==
        "argument \"2 MB/s: 1\": 1 probability; expected one for each of the 2 states");
  CHECK(fault("markov(1 s, 1 MB/s: 0.5 0.25 0.25, 2 MB/s: 0 1)") ==
        "argument \"1 MB/s: 0.5 0.25 0.25\": 3 probabilities; expected one for each of the 2 "
        "states");
  CHECK(fault("markov(1 s, 1 MB/s: 1.5 -0.5, 2 MB/s: 0 1)") ==
        "argument \"1 MB/s: 1.5 -0.5\": negative; expected at least 0");
  CHECK(fault("markov(1 s, 1 MB/s: 0.5 half, 2 MB/s: 0 1)") ==
        "argument \"1 MB/s: 0.5 half\": not a number; expected a number");
  CHECK(fault("markov(1 s, 1 MB/s, 2 MB/s: 0 1)") ==
        "argument \"1 MB/s\": no probabilities; expected rate: probability of each state to be the "
        "next");
  // The tolerance is 1e-9.
  CHECK(fault("markov(1 s, 1 MB/s: 0.5 0.5000000005, 2 MB/s: 0 1)") == "no fault");
  CHECK(fault("markov(1 s, 1 MB/s: 0.5 0.500000002, 2 MB/s: 0 1)") ==
        "argument \"1 MB/s: 0.5 0.500000002\": the probabilities sum to 1.000000002; expected 1");
}

TEST_CASE("A channel that is an outage for ever is refused", "[scenarios][channel]") {
  const std::string expected = "the rate is 0 for ever; expected a rate above 0 at some time";
  CHECK(fault("every(1 s, 0)") == expected);
  CHECK(fault("every(1 s, choice(0: 1, 1 MB/s: 0))") == expected);
  CHECK(fault("gilbert(1 s, 0, 0, 3 s, 3 s)") == expected);
  CHECK(fault("gauss-markov(1 s, 1 MB/s, 1 MB/s, 0.5, 0, 0)") == expected);
  CHECK(fault("gauss-markov(1 s, 0, 0, 0.5, 0, 1 MB/s)") == expected);
  CHECK(fault("markov(1 s, 0: 0.5 0.5, 0: 0.5 0.5)") == expected);
  // The first state is drawn from the limit: all in the outage that does not end.
  CHECK(fault("markov(1 s, 1 MB/s: 0.5 0.5, 0: 0 1)") == expected);
  CHECK(fault("gauss-markov(1 s, 0, 1 MB/s, 0.5, 0, 1 MB/s)") == "no fault");
}

TEST_CASE("A malformed channel says what it should look like", "[scenarios][channel]") {
  CHECK(fault("gilbrt(1 s, 2 MB/s, 0, 3 s, 3 s)") ==
        "unknown channel \"gilbrt\"; expected uniform, normal, exponential, lognormal, choice, "
        "every, gauss-markov, gilbert, markov or trace; did you mean \"gilbert\"?");
  CHECK(fault("unifrm(0, 2 MB/s)").find("did you mean \"uniform\"?") != std::string::npos);
  CHECK(fault("every(1 s)") == "1 argument; expected every(slot, distribution)");
  CHECK(fault("every()") == "0 arguments; expected every(slot, distribution)");
  CHECK(fault("gilbert(1 s, 2 MB/s, 0, 3 s)") ==
        "4 arguments; expected gilbert(slot, good, bad, mean good time, mean bad time)");
  CHECK(fault("markov(1 s)") == "1 argument; expected markov(slot, rate: probability ..., ...)");
  const std::string missing =
      "missing \")\"; expected name(argument, ...), in quotes inside { } or [ ]";
  CHECK(fault("every(1 s, uniform(0, 2 MB/s)") == missing);
  CHECK(fault("every(") == missing);
  const std::string after = "unexpected text after \")\"; expected name(argument, ...)";
  CHECK(fault("every(1 s, 1 MB/s))") == after);
  CHECK(fault("every(1 s, 1 MB/s) twice") == after);
  const std::string empty = "an argument is empty; expected name(argument, ...)";
  CHECK(fault("every(1 s,, 1 MB/s)") == empty);
  CHECK(fault("every(,)") == empty);
  CHECK(fault("every(1 s, )") == empty);
}

TEST_CASE("Every form is listed with its arguments", "[scenarios][channel]") {
  std::vector<std::string> names;
  for (const ChannelForm& form : channel_forms()) {
    names.push_back(form.name);
    CHECK_FALSE(form.summary.empty());
    CHECK_FALSE(form.pattern.empty());
    CHECK(fault(form.name + "()") ==
          "0 arguments; expected " + form.name + "(" + form.arguments + ")");
  }
  CHECK(names == std::vector<std::string>{"every", "gauss-markov", "gilbert", "markov", "trace"});
}
