#include "core/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace mec {

namespace {

int lock_without_waiting(int descriptor) {
  int result = 0;
  do {
    result = ::flock(descriptor, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  return result;
}

bool is_file_at(int descriptor, const std::string& path) {
  struct stat opened = {};
  struct stat there = {};
  return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &there) == 0 &&
         opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

}  // namespace

FileLock::~FileLock() {
  if (descriptor_ >= 0) {
    ::unlink(path_.c_str());  // before the release: whoever gets the lock then sees that it is gone
    ::flock(descriptor_, LOCK_UN);  // for children as well
    ::close(descriptor_);
  }
}

FileLock::Attempt FileLock::try_lock() {
  while (descriptor_ < 0) {
    const int descriptor = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) {
      return Attempt::impossible;
    }
    if (lock_without_waiting(descriptor) != 0) {
      const bool busy = errno == EWOULDBLOCK;
      ::close(descriptor);
      return busy ? Attempt::busy : Attempt::impossible;
    }
    if (is_file_at(descriptor, path_)) {
      descriptor_ = descriptor;
    } else {
      ::close(descriptor);  // its last holder has removed it since it was opened
    }
  }
  return Attempt::held;
}

}  // namespace mec
