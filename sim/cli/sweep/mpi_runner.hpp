// Rank 0 of a sweep on several ranks: hands jobs to the others and gathers what they send back.
//
// Simulations run on the other ranks only. What has to be learned first is learned here, in
// children of this process, so that no model is trained twice where ranks share no file system: as
// many at once as this machine has ranks with nothing else to do. A model file travels to a rank
// with the first job that needs it.
//
// While jobs are short, each rank is handed a further one for every one that it runs: otherwise its
// processor would wait for the next after each.
#pragma once

#include <boost/mpi/communicator.hpp>
#include <string>

#include "sim/cli/sweep/job_runner.hpp"

namespace mec::cli {

/// Runners for rank 0 of `world`, which has two ranks or more; `jobs` of their set-up are processes
/// a rank. Waits until all ranks have loaded the sweep: before anything of earlier results is
/// touched. Throws UserError if one could not or has loaded another than `sweep`, a fingerprint.
/// `world` must outlive them.
[[nodiscard]] RunnerFactory mpi_runners(const boost::mpi::communicator& world,
                                        const std::string& sweep);

/// Lets all other ranks end.
void dismiss_workers(const boost::mpi::communicator& world);

}  // namespace mec::cli
