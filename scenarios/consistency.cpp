#include "scenarios/consistency.hpp"

#include <fmt/format.h>

#include <cmath>

namespace mec {

namespace {

void check_arrivals(const Written& written, const Scenario& scenario, Faults& faults) {
  if (std::holds_alternative<FileArrivals>(scenario.workload.arrivals) &&
      !written.has("workload.file")) {
    faults.add(*written.find("workload.arrivals"), "workload.arrivals",
               "there is no workload file; expected workload.file, or other arrivals");
  }
}

void check_objective(const Written& written, const Scenario& scenario, Faults& faults) {
  const Objective& objective = scenario.objective;
  if (written.has("objective") && written.maps.contains("objective") &&
      objective.latency_weight == 0.0 && objective.energy_weight == 0.0) {
    faults.add(*written.find("objective"), "objective",
               "both weights are 0; expected latency or energy above 0");
  }
}

void check_warmup(const Written& written, const WorkloadModel& workload, Faults& faults) {
  const YamlNode* warmup = written.find("workload.warmup");
  if (warmup == nullptr) {
    return;
  }
  if (workload.warmup >= workload.until) {
    faults.add(*warmup, "workload.warmup",
               fmt::format("nothing would be recorded; expected less than workload.until, {} s",
                           workload.until.value()));
  }
  const bool counted = workload.tasks_given || workload.file.empty();
  if (counted && workload.warmup_tasks >= workload.tasks) {
    faults.add(*warmup, "workload.warmup",
               fmt::format("nothing would be recorded; expected less than workload.tasks, {}",
                           workload.tasks));
  }
}

void check_cloud(const Written& written, const NetworkModel& network, Faults& faults) {
  const YamlNode* discipline = written.find("cloud.discipline");
  const char* fault =
      fault_of_server(network.cloud_speed, network.cloud_cores, network.cloud_discipline);
  if (discipline != nullptr && *fault != '\0') {
    faults.add(*discipline, "cloud.discipline", fault);
  }
}

void check_shape(const Written& written, Faults& faults) {
  if (!written.has("topology")) {
    return;
  }
  for (const std::string tier : {"device", "edge", "cloud", "links"}) {
    if (written.has(tier)) {
      faults.add_at(written.place_of(tier), tier,
                    "stands beside topology, which takes its place; expected only one of them");
    }
    const std::string learned = "training." + tier;
    if (written.has(learned)) {
      faults.add_at(written.place_of(learned), learned,
                    "a topology has no such part; expected only training.task beside topology");
    }
  }
}

}  // namespace

const char* fault_of_server(const Distribution& speed, std::uint32_t cores, Discipline discipline) {
  if (discipline == Discipline::fifo) {
    return "";
  }
  if (cores == 0) {
    return "unlimited cores are never shared; expected a number of cores, or fifo";
  }
  const auto* constant = std::get_if<Constant>(&speed);
  return constant != nullptr && std::isinf(constant->value)
             ? "an infinite speed is never shared; expected a finite speed, or fifo"
             : "";
}

void check_together(const Written& written, const Scenario& scenario, Faults& faults) {
  check_arrivals(written, scenario, faults);
  check_objective(written, scenario, faults);
  check_warmup(written, scenario.workload, faults);
  check_cloud(written, scenario.network, faults);
  check_shape(written, faults);
}

}  // namespace mec
