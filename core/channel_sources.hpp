// How each channel model makes its path, segment after segment. One uniform draw a slot decides
// Gilbert and Markov channels; the first one draws their first state.
#pragma once

#include <cstdint>
#include <memory>

#include "core/channel.hpp"
#include "core/random.hpp"
#include "core/rate_path.hpp"

namespace mec {

/// As make_path, which wraps this.
[[nodiscard]] std::unique_ptr<RateSource> make_source(const ChannelModel& model,
                                                      RandomEngine random, std::uint32_t device);

/// The long-run share of the good state.
[[nodiscard]] double good_share(const GilbertRate& model);

}  // namespace mec
