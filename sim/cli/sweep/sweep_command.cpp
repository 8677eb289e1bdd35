// mecsim sweep: the command line of a sweep session.
#include "sim/cli/commands.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/sweep/dry_run.hpp"
#include "sim/cli/sweep/mpi_launch.hpp"
#include "sim/cli/sweep/sweep_session.hpp"

namespace mec::cli {

int sweep_command(const Arguments& arguments, const Arguments& whole_command) {
  continue_under_mpi(whole_command);  // first of all: N ranks would say everything N times
  const auto options = read_sweep_options(arguments);
  if (!options) {
    return 0;
  }
  catch_interrupts();
  SweepSession session(*options, whole_command);
  if (options->dry_run) {
    return dry_run(session.plan(), *options);
  }
  return session.run(make_local_runner);
}

}  // namespace mec::cli
