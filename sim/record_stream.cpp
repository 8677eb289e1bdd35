#include "sim/record_stream.hpp"

#include <cstring>

namespace mec {

namespace {

// Everything but the placement, whose length varies.
struct FixedTask {
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
static_assert(sizeof(FixedTask) == 14 * sizeof(std::uint64_t),
              "no padding: its bytes go over a pipe");

struct FixedActivity {
  std::uint64_t task;
  std::uint64_t order;
  std::uint32_t device;
  std::uint32_t where;
  std::uint32_t subtask;
  std::uint32_t placement_size;
  double amount;
  double begin;
  double end;
  std::uint64_t kind;
  std::uint64_t on_link;
  std::uint64_t deciding;
};
static_assert(sizeof(FixedActivity) == 10 * sizeof(std::uint64_t), "no padding");

template <class Fixed>
void append(const Fixed& fixed, const Placement& placement, std::string& buffer) {
  const std::size_t at = buffer.size();
  buffer.resize(at + sizeof fixed + placement.size());
  std::memcpy(buffer.data() + at, &fixed, sizeof fixed);
  if (!placement.empty()) {
    std::memcpy(buffer.data() + at + sizeof fixed, placement.data(), placement.size());
  }
}

template <class Fixed>
bool take(std::string_view& bytes, Fixed& fixed, Placement& placement) {
  if (bytes.size() < sizeof fixed) {
    return false;
  }
  std::memcpy(&fixed, bytes.data(), sizeof fixed);
  if (bytes.size() - sizeof fixed < fixed.placement_size) {
    return false;
  }
  const char* sites = bytes.data() + sizeof fixed;
  placement.assign(sites, sites + fixed.placement_size);
  bytes.remove_prefix(sizeof fixed + fixed.placement_size);
  return true;
}

}  // namespace

void encode(const TaskRecord& r, std::string& buffer) {
  const FixedTask fixed{r.task,
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
  append(fixed, r.placement, buffer);
}

void encode(const ActivityRecord& r, std::string& buffer) {
  const FixedActivity fixed{r.task,
                            r.order,
                            r.device,
                            r.where,
                            r.subtask,
                            static_cast<std::uint32_t>(r.placement.size()),
                            r.amount,
                            r.begin.value(),
                            r.end.value(),
                            static_cast<std::uint64_t>(r.kind),
                            r.on_link ? 1U : 0U,
                            r.deciding ? 1U : 0U};
  append(fixed, r.placement, buffer);
}

bool decode(std::string_view& bytes, TaskRecord& r) {
  FixedTask fixed{};
  if (!take(bytes, fixed, r.placement)) {
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
  return true;
}

bool decode(std::string_view& bytes, ActivityRecord& r) {
  FixedActivity fixed{};
  if (!take(bytes, fixed, r.placement)) {
    return false;
  }
  r.task = fixed.task;
  r.order = fixed.order;
  r.device = fixed.device;
  r.kind = static_cast<ActivityKind>(fixed.kind);
  r.on_link = fixed.on_link != 0;
  r.deciding = fixed.deciding != 0;
  r.where = fixed.where;
  r.subtask = fixed.subtask;
  r.amount = fixed.amount;
  r.begin = Seconds{fixed.begin};
  r.end = Seconds{fixed.end};
  return true;
}

}  // namespace mec
