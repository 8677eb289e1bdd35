#include "core/scenario.hpp"

namespace mec {

Scenario training_scenario(const Scenario& scenario) {
  Scenario result = scenario;
  const auto replace = [](auto& own, const auto& other) { own = other.value_or(own); };
  const TrainingModel& training = scenario.training;
  replace(result.task.subtasks, training.subtasks);
  replace(result.task.work, training.work);
  replace(result.task.data, training.data);
  replace(result.network.device_speed, training.device_speed);
  replace(result.network.edge_speed, training.edge_speed);
  replace(result.network.cloud_speed, training.cloud_speed);
  replace(result.network.b1, training.b1);
  replace(result.network.b2, training.b2);
  return result;
}

}  // namespace mec
