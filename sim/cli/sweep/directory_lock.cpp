#include "sim/cli/sweep/directory_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "core/errors.hpp"

namespace mec::cli {

namespace {

constexpr std::size_t kLongestName = 256;

std::string this_process() {
  std::array<char, kLongestName> host{};
  const bool known = ::gethostname(host.data(), host.size() - 1) == 0;
  return fmt::format("process {} on {}\n", ::getpid(), known ? host.data() : "this machine");
}

std::string holder(int descriptor) {
  std::array<char, kLongestName + 64> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  const std::string all(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::string line = all.substr(0, all.find('\n'));
  return line.empty() ? "another process" : line;
}

}  // namespace

DirectoryLock::DirectoryLock(const std::filesystem::path& directory)
    : descriptor_(::open((directory / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) {
    throw UserError(
        fmt::format("cannot write {}: {}", (directory / ".lock").string(), std::strerror(errno)));
  }
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(descriptor_, F_SETLK, &whole) != 0 && (errno == EACCES || errno == EAGAIN)) {
    const std::string other = holder(descriptor_);
    ::close(descriptor_);
    throw UserError(
        fmt::format("{} is in use by another mecsim ({}): wait until it has ended, or give another "
                    "directory with --out",
                    directory.string(), other));
  }
  const std::string text = this_process();
  if (::ftruncate(descriptor_, 0) == 0) {
    // Only for the other's message.
    [[maybe_unused]] const ssize_t written = ::pwrite(descriptor_, text.data(), text.size(), 0);
  }
}

DirectoryLock::~DirectoryLock() { ::close(descriptor_); }

}  // namespace mec::cli
