// Counts calls of the global operator new, which this header replaces: for one file of an
// executable of its own.
#pragma once

#include <atomic>
#include <cstdlib>
#include <new>

namespace mec::test {

namespace detail {

inline std::atomic<long> allocation_count{0};

inline void* counted(std::size_t size) noexcept {
  ++allocation_count;
  return std::malloc(size);  // NOLINT(cppcoreguidelines-no-malloc)
}

inline void* counted_or_throw(std::size_t size) {
  void* memory = counted(size);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

inline void release(void* memory) noexcept {
  std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc)
}

}  // namespace detail

/// Since the program started.
inline long allocations() { return detail::allocation_count.load(); }

}  // namespace mec::test

// All that a library may call, so that memory is given back the way it was taken.
// NOLINTBEGIN(misc-definitions-in-headers)
void* operator new(std::size_t size) { return mec::test::detail::counted_or_throw(size); }
void* operator new[](std::size_t size) { return mec::test::detail::counted_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return mec::test::detail::counted(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return mec::test::detail::counted(size);
}
void operator delete(void* memory) noexcept { mec::test::detail::release(memory); }
void operator delete[](void* memory) noexcept { mec::test::detail::release(memory); }
void operator delete(void* memory, std::size_t) noexcept { mec::test::detail::release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { mec::test::detail::release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  mec::test::detail::release(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  mec::test::detail::release(memory);
}
// NOLINTEND(misc-definitions-in-headers)
