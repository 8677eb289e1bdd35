// Expected seconds that were computed independently of this project, simulated on SimGrid in one
// long run.
#include "core/solvers.hpp"
#include "tests/catch.hpp"
#include "tests/support/vectors.hpp"
#include "tests/unit/sim/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

RecordedTask recorded(const VectorRow& row) {
  RecordedTask task;
  task.task = static_cast<std::uint64_t>(row.number("task"));
  task.chain = row.task();
  task.p1 = Hertz{row.number("p1_hz")};
  task.p2 = Hertz{row.number("p2_hz")};
  task.b1 = BytesPerSecond{row.number("b1_Bps")};
  task.b2 = BytesPerSecond{row.number("b2_Bps")};
  return task;
}

// Simulates all rows as `place` has it, one after the other, and compares with a column.
void check_column(const std::vector<VectorRow>& rows, const std::string& column,
                  const std::function<Placement(const VectorRow&)>& place) {
  std::vector<RecordedTask> tasks;
  tasks.reserve(rows.size());
  for (const VectorRow& row : rows) {
    tasks.push_back(recorded(row));
  }
  std::size_t next = 0;
  FunctionPolicy policy([&](const DecisionRequest&) { return place(rows[next++]); });
  const Collector seen = run_on_simgrid(Scenario{}, &tasks, policy);
  REQUIRE(seen.records.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(column, rows[i].text("task"));
    REQUIRE(seen.records[i].task == tasks[i].task);
    REQUIRE(seen.records[i].latency().value() == Approx(rows[i].number(column)).epsilon(1e-9));
  }
}

}  // namespace

TEST_CASE("The simulator agrees with independently computed seconds", "[sim][simgrid][vectors]") {
  const std::vector<VectorRow> rows = vectors_or_warning();
  if (rows.empty()) {
    return;
  }
  const auto all_on_site = [](SiteIndex site) {
    return [site](const VectorRow& row) { return Placement(row.task().size(), site); };
  };
  check_column(rows, "local_s", all_on_site(kDevice));
  check_column(rows, "edge_s", all_on_site(kEdge));
  check_column(rows, "cloud_s", all_on_site(kCloud));
  check_column(rows, "greedy_s",
               [](const VectorRow& row) { return row.placement("greedy_placement"); });
  check_column(rows, "random_s",
               [](const VectorRow& row) { return row.placement("random_placement"); });
  check_column(rows, "optimal_s", [](const VectorRow& row) {
    return solve_dp(row.state().seconds(), row.task().view()).placement;
  });
}
