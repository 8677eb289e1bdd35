#include <cmath>

#include "results/batch_sums.hpp"
#include "results/compensated_sum.hpp"
#include "tests/catch.hpp"

using namespace mec;

TEST_CASE("A task is a batch of its own up to the largest number", "[results][batch]") {
  BatchSums sums;
  for (std::size_t i = 0; i < BatchSums::kMaxBatches; ++i) {
    sums.add(sums_of_task(static_cast<double>(i), 1));
  }
  CHECK(sums.batch_size() == 1);
  CHECK(sums.batches().size() == BatchSums::kMaxBatches);
  CHECK(sums.batches()[10].latency == 10.0);
}

TEST_CASE("Batches merge in pairs and keep every sum", "[results][batch]") {
  // Latencies are whole numbers, so sums are exact: 0 + 1 + ... + (n - 1) = n (n - 1) / 2.
  BatchSums sums;
  const std::size_t n = 3 * BatchSums::kMaxBatches + 5;  // batches of four, the last one short
  for (std::size_t i = 0; i < n; ++i) {
    sums.add(sums_of_task(static_cast<double>(i), 2));
  }
  CHECK(sums.batch_size() == 4);
  CHECK(sums.batches().size() == 3 * BatchSums::kMaxBatches / 4 + 2);
  CHECK(sums.batches()[10].latency == 40.0 + 41 + 42 + 43);
  CHECK(sums.batches().back().tasks == 1.0);
  TaskSums total;
  for (const TaskSums& batch : sums.batches()) {
    total += batch;
  }
  const auto count = static_cast<double>(n);
  CHECK(total.tasks == count);
  CHECK(total.latency == count * (count - 1) / 2);
  CHECK(total.optimum == 2 * count);
  CHECK(total.ratio == total.latency / 2);
}

TEST_CASE("A failed task holds its position and adds nothing", "[results][batch]") {
  BatchSums sums;
  sums.add(sums_of_task(1, 1));
  sums.add({});
  sums.add(sums_of_task(3, 1));
  CHECK(sums.batches().size() == 3);
  CHECK(sums.batches()[1].tasks == 0.0);
  CHECK(sums.batches()[2].latency == 3.0);
}

TEST_CASE("A ratio exists unless only the optimum is zero or unknown", "[results][ratio]") {
  CHECK(latency_ratio(3, 2) == 1.5);
  CHECK(latency_ratio(0, 0) == 1.0);
  CHECK(latency_ratio(1e-12, 0) == 1.0);
  CHECK_FALSE(latency_ratio(1e-11, 0));
  CHECK_FALSE(latency_ratio(1, 0));
  CHECK_FALSE(latency_ratio(1, 1e-300));  // would be infinite in all but name
  CHECK_FALSE(latency_ratio(1, std::nan("")));
  CHECK_FALSE(latency_ratio(1, HUGE_VAL));
  CHECK(sums_of_task(0, 0).ratio_of_means() == 1.0);
}

TEST_CASE("A compensated sum keeps what cancels and what is small", "[results][sum]") {
  CompensatedSum cancelling;  // Neumaier's own example: naive summation gives 0
  for (const double term : {1.0, 1e100, 1.0, -1e100}) {
    cancelling.add(term);
  }
  CHECK(cancelling.value() == 2.0);
  CompensatedSum tenths;
  for (int i = 0; i < 10'000'000; ++i) {
    tenths.add(0.1);
  }
  CHECK(tenths.value() == 1e6);  // naive: 999,999.9998
}
