// Named, reproducible random streams. Every consumer draws from a stream of its own, so that one
// consumer's draws never shift another's: the workload and the channel do not depend on the policy
// (common random numbers).
//
// Engines and distributions come from Boost.Random only: the std ones differ between standard
// libraries.
#pragma once

#include <boost/random/mersenne_twister.hpp>
#include <cstdint>
#include <string_view>

namespace mec {

using RandomEngine = boost::random::mt19937_64;

/// A seed made of a seed and a number, for values that must not depend on the order in which they
/// are asked for.
[[nodiscard]] std::uint64_t mix(std::uint64_t seed, std::uint64_t number);

/// Streams of one replication: the seed of a stream is mix(seed, replication, FNV-1a of its name,
/// index).
class RandomStreams {
 public:
  RandomStreams(std::uint64_t seed, std::uint64_t replication)
      : seed_(seed), replication_(replication) {}

  [[nodiscard]] RandomEngine stream(std::string_view name, std::uint64_t index = 0) const;
  /// What that stream is seeded with.
  [[nodiscard]] std::uint64_t seed_of(std::string_view name, std::uint64_t index = 0) const;

 private:
  std::uint64_t seed_;
  std::uint64_t replication_;
};

}  // namespace mec
