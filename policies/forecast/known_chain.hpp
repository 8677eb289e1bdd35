// A channel's own model as a Markov chain, for whoever knows it. Gilbert and Markov channels are
// chains; the others become one: a Gauss-Markov channel on a grid of its normal state, one that is
// redrawn in every slot on the means of equally likely parts of its distribution.
#pragma once

#include <optional>

#include "core/channel.hpp"

namespace mec {

/// Empty for a distribution, which does not move, and for a trace, whose dynamics nobody knows.
[[nodiscard]] std::optional<MarkovRate> known_chain(const ChannelModel& model);

}  // namespace mec
