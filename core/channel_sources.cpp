#include "core/channel_sources.hpp"

#include <algorithm>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace mec {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double unit(RandomEngine& engine) { return boost::random::uniform_01<double>()(engine); }

void require(bool condition, const char* message) {
  if (!condition) {
    throw std::invalid_argument(message);
  }
}

bool is_rate(BytesPerSecond rate) { return std::isfinite(rate.value()) && rate.value() >= 0.0; }

// An index with the given probabilities, from one uniform draw.
std::size_t draw_index(const std::vector<double>& probabilities, RandomEngine& random) {
  double left = unit(random);
  std::size_t last = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    if (probabilities[i] <= 0.0) {
      continue;
    }
    last = i;
    left -= probabilities[i];
    if (left < 0.0) {
      break;
    }
  }
  return last;  // the last possible one, where rounding has left the sum below the draw
}

// What the slotted models have in common: one draw a slot.
class SlottedSource : public RateSource {
 public:
  SlottedSource(Seconds slot, RandomEngine random) : random_(std::move(random)), slot_(slot) {
    require(std::isfinite(slot.value()) && slot.value() > 0.0, "a channel's slot is not above 0");
  }

  RateSegment next() final {
    const double rate = draw(random_);
    ++slots_;
    return {rate, settled() ? Seconds{kInfinity} : static_cast<double>(slots_) * slot_};
  }

 protected:
  virtual double draw(RandomEngine& random) = 0;
  /// Whether the rate last drawn is the rate of all slots to come.
  [[nodiscard]] virtual bool settled() const = 0;

 private:
  RandomEngine random_;
  Seconds slot_;
  std::uint64_t slots_ = 0;
};

class RedrawnSource final : public SlottedSource {
 public:
  RedrawnSource(const RedrawnRate& model, RandomEngine random)
      : SlottedSource(model.slot, std::move(random)), rate_(model.rate) {
    const Support range = support(rate_);
    settled_ = range.low == range.high;
  }

 private:
  double draw(RandomEngine& random) override { return sample(rate_, random); }
  [[nodiscard]] bool settled() const override { return settled_; }

  Distribution rate_;
  bool settled_ = false;
};

class GaussMarkovSource final : public SlottedSource {
 public:
  GaussMarkovSource(const GaussMarkovRate& model, RandomEngine random)
      : SlottedSource(model.slot, std::move(random)), model_(model) {
    require(std::isfinite(model.mean.value()), "a Gauss-Markov mean is not finite");
    require(is_rate(model.deviation), "a Gauss-Markov deviation is negative or not finite");
    require(model.memory >= 0.0 && model.memory < 1.0, "a memory is not in [0, 1)");
    require(is_rate(model.low) && is_rate(model.high) && model.low <= model.high,
            "bounds of a rate are negative, not finite or the wrong way round");
    fresh_ = std::sqrt(1.0 - model.memory * model.memory);
  }

 private:
  // In deviations from the mean, whose stationary law is N(0, 1).
  double draw(RandomEngine& random) override {
    const double z = normal_(random);
    state_ = started_ ? model_.memory * state_ + fresh_ * z : z;
    started_ = true;
    const BytesPerSecond rate = model_.mean + state_ * model_.deviation;
    return std::clamp(rate, model_.low, model_.high).value();
  }
  [[nodiscard]] bool settled() const override {
    return model_.low == model_.high || model_.deviation.value() == 0.0;
  }

  GaussMarkovRate model_;
  double fresh_ = 1.0;
  boost::random::normal_distribution<double> normal_;
  double state_ = 0.0;
  bool started_ = false;
};

// Whether nothing but the state's own rate can follow it.
bool is_settled(const MarkovRate& model, std::size_t state) {
  std::vector<bool> seen(model.rates.size(), false);
  std::vector<std::size_t> reached = {state};
  seen[state] = true;
  for (std::size_t r = 0; r < reached.size(); ++r) {
    if (model.rates[reached[r]] != model.rates[state]) {
      return false;
    }
    for (std::size_t j = 0; j < model.rates.size(); ++j) {
      if (!seen[j] && model.transitions[reached[r]][j] > 0.0) {
        seen[j] = true;
        reached.push_back(j);
      }
    }
  }
  return true;
}

class MarkovSource final : public SlottedSource {
 public:
  MarkovSource(MarkovRate model, std::vector<double> first, RandomEngine random)
      : SlottedSource(model.slot, std::move(random)),
        model_(std::move(model)),
        first_(std::move(first)) {
    for (std::size_t i = 0; i < model_.rates.size(); ++i) {
      settled_.push_back(is_settled(model_, i));
    }
  }

 private:
  double draw(RandomEngine& random) override {
    state_ = draw_index(state_ ? model_.transitions[*state_] : first_, random);
    return model_.rates[*state_].value();
  }
  [[nodiscard]] bool settled() const override { return settled_[*state_]; }

  MarkovRate model_;
  std::vector<double> first_;
  std::vector<bool> settled_;
  std::optional<std::size_t> state_;
};

class TraceSource final : public RateSource {
 public:
  /// Date 0 is `start` in the trace: 0 <= start < its end.
  TraceSource(std::shared_ptr<const Trace> trace, TraceRate::AtEnd at_end, Seconds start)
      : trace_(std::move(trace)), at_end_(at_end), start_(start) {
    const std::vector<Seconds>& times = trace_->times;
    const auto later = std::upper_bound(times.begin(), times.end(), start);
    row_ = later == times.begin() ? 0 : static_cast<std::size_t>(later - times.begin()) - 1;
    settled_ = std::all_of(trace_->rates.begin(), trace_->rates.end(),
                           [&](BytesPerSecond rate) { return rate == trace_->rates[0]; });
  }

  RateSegment next() override {
    for (;;) {
      const double rate = trace_->rates[row_].value();
      const bool last = row_ + 1 == trace_->times.size();
      if (settled_ || (last && at_end_ == TraceRate::AtEnd::hold)) {
        return {rate, Seconds{kInfinity}};
      }
      const Seconds row_end = last ? trace_->end : trace_->times[row_ + 1];
      require(row_end > trace_->times[row_], "the times of a trace do not increase");
      const Seconds until = date(row_end);
      row_ = last ? 0 : row_ + 1;
      passes_ += last ? 1U : 0U;
      if (until > until_) {  // a row too short to be seen at this date, else
        until_ = until;
        return {rate, until};
      }
    }
  }

 private:
  // From the number of passes, so that dates do not drift.
  [[nodiscard]] Seconds date(Seconds in_trace) const {
    return static_cast<double>(passes_) * trace_->end + (in_trace - start_);
  }

  std::shared_ptr<const Trace> trace_;
  TraceRate::AtEnd at_end_;
  Seconds start_;
  std::size_t row_ = 0;
  std::uint64_t passes_ = 0;
  Seconds until_{0.0};
  bool settled_ = false;  // all rates are the same
};

// What would go wrong here; each row is looked at when its turn comes.
void check(const TraceRate& model) {
  require(model.trace != nullptr, "a trace channel without a trace");
  const Trace& trace = *model.trace;
  require(!trace.times.empty() && trace.times.size() == trace.rates.size(),
          "a trace needs as many rates as times, at least one");
  require(trace.times[0].value() >= 0.0, "a trace starts before 0");
  require(std::isfinite(trace.end.value()) && trace.end > trace.times.back(),
          "a trace does not end after its last time");
  require(std::isfinite(model.offset.value()) && model.offset.value() >= 0.0,
          "the offset into a trace is negative or not finite");
}

MarkovRate as_markov(const GilbertRate& model) {
  require(std::isfinite(model.good_time.value()) && model.good_time >= model.slot &&
              std::isfinite(model.bad_time.value()) && model.bad_time >= model.slot,
          "a mean duration is not finite or shorter than the slot");
  const double end_good = model.slot / model.good_time;
  const double end_bad = model.slot / model.bad_time;
  return {
      model.slot, {model.good, model.bad}, {{1.0 - end_good, end_good}, {end_bad, 1.0 - end_bad}}};
}

struct MakeSource {
  RandomEngine random;
  std::uint32_t device;

  std::unique_ptr<RateSource> operator()(const Distribution&) const {
    throw std::invalid_argument("a distribution is drawn with the state; it has no path");
  }
  std::unique_ptr<RateSource> operator()(const RedrawnRate& model) {
    return std::make_unique<RedrawnSource>(model, std::move(random));
  }
  std::unique_ptr<RateSource> operator()(const GaussMarkovRate& model) {
    return std::make_unique<GaussMarkovSource>(model, std::move(random));
  }
  std::unique_ptr<RateSource> operator()(const GilbertRate& model) {
    MarkovRate chain = as_markov(model);
    const double good = good_share(model);
    return std::make_unique<MarkovSource>(std::move(chain), std::vector<double>{good, 1.0 - good},
                                          std::move(random));
  }
  std::unique_ptr<RateSource> operator()(const MarkovRate& model) {
    return std::make_unique<MarkovSource>(model, limit_law(model), std::move(random));
  }
  std::unique_ptr<RateSource> operator()(const TraceRate& model) {
    check(model);
    const double end = model.trace->end.value();
    const double start = model.start == TraceRate::Start::random
                             ? unit(random) * end
                             : std::fmod(device * model.offset.value(), end);
    // A draw next to 1 may round to the end, which is the start again.
    return std::make_unique<TraceSource>(model.trace, model.at_end,
                                         Seconds{start < end ? start : 0.0});
  }
};

}  // namespace

double good_share(const GilbertRate& model) {
  return model.good_time / (model.good_time + model.bad_time);
}

std::unique_ptr<RateSource> make_source(const ChannelModel& model, RandomEngine random,
                                        std::uint32_t device) {
  return std::visit(MakeSource{std::move(random), device}, model);
}

}  // namespace mec
