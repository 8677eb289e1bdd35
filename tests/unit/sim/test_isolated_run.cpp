#include <unistd.h>

#include <csignal>
#include <thread>

#include "core/errors.hpp"
#include "core/text.hpp"
#include "sim/isolated_run.hpp"
#include "sim/record_stream.hpp"
#include "tests/catch.hpp"
#include "tests/unit/sim/support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

TaskRecord numbered(std::uint64_t task) {
  TaskRecord record;
  record.task = task;
  record.device = 3;
  record.finish = Seconds{1.5};
  record.decision_ns = -7;
  record.placement.assign(task % 40, kCloud);
  record.status = TaskStatus::failed;
  return record;
}

}  // namespace

TEST_CASE("A record survives the pipe byte for byte, wherever it is cut", "[sim][isolated]") {
  std::string bytes;
  encode(numbered(39), bytes);
  TaskRecord back;
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    std::string_view part = std::string_view(bytes).substr(0, cut);
    REQUIRE_FALSE(decode(part, back));
    REQUIRE(part.size() == cut);
  }
  std::string_view whole = bytes;
  REQUIRE(decode(whole, back));
  CHECK(whole.empty());
  CHECK(back.task == 39);
  CHECK(back.device == 3);
  CHECK(back.finish.value() == 1.5);
  CHECK(back.decision_ns == -7);
  CHECK(back.placement == Placement(39, kCloud));
  CHECK(back.status == TaskStatus::failed);
}

TEST_CASE("An activity survives the pipe byte for byte, wherever it is cut", "[sim][isolated]") {
  ActivityRecord record{
      9,      8, 7,    ActivityKind::transfer, true,         true,
      65'536, 4, 3.25, Seconds{2.5},           Seconds{1e9}, Placement(33, kEdge)};
  std::string bytes;
  encode(record, bytes);
  ActivityRecord back;
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    std::string_view part = std::string_view(bytes).substr(0, cut);
    REQUIRE_FALSE(decode(part, back));
  }
  std::string_view whole = bytes;
  REQUIRE(decode(whole, back));
  CHECK(whole.empty());
  CHECK(back == record);
  record.kind = ActivityKind::decide;
  record.on_link = false;
  CHECK_FALSE(back == record);
}

TEST_CASE("A task's activities reach the parent in order and before the task", "[sim][isolated]") {
  class Order final : public Observer {
   public:
    void activity(const ActivityRecord& record) override {
      good = good && record.task >= finished && record.order == activities;
      ++activities;
    }
    void task_finished(const TaskRecord& record) override {
      good = good && record.task == finished && activities >= 2 * (finished + 1);
      ++finished;
    }
    std::uint64_t activities = 0;
    std::uint64_t finished = 0;
    bool good = true;
  };
  constexpr std::uint64_t kTasks = 5'000;  // some ten batches
  Order seen;
  run_isolated(
      [](Observer& observer, const std::atomic<bool>&) {
        for (std::uint64_t i = 0; i < kTasks; ++i) {
          ActivityRecord record;
          record.task = i;
          for (std::uint64_t k = 0; k < 2; ++k) {
            record.order = 2 * i + k;  // here: of the activity
            observer.activity(record);
          }
          observer.task_finished(numbered(i));
        }
        return RunCounts{kTasks, kTasks};
      },
      seen, kNoStop);
  CHECK(seen.activities == 2 * kTasks);
  CHECK(seen.finished == kTasks);
  CHECK(seen.good);
}

TEST_CASE("Everything that the child finishes reaches the parent in order", "[sim][isolated]") {
  Collector seen;
  const RunCounts counts = run_isolated(
      [](Observer& observer, const std::atomic<bool>&) {
        for (std::uint64_t i = 0; i < 50'000; ++i) {
          observer.task_finished(numbered(i));
        }
        return RunCounts{50'001, 50'000, 0, 1};
      },
      seen, kNoStop);
  CHECK(counts.released == 50'001);
  CHECK(counts.in_flight == 1);
  REQUIRE(seen.records.size() == 50'000);
  for (std::uint64_t i = 0; i < seen.records.size(); ++i) {
    REQUIRE(seen.records[i].task == i);
  }
}

TEST_CASE("A child that dies is reported, and what it finished is kept", "[sim][isolated]") {
  Collector seen;
  const auto crash = [](Observer& observer, const std::atomic<bool>&) -> RunCounts {
    observer.task_finished(numbered(1));
    ::usleep(150'000);
    observer.task_finished(numbered(2));  // flushes: the last flush is a tenth of a second ago
    ::raise(SIGKILL);
    return {};
  };
  CHECK_THROWS_WITH(run_isolated(crash, seen, kNoStop),
                    "the simulation process killed by signal 9 (Killed)");
  CHECK(seen.records.size() == 2);
}

TEST_CASE("Errors keep their kind across the process boundary", "[sim][isolated]") {
  Collector seen;
  const auto user = [](Observer&, const std::atomic<bool>&) -> RunCounts {
    throw UserError("yours");
  };
  const auto policy = [](Observer&, const std::atomic<bool>&) -> RunCounts {
    throw PolicyError("yours too");
  };
  const auto other = [](Observer&, const std::atomic<bool>&) -> RunCounts {
    throw std::runtime_error("ours");
  };
  CHECK_THROWS_AS(run_isolated(user, seen, kNoStop), UserError);
  CHECK_THROWS_AS(run_isolated(policy, seen, kNoStop), UserError);
  CHECK_THROWS_AS(run_isolated(other, seen, kNoStop), RunError);
}

TEST_CASE("An observer that throws ends the child too", "[sim][isolated]") {
  class Full final : public Observer {
    void task_finished(const TaskRecord&) override { throw std::runtime_error("disk full"); }
  } full;
  const auto endless = [](Observer& observer, const std::atomic<bool>&) -> RunCounts {
    for (std::uint64_t i = 0;; ++i) {
      observer.task_finished(numbered(i));
    }
  };
  CHECK_THROWS_WITH(run_isolated(endless, full, kNoStop), "disk full");
}

TEST_CASE("An interrupted child hands over what it finished", "[sim][isolated]") {
  std::atomic<bool> interrupted{false};
  std::thread later([&] {
    ::usleep(300'000);
    interrupted = true;
  });
  Collector seen;
  SECTION("when it listens") {
    const RunCounts counts = run_isolated(
        [](Observer& observer, const std::atomic<bool>& stop) {
          std::uint64_t n = 0;
          while (!stop) {
            observer.task_finished(numbered(n++));
            ::usleep(1000);
          }
          return RunCounts{n + 1, n, 0, 1};
        },
        seen, interrupted);
    CHECK(counts.completed == seen.records.size());
    CHECK(counts.in_flight == 1);
    CHECK(counts.completed > 0);
  }
  SECTION("and is killed when it does not") {
    const RunCounts counts = run_isolated(
        [](Observer& observer, const std::atomic<bool>&) -> RunCounts {
          observer.task_finished(numbered(0));
          ::usleep(150'000);
          observer.task_finished(numbered(1));
          for (;;) {
            ::usleep(1000);
          }
        },
        seen, interrupted);
    CHECK(counts.completed == 2);
    CHECK(seen.records.size() == 2);
  }
  later.join();
}
