#include "sim/cli/guarded_main.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <stdexcept>

#include "core/errors.hpp"
#include "scenarios/scenario_error.hpp"

namespace mec::cli {

namespace {

// A closed standard descriptor would be given to the next file that is opened, and messages would
// land in it.
void fill_standard_descriptors() {
  while (true) {
    const int descriptor = ::open("/dev/null", O_RDWR);
    if (descriptor < 0 || descriptor > STDERR_FILENO) {
      ::close(descriptor);
      return;
    }
  }
}

// Does not throw, not even when standard error is full or closed: the exit code has to arrive.
int fail(int code, const char* prefix, const char* message) noexcept {
  std::fputs(prefix, stderr);
  std::fputs(message, stderr);
  std::fputs("\n", stderr);
  return code;
}

}  // namespace

int guarded_main(const std::function<int()>& work) noexcept {
  fill_standard_descriptors();
  try {
    const int code = work();
    if (std::fflush(stdout) != 0) {
      throw std::runtime_error("cannot write to standard output");
    }
    return code;
  } catch (const ScenarioError& error) {
    return fail(2, "",
                error.what());  // its lines start with FILE:LINE:COLUMN, where editors look for it
  } catch (const UserError& error) {
    return fail(2, "mecsim: ", error.what());
  } catch (const std::exception& error) {
    return fail(1, "mecsim: ", error.what());
  }
}

}  // namespace mec::cli
