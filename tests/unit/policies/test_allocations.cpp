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

void* counted(std::size_t size) noexcept {
  ++allocations;
  return std::malloc(size);  // NOLINT(cppcoreguidelines-no-malloc)
}

void* counted_or_throw(std::size_t size) {
  void* memory = counted(size);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

void release(void* memory) noexcept { std::free(memory); }  // NOLINT(cppcoreguidelines-no-malloc)

}  // namespace

// All that a library may call, so that memory is given back the way it was taken.
// NOLINTBEGIN(misc-definitions-in-headers)
void* operator new(std::size_t size) { return counted_or_throw(size); }
void* operator new[](std::size_t size) { return counted_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { release(memory); }
// NOLINTEND(misc-definitions-in-headers)

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
