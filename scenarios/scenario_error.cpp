#include "scenarios/scenario_error.hpp"

#include <utility>

#include "core/errors.hpp"
#include "core/text.hpp"

namespace mec {

ScenarioError::ScenarioError(std::vector<std::string> faults)
    : UserError(join(faults, "\n")), faults_(std::move(faults)) {}

}  // namespace mec
