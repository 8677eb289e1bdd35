// Deciding the usual task allocates nothing. Counts calls of the global operator new, so this test
// is an executable of its own.
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/catch.hpp"
#include "tests/support/policy_variants.hpp"
#include "tests/support/random_problems.hpp"

namespace {

std::atomic<long> allocations{0};

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-no-malloc,misc-definitions-in-headers)
void* operator new(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND(cppcoreguidelines-no-malloc,misc-definitions-in-headers)

namespace mec {

TEST_CASE("Deciding a task of six subtasks allocates nothing", "[policy][allocation]") {
  RandomEngine random = test::engine("allocation");
  const SystemState state(test::paper_state(random));
  const ChainTask task = test::paper_task(random);
  for (const PolicySpec& spec : test::every_variant()) {
    const auto policy = test::make(spec);
    const long before = allocations.load();
    const Placement placement = test::decide(*policy, task, state);
    const long after = allocations.load();
    CAPTURE(test::label(spec));
    REQUIRE(after - before == 0);
    REQUIRE(placement.size() == 6);
  }
}

TEST_CASE("The allocation counter counts", "[policy][allocation]") {
  const long before = allocations.load();
  const std::vector<double> memory(100);
  const long after = allocations.load();
  REQUIRE(memory.size() == 100);
  REQUIRE(after - before == 1);
}

}  // namespace mec
