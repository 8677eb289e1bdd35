// The option table in parts, by what they are about; option_table.cpp joins them.
#pragma once

#include <string>
#include <vector>

#include "scenarios/option_table.hpp"

namespace mec {

inline constexpr std::uint64_t kMostDevices = 100'000;
inline constexpr std::uint64_t kMostCores = 4'096;

[[nodiscard]] inline std::uint32_t narrow(std::uint64_t value) {
  return static_cast<std::uint32_t>(value);
}

/// fifo | processor-sharing
[[nodiscard]] KeywordOption discipline_words(void (*set)(Scenario&, Discipline));
/// full | half
[[nodiscard]] KeywordOption duplex_words(void (*set)(Scenario&, Duplex));
/// per-device | `other`
[[nodiscard]] KeywordOption per_device_or(const char* other, void (*set)(Scenario&, bool is_other));

[[nodiscard]] DistributionRule subtasks_rule();
[[nodiscard]] DistributionOption speed_of(void (*set)(Scenario&, const Distribution&),
                                          Infinite infinite = Infinite::refused);
[[nodiscard]] ChannelOption bandwidth_of(void (*set)(Scenario&, const ChannelModel&));

[[nodiscard]] std::vector<Option> head_options();
[[nodiscard]] std::vector<Option> task_options();
[[nodiscard]] std::vector<Option> server_options();
[[nodiscard]] std::vector<Option> link_options();
[[nodiscard]] std::vector<Option> topology_options();
[[nodiscard]] std::vector<Option> state_options();
[[nodiscard]] std::vector<Option> workload_options();
[[nodiscard]] std::vector<Option> objective_options();
[[nodiscard]] std::vector<Option> energy_options();
[[nodiscard]] std::vector<Option> decision_options();
[[nodiscard]] std::vector<Option> observation_options();
[[nodiscard]] std::vector<Option> training_options();
[[nodiscard]] std::vector<Option> last_options();

}  // namespace mec
