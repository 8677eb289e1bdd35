#include "results/decisions_csv.hpp"
#include "results/published_csv.hpp"
#include "tests/catch.hpp"
#include "tests/unit/results/messages.hpp"

using namespace mec;

namespace {

DecisionBench example() {
  DecisionBench bench{"paper, 5.1", "Some CPU @ 3 GHz", 3.0, 1.0, {}};
  bench.timings.push_back({"greedy", 4096, 15, 256, 12.5, 25.0, 12.25});
  bench.timings.push_back({"optimal(solver=exhaustive)", 44, 15, 44, 1e6, 2e6, 1e6});
  return bench;
}

}  // namespace

TEST_CASE("decisions.csv: a row a policy, with Greedy as the measure", "[results][decisions]") {
  // Relative: 12.5 / 12.5 and 1e6 / 12.5. Cycles: 12.5 ns * 3 per ns = 37.5, rounded; 3e6.
  CHECK(decisions_csv(example()) ==
        "scenario,policy,tasks,repetitions,single_median_ns,single_p99_ns,batch,batched_median_ns,"
        "relative_to_greedy,cycles,machine\n"
        "\"paper, 5.1\",greedy,4096,15,12.5,25,256,12.25,1,38,Some CPU @ 3 GHz\n"
        "\"paper, 5.1\",optimal(solver=exhaustive),44,15,1000000,2000000,44,1000000,80000,3000000,"
        "Some CPU @ 3 GHz\n");
}

TEST_CASE("Without Greedy, decisions.csv compares with nothing", "[results][decisions]") {
  DecisionBench bench = example();
  bench.timings.erase(bench.timings.begin());
  CHECK(contains(decisions_csv(bench), ",1000000,,3000000,"));
  CHECK(contains(decisions_table(bench), " - "));
}

TEST_CASE("The table of decisions has aligned columns and says on what", "[results][decisions]") {
  // Names as wide as the longest, 26; then columns of 11, the last one of 13.
  CHECK(decisions_table(example()) ==
        "                                      one by one    batched   median /\n"
        "policy                         median        p99     median   Greedy's       cycles\n"
        "greedy                        12.5 ns    25.0 ns    12.2 ns       1.00           38\n"
        "optimal(solver=exhaustive)    1.00 ms    2.00 ms    1.00 ms   80000.00      3000000\n"
        "44 to 4096 tasks; batches of up to 256; Some CPU @ 3 GHz, 3.00 GHz\n");
}

TEST_CASE("The table of decisions says when others had the processor", "[results][decisions]") {
  DecisionBench bench = example();
  CHECK_FALSE(contains(decisions_table(bench), "busy"));
  bench.cpu_share = 0.5;
  CHECK(contains(decisions_table(bench), "had a processor for 50 % of its time"));
}

TEST_CASE("The table of decisions stays within 100 columns", "[results][decisions]") {
  DecisionBench bench = example();
  bench.machine = std::string(200, 'm');
  bench.timings.front().policy = std::string(200, 'p');
  bench.timings.front().single_median_ns = 3.6e12;
  const std::string table = decisions_table(bench);
  for (std::size_t start = 0; start < table.size();) {
    const std::size_t end = table.find('\n', start);
    CHECK(end - start <= 100 + 2);  // an ellipsis is three bytes
    start = end + 1;
  }
  bench.timings.clear();
  CHECK(decisions_table(bench) == "no policy was measured\n");
}

TEST_CASE("published.csv lists latencies, then decision times, with their source",
          "[results][published]") {
  PublishedResults published;
  published.source = "Chen 2020, Fig. 5";
  published.latency = {{"dil", 1.095}, {"optimal", 1.0}};
  published.decision_time = {{"drl", 119.72}};
  CHECK(published_csv(published) ==
        "quantity,policy,value,source\n"
        "latency,dil,1.095,\"Chen 2020, Fig. 5\"\n"
        "latency,optimal,1,\"Chen 2020, Fig. 5\"\n"
        "decision_time,drl,119.72,\"Chen 2020, Fig. 5\"\n");
}

TEST_CASE("Nothing published is no published.csv", "[results][published]") {
  PublishedResults published;
  published.source = "nobody";
  CHECK(published_csv(published).empty());
}
