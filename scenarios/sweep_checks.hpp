// Checks a sweep before anything runs: how large it is, every swept value, and every point.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/faults.hpp"
#include "scenarios/sweep_conditions.hpp"
#include "scenarios/sweep_document.hpp"

namespace mec {

/// How many simulations these points are, if there are more than kMostSweepCells; else an empty
/// text. `sizes` are multiplied, and may be more than 64 bits hold.
[[nodiscard]] std::string fault_of_size(const std::vector<std::uint64_t>& sizes,
                                        std::uint64_t policies, std::uint64_t replications);

/// Swept parts of a node or of a group of devices: it is there.
void check_names(const SweepDocument& document, Faults& faults);

/// Every value of every axis on its own: it is one of those that its key takes.
void check_values(const SweepDocument& document, Faults& faults);

[[nodiscard]] std::vector<SweepCondition> read_conditions(const std::vector<YamlNode>& texts,
                                                          const SweepDocument& document,
                                                          Faults& faults);

/// The points that fulfil all conditions, by their place in the whole grid.
[[nodiscard]] std::vector<std::uint64_t> places_where(
    const SweepDocument& document, const std::vector<SweepCondition>& conditions);

/// Every point of the sweep as a whole, and the files that it names. A fault that not all points
/// have says where it is found. To be called once check_values() has found nothing.
void check_points(const SweepDocument& document, Faults& faults);

}  // namespace mec
