// Files of recorded bandwidth.
//
// Two columns: seconds and rate, separated by a comma, tabs or spaces; a row's rate holds until the
// next row's time, the first also before its own. Times increase and count from 0. The file does
// not say how long its last rate holds: where the trace is repeated, as long as the median of the
// others. One header line, blank lines and # comments are skipped.
//
// Mahimahi: each line is a date in whole milliseconds at which one packet of 1500 bytes may leave;
// dates never decrease and the trace ends with its last date. Packets are counted in bins: one that
// may leave at t counts from the end of the bin before up to t, so that a packet every millisecond
// from 1 on is 1.5 MB/s in every bin; the last bin ends with the trace. Source: Netravali et al.,
// "Mahimahi: Accurate Record-and-Replay for HTTP", USENIX ATC 2015. Ignored: that a packet leaves
// as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/channel.hpp"
#include "scenarios/quantity.hpp"

namespace mec {

struct TwoColumnTrace {
  Unit unit;  // of the second column, one of units_of(Dimension::rate)
};
struct MahimahiTrace {
  std::uint64_t bin_ms = 100;  // > 0
};
using TraceFormat = std::variant<TwoColumnTrace, MahimahiTrace>;

inline constexpr std::size_t kLargestTraceFile = std::size_t{256} << 20U;  // bytes

/// Throws ScenarioError with the first fault: `FILE:LINE:COL: "value": what is wrong; what was
/// expected`, or `FILE: ...` for the file as a whole.
[[nodiscard]] Trace read_trace(const std::string& path, const TraceFormat& format);

/// The traces one after the other, each from its first row to its end. Needs at least one.
[[nodiscard]] Trace join_traces(const std::vector<Trace>& traces);

/// The header `seconds,bytes_per_second` and a row a rate, in the fewest digits that read back the
/// same. `end` is not written: whoever reads it back gets the last time and the median gap. Throws
/// UserError, OutputError.
void write_trace(const std::string& path, const Trace& trace);

}  // namespace mec
