#include "core/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/errors.hpp"

namespace mec {

namespace {

bool is_special(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

// Renaming over a symbolic link would replace the link: the file that it names is meant.
std::string followed(std::string path) {
  std::error_code ignored;
  if (!std::filesystem::is_symlink(path, ignored)) {
    return path;
  }
  const std::filesystem::path target = std::filesystem::weakly_canonical(path, ignored);
  return target.empty() ? path : target.string();
}

// Returns false with errno set on failure; a signal or a short write is no failure.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

OutputFile::OutputFile(std::string path)
    : path_(followed(std::move(path))), written_path_(is_special(path_) ? path_ : path_ + ".part") {
  constexpr mode_t kEveryoneMayAsUmaskAllows = 0666;
  descriptor_ = ::open(written_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                       kEveryoneMayAsUmaskAllows);
  if (descriptor_ < 0) {
    if (errno == ENOSPC || errno == EDQUOT) {
      fail();
    }
    throw UserError(reason());
  }
  buffer_.reserve(kCapacity);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) {
    static_cast<void>(write_all(descriptor_, buffer_));
    static_cast<void>(::close(descriptor_));
  }
}

void OutputFile::flush() {
  if (descriptor_ < 0) {
    throw std::logic_error("OutputFile: written to after commit");
  }
  const bool written = write_all(descriptor_, buffer_);
  buffer_.clear();  // a second attempt would repeat what the first one got through
  if (!written) {
    fail();
  }
}

void OutputFile::commit() {
  flush();
  if (::close(std::exchange(descriptor_, -1)) != 0) {
    fail();
  }
  if (written_path_ != path_ && std::rename(written_path_.c_str(), path_.c_str()) != 0) {
    fail();
  }
}

void OutputFile::discard() {
  buffer_.clear();
  static_cast<void>(::close(std::exchange(descriptor_, -1)));
  if (written_path_ != path_) {
    static_cast<void>(::unlink(written_path_.c_str()));
  }
}

std::string OutputFile::reason() const {
  return fmt::format("cannot write {}: {}", path_, std::strerror(errno));
}

void OutputFile::fail() const { throw OutputError(reason()); }

void write_file(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
}

void check_writable(const std::string& path) {
  OutputFile file(path);
  file.discard();
}

}  // namespace mec
