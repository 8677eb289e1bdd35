#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <cmath>
#include <fstream>
#include <iterator>

#include "core/errors.hpp"
#include "scenarios/workload_file.hpp"
#include "scenarios/workload_writer.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

WorkItem simple_item() {
  WorkItem item;
  item.task = 3;
  item.device = 1;
  item.release = Seconds{0.1};
  item.chain = {{Cycles{1e6}, Cycles{0.5}}, {Bytes{1}, Bytes{2}, Bytes{0}}};
  item.state = ThreeTierState{Hertz{1e9}, Hertz{2e9}, BytesPerSecond{1e6}, BytesPerSecond{0.3}};
  return item;
}

// Any double between 1e-60 and 1e60, all bits of its fraction at random.
double any_value(RandomEngine& engine) {
  boost::random::uniform_01<double> unit;
  return std::pow(10.0, 120.0 * unit(engine) - 60.0);
}

WorkItem any_item(std::uint64_t id, RandomEngine& engine) {
  boost::random::uniform_int_distribution<std::size_t> length(1, 12);
  WorkItem item;
  item.task = id * 0x9E3779B97F4A7C15ULL;  // odd: distinct ids over all 64 bits
  item.device = static_cast<std::uint32_t>(id % 100'000);
  item.release = Seconds{any_value(engine)};
  const std::size_t n = length(engine);
  for (std::size_t t = 0; t < n; ++t) {
    item.chain.work.emplace_back(t == 2 ? 0.0 : any_value(engine));
  }
  for (std::size_t t = 0; t <= n; ++t) {
    item.chain.data.emplace_back(any_value(engine));
  }
  item.state = ThreeTierState{Hertz{any_value(engine)}, Hertz{any_value(engine)},
                              BytesPerSecond{any_value(engine)}, BytesPerSecond{any_value(engine)}};
  return item;
}

}  // namespace

TEST_CASE("A workload is written as documented", "[scenarios][workload]") {
  const Scratch scratch;
  WorkloadWriter writer(scratch.path("w.csv"), {});
  writer.write(simple_item());
  writer.finish();
  CHECK(text_of(scratch.path("w.csv")) ==
        "task,device,release_s,work_cycles,data_bytes,p1_hz,p2_hz,b1_Bps,b2_Bps\n"
        "3,1,0.1,1000000 0.5,1 2 0,1000000000,2000000000,1000000,0.3\n");
}

TEST_CASE("What means nothing in a network is left empty", "[scenarios][workload]") {
  const Scratch scratch;
  const auto row_of = [&](const NetworkModel& network) {
    WorkloadWriter writer(scratch.path("w.csv"), network);
    writer.write(simple_item());
    writer.finish();
    CHECK(read_workload(scratch.path("w.csv"), network).size() == 1);
    const std::string text = text_of(scratch.path("w.csv"));
    return text.substr(text.find('\n') + 1);
  };
  const std::string start = "3,1,0.1,1000000 0.5,1 2 0,1000000000,";
  NetworkModel moving;
  moving.b1 = GilbertRate{Seconds{1}, BytesPerSecond{2}, BytesPerSecond{1}, Seconds{3}, Seconds{3}};
  CHECK(row_of(moving) == start + "2000000000,,0.3\n");
  NetworkModel asymmetric;
  asymmetric.b2_down = Distribution{Constant{5}};
  CHECK(row_of(asymmetric) == start + "2000000000,1000000,\n");
  NetworkModel graph;
  graph.graph.emplace();
  CHECK(row_of(graph) == start + ",,\n");
}

TEST_CASE("What was written is read back bit for bit", "[scenarios][workload]") {
  const Scratch scratch;
  RandomEngine engine(7);
  std::vector<WorkItem> items;
  WorkloadWriter writer(scratch.path("w.csv"), {});
  for (std::uint64_t id = 0; id < 5'000; ++id) {
    items.push_back(any_item(id, engine));
    writer.write(items.back());
  }
  writer.finish();
  const auto read = read_workload(scratch.path("w.csv"), {});
  REQUIRE(read.size() == items.size());
  bool same = true;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const WorkItem& a = items[i];
    const RecordedTask& b = read[i];
    same = same && a.task == b.task && a.device == b.device && a.release == b.release &&
           a.chain.work == b.chain.work && a.chain.data == b.chain.data &&
           b.p1 == a.state.speeds[kDevice] && b.p2 == a.state.speeds[kEdge] &&
           b.b1 == a.state.rates[kUplink] && b.b2 == a.state.rates[kBackhaulUp];
  }
  CHECK(same);
}

TEST_CASE("A workload that is not finished leaves nothing, not even over an old file",
          "[scenarios][workload]") {
  const Scratch scratch;
  const auto path = scratch.write("w.csv", "old");
  {
    WorkloadWriter writer(path, {});
    writer.write(simple_item());
    CHECK(files_in(scratch.path("")) == 2);
  }
  CHECK(text_of(path) == "old");
  CHECK(files_in(scratch.path("")) == 1);
  WorkloadWriter writer(path, {});
  writer.finish();
  CHECK(text_of(path).starts_with("task,"));
  CHECK(files_in(scratch.path("")) == 1);
}

TEST_CASE("A workload that cannot be written says why", "[scenarios][workload]") {
  const Scratch scratch;
  CHECK_THROWS_AS(WorkloadWriter(scratch.path("no/w.csv"), {}), UserError);
  CHECK_THROWS_WITH(WorkloadWriter(scratch.path("no/w.csv"), {}),
                    "cannot write " + scratch.path("no/w.csv") + ": No such file or directory");
  WorkloadWriter writer("/dev/full", {});
  writer.write(simple_item());
  CHECK_THROWS_AS(writer.finish(), OutputError);
}
