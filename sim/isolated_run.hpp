// One simulation in a process of its own. SimGrid allows one engine a process, and a crash in one
// run must not take finished rows of others with it.
#pragma once

#include <atomic>
#include <functional>
#include <stdexcept>

#include "core/records.hpp"

namespace mec {

/// The run died or threw; the message says how. The rows that it had finished have been observed.
class RunError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the child runs: reports finished tasks to the observer and returns its counts, early once
/// `stop` is true.
using Simulation = std::function<RunCounts(Observer&, const std::atomic<bool>& stop)>;

/// Forks, runs `simulation` in the child and replays its activities and finished tasks to
/// `observer` here, each in order and as they come, a task after its activities. Once `interrupted`
/// is true the child is told to stop, hands over what it has finished, and is killed if it has not
/// ended two seconds later. Returns the child's counts. Throws RunError; a UserError in the child
/// is rethrown here as a UserError.
RunCounts run_isolated(const Simulation& simulation, Observer& observer,
                       const std::atomic<bool>& interrupted);

}  // namespace mec
