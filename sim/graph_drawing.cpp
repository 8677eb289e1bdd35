#include "sim/graph_drawing.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "core/errors.hpp"

namespace mec {

namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(fmt::format("cannot run dot: {}: {}", what, std::strerror(errno)));
}

// A file, not a pipe: whoever writes to one pipe and reads from another may wait for ever.
File unnamed_file(const std::string& text) {
  File file(std::tmpfile());
  if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() ||
      std::fflush(file.get()) != 0 || ::lseek(::fileno(file.get()), 0, SEEK_SET) != 0) {
    fail("temporary file");
  }
  return file;
}

std::string read_to_end(int descriptor) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EINTR) {
      return text;
    }
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      fail("waitpid");
    }
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

pid_t spawn_dot(std::string option, int input, int output) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  std::string program = "dot";
  const std::array<char*, 3> argv = {program.data(), option.data(), nullptr};
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw UserError(
        fmt::format("cannot run dot ({}), which draws pictures: apt install graphviz, or write "
                    "the Graphviz text, --out FILE.dot",
                    std::strerror(error)));
  }
  return child;
}

}  // namespace

std::string draw_graph(const std::string& dot_text, const std::string& format) {
  const File input = unnamed_file(dot_text);
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    fail("pipe");
  }
  pid_t child = 0;
  try {
    child = spawn_dot("-T" + format, ::fileno(input.get()), pipe[1]);
  } catch (const UserError&) {
    ::close(pipe[0]);
    ::close(pipe[1]);
    throw;
  }
  ::close(pipe[1]);
  std::string picture = read_to_end(pipe[0]);
  ::close(pipe[0]);
  const int status = wait_for(child);
  if (status != 0 || picture.empty()) {
    throw std::runtime_error(fmt::format("dot could not draw the picture (exit {})", status));
  }
  return picture;
}

}  // namespace mec
