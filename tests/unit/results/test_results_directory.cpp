#include <unistd.h>

#include "core/errors.hpp"
#include "results/results_directory.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/results/messages.hpp"

using namespace mec;
using namespace mec::test;
namespace fs = std::filesystem;

namespace {

std::string refusal(const fs::path& path) {
  return message_of<UserError>([&path] { const ResultsDirectory directory(path); });
}

}  // namespace

TEST_CASE("A results directory is made with its parents", "[results][directory]") {
  const Scratch scratch;
  const ResultsDirectory directory(scratch / "a/b/c");
  CHECK(fs::is_directory(scratch / "a/b/c"));
  CHECK(directory.file("tasks.csv") == scratch / "a/b/c/tasks.csv");
}

TEST_CASE("Results that are there are refused, or kept until replaced", "[results][directory]") {
  const Scratch scratch;
  const std::string name = GENERATE("tasks.csv", "summary.csv", "manifest.json");
  put_file(scratch / name, "old");
  CHECK(contains(refusal(scratch.path()), name));
  CHECK(contains(refusal(scratch.path()), "--force"));
  const ResultsDirectory forced(scratch.path(), Force::yes);
  CHECK(read_file(scratch / name) == "old");
}

TEST_CASE("Other files do not make a directory hold results", "[results][directory]") {
  const Scratch scratch;
  put_file(scratch / "notes.txt", "");
  put_file(scratch / "tasks.csv.part", "");
  CHECK_NOTHROW(ResultsDirectory(scratch.path()));
}

TEST_CASE("A path that cannot be a results directory is the user's fault", "[results][directory]") {
  const Scratch scratch;
  put_file(scratch / "file", "");
  CHECK(contains(refusal(scratch / "file"), "not a directory"));
  CHECK(contains(refusal(scratch / "file/below"), "Not a directory"));
  if (::geteuid() != 0) {  // root may write anywhere
    fs::permissions(scratch.path(), fs::perms::owner_read | fs::perms::owner_exec);
    CHECK(contains(refusal(scratch.path()), "Permission denied"));
    CHECK(contains(refusal(scratch / "new"), "Permission denied"));
    fs::permissions(scratch.path(), fs::perms::owner_all);
  }
}
