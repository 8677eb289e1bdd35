#include "core/random.hpp"

#include "core/hash.hpp"

namespace mec {

namespace {

// SplitMix64 finaliser (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators",
// OOPSLA 2014).
std::uint64_t scramble(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace

std::uint64_t mix(std::uint64_t seed, std::uint64_t number) { return scramble(seed ^ number); }

std::uint64_t RandomStreams::seed_of(std::string_view name, std::uint64_t index) const {
  return mix(mix(mix(scramble(seed_), replication_), fnv1a64(name)), index);
}

RandomEngine RandomStreams::stream(std::string_view name, std::uint64_t index) const {
  return RandomEngine(seed_of(name, index));
}

}  // namespace mec
