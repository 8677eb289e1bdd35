#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "core/file_lock.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"

namespace mec {

using Attempt = FileLock::Attempt;

TEST_CASE("Only one has a lock at a time", "[core][lock]") {
  const test::Scratch folder;
  std::optional<FileLock> first(folder / "lock");
  FileLock second(folder / "lock");
  REQUIRE(first->try_lock() == Attempt::held);
  CHECK(first->try_lock() == Attempt::held);  // it has it still
  CHECK(second.try_lock() == Attempt::busy);
  first.reset();
  CHECK_FALSE(std::filesystem::exists(folder / "lock"));
  CHECK(second.try_lock() == Attempt::held);
}

TEST_CASE("A lock that was never had is left alone", "[core][lock]") {
  const test::Scratch folder;
  FileLock holder(folder / "lock");
  REQUIRE(holder.try_lock() == Attempt::held);
  {
    FileLock other(folder / "lock");
    REQUIRE(other.try_lock() == Attempt::busy);
  }
  CHECK(std::filesystem::exists(folder / "lock"));
}

TEST_CASE("The lock of a killed process is free", "[core][lock]") {
  const test::Scratch folder;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    FileLock lock(folder / "lock");
    const char held = lock.try_lock() == Attempt::held ? 'y' : 'n';
    static_cast<void>(!::write(ends[1], &held, 1));
    ::pause();
    ::_exit(0);
  }
  char held = 'n';
  REQUIRE(::read(ends[0], &held, 1) == 1);
  ::close(ends[0]);
  ::close(ends[1]);
  FileLock lock(folder / "lock");
  CHECK(held == 'y');
  CHECK(lock.try_lock() == Attempt::busy);
  REQUIRE(::kill(child, SIGKILL) == 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK(std::filesystem::exists(folder / "lock"));
  CHECK(lock.try_lock() == Attempt::held);
}

TEST_CASE("A lock that cannot be opened is impossible", "[core][lock]") {
  const test::Scratch folder;
  CHECK(FileLock(folder / "nowhere/lock").try_lock() == Attempt::impossible);
  CHECK(FileLock(folder.path().string()).try_lock() == Attempt::impossible);  // a folder
}

}  // namespace mec
