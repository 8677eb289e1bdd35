// A rank other than 0 of a sweep on several ranks: runs the jobs that it is handed in children of
// its own, in a folder of its own on this machine's disk, and sends back what they leave. It prints
// nothing.
#pragma once

#include <boost/mpi/communicator.hpp>

#include "sim/cli/sweep/job_runner.hpp"
#include "sim/cli/sweep/mpi_messages.hpp"

namespace mec::cli {

/// What a rank makes of the command line.
struct LoadedWork {
  std::string sweep;  // its fingerprint
  std::size_t jobs = 1;
  std::optional<std::chrono::nanoseconds> cell_timeout;
  JobBody body;
};

/// Until rank 0 says that all is done. What `load` throws is told to rank 0, which then ends all.
void work_for(const boost::mpi::communicator& world, const std::function<LoadedWork()>& load);

}  // namespace mec::cli
