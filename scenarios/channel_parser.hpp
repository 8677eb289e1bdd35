// Channels as users write them: a distribution (distribution_parser.hpp), or one of the forms of
// `channel_forms`, for example `gilbert(1 s, 2 MB/s, 200 kB/s, 3 s, 3 s)`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/channel.hpp"
#include "scenarios/distribution_parser.hpp"
#include "scenarios/trace_cache.hpp"

namespace mec {

/// One way of writing a channel that moves. `pattern` is the regular expression of its arguments,
/// in which Q stands for a rate, N for a bare number, T for a time, D for any distribution of
/// rates, U for a unit of rates and F for a file name; spaces around these are free.
struct ChannelForm {
  std::string name;
  std::string arguments;
  std::string summary;
  std::string pattern;
};
[[nodiscard]] const std::vector<ChannelForm>& channel_forms();

/// A channel that does not move follows `rate_rule`; one that does may have outages (rate 0), but
/// not only those. A relative file name starts at `folder`. Throws ValueError, also for what is
/// wrong in a trace's file. Traces that are in the cache, if there is one, are not read again.
[[nodiscard]] ChannelModel parse_channel(std::string_view text, const DistributionRule& rate_rule,
                                         const std::string& folder, TraceCache* traces = nullptr);

/// The files of a channel that is a trace, in the order in which it plays them, and all that it
/// says beside their name; nothing of any other text. Throws ValueError.
struct TraceText {
  std::vector<std::string> files;
  std::vector<std::string> rest;
};
[[nodiscard]] std::optional<TraceText> trace_in(std::string_view text, const std::string& folder);

}  // namespace mec
