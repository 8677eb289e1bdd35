// `mpirun -n N mecsim sweep FILE`: how a process learns that it is one of several ranks, and goes
// on as the program that is linked with MPI. The plain program does not load MPI's libraries: they
// would make every start slower.
#pragma once

#include <cstddef>

#include "sim/cli/command_line.hpp"

namespace mec::cli {

/// Ranks that this process was started as one of, as Open MPI's mpirun, Slurm's srun and launchers
/// that speak PMI say in the environment; 1: not by one of those.
[[nodiscard]] std::size_t started_ranks();

/// With more than one rank, becomes the program of the same name with "-mpi" at the end, which is
/// in the same folder, with the same arguments. Otherwise returns. Throws UserError if there is no
/// such program: N sweeps side by side would be no sweep on N ranks.
void continue_under_mpi(const Arguments& whole_command);

}  // namespace mec::cli
