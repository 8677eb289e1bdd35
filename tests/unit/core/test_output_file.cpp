#include "core/output_file.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"

using namespace mec;
using namespace mec::test;
namespace fs = std::filesystem;

TEST_CASE("A file appears under its name only when it is committed", "[core][output]") {
  const Scratch scratch;
  const std::string path = scratch / "a.csv";
  OutputFile file(path);
  file.write("one\n");
  file.flush();
  CHECK_FALSE(fs::exists(path));
  CHECK(read_file(path + ".part") == "one\n");
  file.write("two\n");
  file.commit();
  CHECK(read_file(path) == "one\ntwo\n");
  CHECK_FALSE(fs::exists(path + ".part"));
  CHECK_THROWS_AS(file.flush(), std::logic_error);
}

TEST_CASE("A file that is not committed keeps what it got, and the old file", "[core][output]") {
  const Scratch scratch;
  const std::string path = scratch / "a.csv";
  put_file(path, "old");
  { OutputFile(path).write("new"); }
  CHECK(read_file(path) == "old");
  CHECK(read_file(path + ".part") == "new");
  write_file(path, "newer");
  CHECK(read_file(path) == "newer");
}

TEST_CASE("Whether a file can be written is found out without a trace", "[core][output]") {
  const Scratch scratch;
  const std::string path = scratch / "a.onnx";
  check_writable(path);
  CHECK(fs::is_empty(scratch.path()));
  put_file(path, "old");
  check_writable(path);
  CHECK(read_file(path) == "old");
  CHECK_THROWS_WITH(check_writable(scratch / "no/such"),
                    "cannot write " + (scratch / "no/such") + ": No such file or directory");
  CHECK_THROWS_AS(check_writable(scratch.path().string()), UserError);  // a directory
}

TEST_CASE("More text than the buffer holds comes out in order", "[core][output]") {
  const Scratch scratch;
  std::string expected;
  OutputFile file(scratch / "big");
  for (int i = 0; i < 50'000; ++i) {
    const std::string row = std::to_string(i) + "\n";
    file.write(row);
    expected += row;
  }
  const std::string block(1'000'000, 'x');  // larger than the buffer itself
  file.write(block);
  file.write("end");
  file.commit();
  CHECK(read_file(scratch / "big") == expected + block + "end");
}

TEST_CASE("A full disk is an OutputError that names the file and the reason", "[core][output]") {
  OutputFile file("/dev/full");
  file.write("x");
  CHECK_THROWS_WITH(file.commit(), "cannot write /dev/full: No space left on device");
  CHECK_FALSE(fs::exists("/dev/full.part"));
}

TEST_CASE("A .part that is a symbolic link is followed", "[core][output]") {
  const Scratch scratch;
  fs::create_symlink("/dev/full", scratch / "tasks.csv.part");
  OutputFile file(scratch / "tasks.csv");
  file.write(std::string(1'000'000, 'x'));
  CHECK_THROWS_AS(file.write("y"), OutputError);
  CHECK_FALSE(fs::exists(scratch / "tasks.csv"));
}

TEST_CASE("A file in a directory that is not there is the user's fault", "[core][output]") {
  const Scratch scratch;
  const std::string path = scratch / "none/a.csv";
  CHECK_THROWS_AS(OutputFile(path), UserError);
  CHECK_THROWS_WITH(OutputFile(path), "cannot write " + path + ": No such file or directory");
  CHECK_THROWS_WITH(OutputFile(scratch.path().string()),
                    "cannot write " + scratch.path().string() + ": Is a directory");
}

TEST_CASE("A discarded file leaves nothing, and the old file", "[core][output]") {
  const Scratch scratch;
  const std::string path = scratch.write("a.csv", "old");
  OutputFile file(path);
  file.write("new");
  file.discard();
  CHECK(read_file(path) == "old");
  CHECK_FALSE(fs::exists(path + ".part"));
}

TEST_CASE("A symbolic link stays one", "[core][output]") {
  const Scratch scratch;
  scratch.write("real.csv", "old");
  fs::create_symlink("real.csv", scratch / "link.csv");
  write_file(scratch / "link.csv", "new");
  CHECK(fs::is_symlink(scratch / "link.csv"));
  CHECK(read_file(scratch / "real.csv") == "new");
}
