// mecsim-mpi: what `mecsim sweep` becomes under mpirun. Rank 0 is the coordinator and the only one
// that prints; all other ranks run its cells.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>

#include "core/errors.hpp"
#include "sim/cli/guarded_main.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/sweep/cell_job.hpp"
#include "sim/cli/sweep/dry_run.hpp"
#include "sim/cli/sweep/mpi_launch.hpp"
#include "sim/cli/sweep/mpi_runner.hpp"
#include "sim/cli/sweep/mpi_worker.hpp"
#include "sim/cli/sweep/sweep_session.hpp"

namespace {

namespace mpi = boost::mpi;
using mec::cli::Arguments;
using mec::cli::SweepOptions;
using mec::cli::SweepPlan;

// MPI's threads inherit the signals that are blocked: SIGCHLD has to wait for the thread that asks
// for it, and one that any other thread takes is lost.
class Mpi {
 public:
  Mpi() {
    sigset_t child;
    sigset_t before;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &child, &before);
    constexpr bool kAbortOnException = false;
    environment_ = std::make_unique<mpi::environment>(mpi::threading::single, kAbortOnException);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
  }

 private:
  std::unique_ptr<mpi::environment> environment_;
};

// However rank 0 ends, all others may.
class Workers {
 public:
  explicit Workers(const mpi::communicator& world) : world_(world) {}
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  Workers(Workers&&) = delete;
  Workers& operator=(Workers&&) = delete;
  ~Workers() { mec::cli::dismiss_workers(world_); }

 private:
  const mpi::communicator& world_;
};

// Standard output and error lead nowhere while it lives.
class Silence {
 public:
  Silence() : output_(::dup(STDOUT_FILENO)), error_(::dup(STDERR_FILENO)) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    turn(nowhere, nowhere);
    ::close(nowhere);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  Silence(Silence&&) = delete;
  Silence& operator=(Silence&&) = delete;
  ~Silence() {
    turn(output_, error_);
    ::close(output_);
    ::close(error_);
  }

 private:
  static void turn(int output, int error) {
    std::fflush(nullptr);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(error, STDERR_FILENO);
  }
  int output_;
  int error_;
};

// All that decides what cells are and what comes of them.
std::string fingerprint(const SweepPlan& plan) {
  std::string text = plan.identity() + plan.origin().version + plan.origin().build;
  for (std::uint32_t point = 0; point < plan.points(); ++point) {
    text += plan.key({point, 0, 0}, "");
  }
  for (std::uint32_t policy = 0; policy < plan.policies().size(); ++policy) {
    text += plan.key({0, policy, 0}, "");
  }
  return mec::cell_key(text);
}

Arguments after_command(const Arguments& whole_command) {
  return {whole_command.begin() + 2, whole_command.end()};
}

int coordinate(const mpi::communicator& world, const Arguments& whole_command) {
  const Workers workers(world);
  const auto ranks = static_cast<std::size_t>(world.size());
  std::optional<SweepOptions> options = mec::cli::read_sweep_options(after_command(whole_command));
  if (!options) {
    return 0;
  }
  if (ranks > 1 && !options->jobs_given) {
    options->jobs = 1;  // of each rank
  }
  mec::cli::SweepSession session(*options, whole_command);
  if (options->dry_run) {
    options->jobs *= ranks > 1 ? ranks - 1 : 1;
    return mec::cli::dry_run(session.plan(), *options);
  }
  return session.run(ranks > 1 ? mec::cli::mpi_runners(world, fingerprint(session.plan()))
                               : mec::cli::make_local_runner);
}

mec::cli::LoadedWork load(const Arguments& whole_command) {
  const Silence silence;
  const auto options = mec::cli::read_sweep_options(after_command(whole_command));
  if (!options) {
    return {};  // --help: rank 0 prints it and has nothing to run
  }
  const auto plan = std::make_shared<const SweepPlan>(*options);
  return {fingerprint(*plan), options->jobs_given ? options->jobs : 1, options->cell_timeout,
          [plan, body = mec::cli::make_job_body(*plan)](const mec::cli::Job& job,
                                                        const std::filesystem::path& folder) {
            return body(job, folder);
          }};
}

int run_ranks(const Arguments& whole_command) {
  const Mpi mpi;
  const mpi::communicator world;
  if (world.size() == 1 && mec::cli::started_ranks() > 1) {
    throw mec::UserError(
        "started as one of several ranks, but by another MPI than the one it is built with");
  }
  mec::cli::catch_interrupts();
  if (world.rank() == 0) {
    return coordinate(world, whole_command);
  }
  try {
    mec::cli::work_for(world, [&] { return load(whole_command); });
  } catch (const std::exception& error) {  // the disk is full, say
    std::fputs(fmt::format("mecsim: rank {} (on {}): {}\n", world.rank(),
                           mpi::environment::processor_name(), error.what())
                   .c_str(),
               stderr);
    mpi::environment::abort(1);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return mec::cli::guarded_main([&] {
    const Arguments whole_command(argv, argv + argc);
    if (whole_command.size() < 2 || whole_command[1] != "sweep") {
      throw mec::UserError("this program is for `mpirun mecsim sweep`; use mecsim");
    }
    return run_ranks(whole_command);
  });
}
