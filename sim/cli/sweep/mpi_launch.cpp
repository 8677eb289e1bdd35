#include "sim/cli/sweep/mpi_launch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "core/errors.hpp"

namespace mec::cli {

namespace {

// 0: the variable is not set, or is no number.
std::size_t count_in(const char* variable) {
  const char* value = std::getenv(variable);
  const std::string_view text = value == nullptr ? "" : value;
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return error == std::errc() && end == text.data() + text.size() ? count : 0;
}

}  // namespace

std::size_t started_ranks() {
  for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    if (const std::size_t ranks = count_in(variable); ranks > 0) {
      return ranks;
    }
  }
  // Slurm with PMIx says the rank, not how many there are; without PMIx its tasks are no ranks.
  if (std::getenv("PMIX_RANK") != nullptr) {
    if (const std::size_t ranks = count_in("SLURM_STEP_NUM_TASKS"); ranks > 0) {
      return ranks;
    }
  }
  return 1;
}

void continue_under_mpi(const Arguments& whole_command) {
  const std::size_t ranks = started_ranks();
  if (ranks <= 1) {
    return;
  }
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string() + "-mpi";
  std::vector<char*> arguments;
  Arguments copy = whole_command;
  for (std::string& argument : copy) {
    arguments.push_back(argument.data());
  }
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  if (errno != ENOENT) {
    throw UserError(fmt::format("cannot run {}: {}", program, std::strerror(errno)));
  }
  throw UserError(fmt::format(
      "started as one of {} MPI ranks, but built without MPI: there is no {}.\n"
      "Install libboost-mpi-dev and openmpi-bin, configure (cmake) and build again, or start one "
      "process with --jobs N",
      ranks, program));
}

}  // namespace mec::cli
