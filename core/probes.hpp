// What a device knows of moving bandwidths: the results of probes (ObservationModel), never the
// rates themselves. A probe's noise depends on the channel, the device and the probe's number
// alone, so every policy sees the same measurements at the same date.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/channel_paths.hpp"
#include "core/network.hpp"
#include "core/policy.hpp"
#include "core/random.hpp"
#include "core/scenario.hpp"
#include "core/state.hpp"

namespace mec {

/// Rates below this are taken for this much in a measured state, so that an outage costs much there
/// and not infinitely much [bytes/s].
inline constexpr BytesPerSecond kLeastMeasuredRate{1e-3};

/// A state as measured, with what `Observation` looks at. Reused from decision to decision.
struct MeasuredState {
  std::optional<SystemState> state;
  std::vector<double> history;  // [links x window]

  StateSample rates;  // scratch
};

class Probes {
 public:
  /// All references must outlive this.
  Probes(const Network& network, const ObservationModel& model, ChannelPaths& paths,
         const RandomStreams& streams);

  /// Fills `measured` with what the device knows at `now`; `sample` holds what does not move. The
  /// history is left empty where nothing moves.
  void measure(std::uint32_t device, Seconds now, const StateSample& sample,
               MeasuredState& measured);

  /// The same, as the policies are given it; views into `measured`.
  [[nodiscard]] Observation observation(Seconds now, const MeasuredState& measured) const;

  /// How far back measurements look.
  [[nodiscard]] Seconds memory() const;

 private:
  struct Probe {
    Seconds when;
    std::int64_t number = 0;  // of this probe; what its noise depends on
  };
  [[nodiscard]] Seconds step() const;
  [[nodiscard]] Probe newest(Seconds now) const;
  [[nodiscard]] double rate_at(std::size_t channel, std::uint32_t device, const Probe& probe) const;
  [[nodiscard]] double noise_of(std::size_t channel, std::uint32_t device,
                                std::int64_t number) const;

  const Network& network_;
  ObservationModel model_;
  ChannelPaths& paths_;
  std::uint64_t seed_;
  bool moves_;
};

}  // namespace mec
