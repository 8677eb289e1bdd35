#include "sim/record_stream.hpp"

#include <cstring>

namespace mec {

namespace {

// Everything but the placement, whose length varies.
struct Fixed {
  std::uint64_t task;
  std::uint32_t device;
  std::uint32_t placement_size;
  double release;
  double decided;
  double finish;
  double exec;
  double transfer;
  double wait;
  double decision;
  std::int64_t decision_ns;
  double energy;
  double estimated_latency;
  double optimal_latency;
  std::uint64_t status;  // as wide as the rest: no padding bytes
};
static_assert(sizeof(Fixed) == 14 * sizeof(std::uint64_t), "no padding: its bytes go over a pipe");

}  // namespace

void encode(const TaskRecord& r, std::string& buffer) {
  const Fixed fixed{r.task,
                    r.device,
                    static_cast<std::uint32_t>(r.placement.size()),
                    r.release.value(),
                    r.decided.value(),
                    r.finish.value(),
                    r.exec.value(),
                    r.transfer.value(),
                    r.wait.value(),
                    r.decision.value(),
                    r.decision_ns,
                    r.energy.value(),
                    r.estimated_latency.value(),
                    r.optimal_latency.value(),
                    static_cast<std::uint64_t>(r.status)};
  const std::size_t at = buffer.size();
  buffer.resize(at + sizeof fixed + r.placement.size());
  std::memcpy(buffer.data() + at, &fixed, sizeof fixed);
  if (!r.placement.empty()) {
    std::memcpy(buffer.data() + at + sizeof fixed, r.placement.data(), r.placement.size());
  }
}

bool decode(std::string_view& bytes, TaskRecord& r) {
  Fixed fixed{};
  if (bytes.size() < sizeof fixed) {
    return false;
  }
  std::memcpy(&fixed, bytes.data(), sizeof fixed);
  if (bytes.size() - sizeof fixed < fixed.placement_size) {
    return false;
  }
  r.task = fixed.task;
  r.device = fixed.device;
  r.release = Seconds{fixed.release};
  r.decided = Seconds{fixed.decided};
  r.finish = Seconds{fixed.finish};
  r.exec = Seconds{fixed.exec};
  r.transfer = Seconds{fixed.transfer};
  r.wait = Seconds{fixed.wait};
  r.decision = Seconds{fixed.decision};
  r.decision_ns = fixed.decision_ns;
  r.energy = Joules{fixed.energy};
  r.estimated_latency = Seconds{fixed.estimated_latency};
  r.optimal_latency = Seconds{fixed.optimal_latency};
  r.status = static_cast<TaskStatus>(fixed.status);
  const char* placement = bytes.data() + sizeof fixed;
  r.placement.assign(placement, placement + fixed.placement_size);
  bytes.remove_prefix(sizeof fixed + fixed.placement_size);
  return true;
}

}  // namespace mec
