#include "results/quantile_store.hpp"

#include <algorithm>
#include <bit>
#include <boost/math/distributions/binomial.hpp>
#include <stdexcept>

namespace mec {

namespace {

// A positive double's bits, read as an integer, grow with its value: the exponent and the first ten
// bits of the mantissa number bins of equal relative width without a logarithm (whose last digit
// would depend on the C library).
constexpr unsigned kDroppedBits = 42;
constexpr double kFirstEdge = 0x1p-40;
constexpr double kLastEdge = 0x1p40;
constexpr std::uint64_t bin_number(double value) {
  return std::bit_cast<std::uint64_t>(value) >> kDroppedBits;
}
constexpr std::uint64_t kFirstBin = bin_number(kFirstEdge);
constexpr std::uint64_t kBins = bin_number(kLastEdge) - kFirstBin;

double bin_edge(std::uint64_t bin) {
  return std::bit_cast<double>((kFirstBin + bin) << kDroppedBits);
}

}  // namespace

RankInterval quantile_ranks(std::uint64_t n, double q) {
  using boost::math::policies::discrete_quantile;
  using boost::math::policies::integer_round_up;
  using Policy = boost::math::policies::policy<discrete_quantile<integer_round_up>>;
  const boost::math::binomial_distribution<double, Policy> below(static_cast<double>(n), q);
  const auto low = static_cast<std::uint64_t>(quantile(below, 0.025));
  const auto high = static_cast<std::uint64_t>(quantile(below, 0.975)) + 1;
  return {std::clamp<std::uint64_t>(low, 1, n), std::clamp<std::uint64_t>(high, 1, n)};
}

void QuantileStore::add(double value) {
  least_ = count_ == 0 ? value : std::min(least_, value);
  greatest_ = count_ == 0 ? value : std::max(greatest_, value);
  ++count_;
  if (count_ > kExactValues) {
    if (bins_.empty()) {
      switch_to_histogram();
    }
    add_to_histogram(value);
  } else {
    values_.push_back(value);
    sorted_ = false;
  }
}

void QuantileStore::switch_to_histogram() {
  bins_.assign(kBins + 1, 0);  // the last one: everything from kLastEdge up
  for (const double value : values_) {
    add_to_histogram(value);
  }
  std::vector<double>().swap(values_);  // assigning {} would keep the memory
}

void QuantileStore::add_to_histogram(double value) {
  if (value < kFirstEdge) {
    ++below_;
  } else {
    ++bins_[std::min(bin_number(value) - kFirstBin, kBins)];
  }
}

double QuantileStore::at_rank(std::uint64_t rank) {
  if (rank < 1 || rank > count_) {
    throw std::out_of_range("QuantileStore: no value of this rank");
  }
  if (!bins_.empty()) {
    return histogram_rank(rank);
  }
  if (!sorted_) {
    std::sort(values_.begin(), values_.end());
    sorted_ = true;
  }
  return values_[rank - 1];
}

double QuantileStore::histogram_rank(std::uint64_t rank) const {
  if (rank <= below_ || rank == 1) {
    return least_;
  }
  if (rank == count_) {
    return greatest_;
  }
  std::uint64_t reached = below_;
  std::uint64_t bin = 0;
  while (bin < kBins && reached + bins_[bin] < rank) {
    reached += bins_[bin++];
  }
  if (bin == kBins) {
    return greatest_;
  }
  return std::clamp((bin_edge(bin) + bin_edge(bin + 1)) / 2, least_, greatest_);
}

std::optional<double> QuantileStore::quantile_value(double q) {
  if (count_ == 0) {
    return std::nullopt;
  }
  const double position = static_cast<double>(count_ - 1) * q;
  const auto whole = static_cast<std::uint64_t>(position);
  const double lower = at_rank(whole + 1);
  const double upper = at_rank(std::min(whole + 2, count_));
  return lower + (position - static_cast<double>(whole)) * (upper - lower);
}

Estimate QuantileStore::quantile(double q) {
  Estimate estimate;
  estimate.value = quantile_value(q);
  if (count_ >= 2) {
    const RankInterval ranks = quantile_ranks(count_, q);
    estimate.low = at_rank(ranks.low);
    estimate.high = at_rank(ranks.high);
  }
  return estimate;
}

}  // namespace mec
