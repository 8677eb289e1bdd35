#include "scenarios/scenario_error.hpp"

#include <utility>

namespace mec {

ScenarioError::ScenarioError(std::vector<std::string> faults)
    : UserError(join(faults, "\n")), faults_(std::move(faults)) {}

}  // namespace mec
