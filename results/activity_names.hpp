// What an activity is called in files.
#pragma once

#include <string>
#include <string_view>

#include "core/network.hpp"
#include "core/records.hpp"

namespace mec {

[[nodiscard]] inline std::string_view name_of(ActivityKind kind) {
  switch (kind) {
    case ActivityKind::wait:
      return "wait";
    case ActivityKind::compute:
      return "compute";
    case ActivityKind::transfer:
      return "transfer";
    default:
      return "decide";
  }
}

/// The part of the task's latency that it counts towards: exec, transfer, wait or decision.
[[nodiscard]] inline std::string_view part_of(const ActivityRecord& record) {
  return record.deciding                        ? "decision"
         : record.kind == ActivityKind::compute ? "exec"
                                                : name_of(record.kind);
}

/// The name of its site or link, as its device's topology has it.
[[nodiscard]] inline const std::string& place_of(const ActivityRecord& record,
                                                 const Network& network) {
  const Topology& topology = network.group_of(record.device).topology;
  return record.on_link ? topology.link(record.where).name : topology.site_name(record.where);
}

}  // namespace mec
