// Scalar distributions of workload and state parameters. Values are in the SI unit of the
// parameter.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/random.hpp"

namespace mec {

struct Constant {
  double value;
};
/// On (low, high]: the paper's b ~ U[0, 2] MB/s must never draw exactly 0, which would be no link
/// at all.
struct Uniform {
  double low;
  double high;
};
/// Normal(mean, deviation) conditioned on [low, high], by rejection.
struct TruncatedNormal {
  double mean;
  double deviation;
  double low;
  double high;
};
struct Exponential {
  double mean;
};
/// exp(Normal(ln median, sigma)); sigma is dimensionless.
struct LogNormal {
  double median;
  double sigma;
};
/// One of `values` with probability proportional to `weights` (same length, at least one weight >
/// 0).
struct Choice {
  std::vector<double> values;
  std::vector<double> weights;
};

using Distribution =
    std::variant<Constant, Uniform, TruncatedNormal, Exponential, LogNormal, Choice>;

[[nodiscard]] double sample(const Distribution& distribution, RandomEngine& engine);

/// Smallest value that can be drawn (or approached) and largest; infinite where unbounded.
struct Support {
  double low;
  double high;
};
[[nodiscard]] Support support(const Distribution& distribution);

/// Of a truncated normal, too.
[[nodiscard]] double mean(const Distribution& distribution);

/// "uniform(0, 2000000000)": all that tells it from another distribution, in SI units.
[[nodiscard]] std::string describe(const Distribution& distribution);

/// Probability mass that Normal(mean, deviation) puts on [low, high]: rejection needs it not to
/// vanish.
[[nodiscard]] double acceptance(const TruncatedNormal& distribution);

}  // namespace mec
