#include "core/rate_path.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace mec {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kFewest = 16;  // forgotten segments that are worth moving the others

void require(bool condition, const char* message) {
  if (!condition) {
    throw std::invalid_argument(message);
  }
}

// An unevaluated sum of two doubles: about 106 bits. What is left of a transfer is divided by the
// last stretch's rate, so it has to be right however much smaller than the whole it is.
struct Exact {
  double high = 0.0;
  double low = 0.0;
};

// Error-free sum (Knuth).
Exact two_sum(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

Exact operator+(Exact a, Exact b) {
  const Exact high = two_sum(a.high, b.high);
  return two_sum(high.high, high.low + a.low + b.low);
}

Exact operator-(Exact a) { return {-a.high, -a.low}; }

// rate * (until - since)
Exact capacity(double rate, double since, double until) {
  const Exact length = two_sum(until, -since);
  const double product = rate * length.high;
  return two_sum(product, std::fma(rate, length.high, -product) + rate * length.low);
}

}  // namespace

RatePath::RatePath(std::unique_ptr<RateSource> source) : source_(std::move(source)) {
  require(source_ != nullptr, "a rate path without a source");
  pending_ = drawn();
}

RatePath::RatePath(double rate) : segments_(1) {
  require(std::isfinite(rate) && rate >= 0.0, "the rate of a path is negative or not finite");
  segments_[0].rate = rate;
}

RateSegment RatePath::drawn() {
  const RateSegment segment = source_->next();
  require(std::isfinite(segment.rate) && segment.rate >= 0.0,
          "the rate of a path is negative or not finite");
  require(segment.until > drawn_until_, "the dates of a path do not increase");
  drawn_until_ = segment.until;
  return segment;
}

void RatePath::append(const RateSegment& segment) {
  if (!segments_.empty() && segments_.back().until < forgotten_) {
    segments_.clear();  // nobody asks for these any more; with them goes all that is older
    first_ = 0;
    cursor_ = 0;
  }
  segments_.push_back(segment);
}

// Appends one segment, its equal followers merged into it.
void RatePath::extend() {
  for (std::size_t run = 1; std::isfinite(pending_.until.value()); ++run) {
    const RateSegment next = drawn();
    if (next.rate != pending_.rate || run >= kLongestRun) {
      append(pending_);
      pending_ = next;
      return;
    }
    pending_.until = next.until;
  }
  append(pending_);
  source_.reset();
}

// The first segment that ends after `when`, which is before the end of the last one.
std::size_t RatePath::find(double when) const {
  const auto ends_after = [&](std::size_t i) { return segments_[i].until.value() > when; };
  std::size_t low = first_;
  std::size_t high = segments_.size() - 1;
  if (ends_after(cursor_)) {
    high = cursor_;
  } else if (ends_after(cursor_ + 1)) {
    return cursor_ + 1;
  } else {
    low = cursor_ + 2;
  }
  if (high == first_ || !ends_after(high - 1)) {
    return high;
  }
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (ends_after(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return high;
}

RateSegment RatePath::at(Seconds when) {
  require(std::isfinite(when.value()), "a date of a rate path is not finite");
  while (segments_.empty() || segments_.back().until <= when) {
    extend();
  }
  cursor_ = find(when.value());
  return segments_[cursor_];
}

void RatePath::forget_before(Seconds when) {
  forgotten_ = std::max(forgotten_, when);
  while (first_ + 1 < segments_.size() && segments_[first_].until < forgotten_) {
    ++first_;
  }
  if (first_ >= kFewest && 2 * first_ >= segments_.size()) {
    segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(first_));
    cursor_ -= std::min(cursor_, first_);
    first_ = 0;
  }
  cursor_ = std::max(cursor_, first_);
}

Seconds service_time(RatePath& path, Seconds start, double amount) {
  require(std::isfinite(amount) && amount >= 0.0, "an amount to serve is negative or not finite");
  Exact left{amount, 0.0};
  double since = start.value();
  for (;;) {
    const RateSegment segment = path.at(Seconds{since});
    const double until = segment.until.value();
    if (segment.rate > 0.0) {
      const Exact after =
          std::isinf(until) ? Exact{-kInfinity, 0.0} : left + -capacity(segment.rate, since, until);
      if (!(after.high > 0.0)) {
        const double elapsed = since - start.value();
        return Seconds{std::min(elapsed + left.high / segment.rate, until - start.value())};
      }
      left = after;
    } else if (left.high == 0.0) {
      return Seconds{since - start.value()};
    }
    if (std::isinf(until)) {
      return Seconds{kInfinity};
    }
    since = until;
  }
}

double served_amount(RatePath& path, Seconds start, Seconds end) {
  require(std::isfinite(start.value()) && std::isfinite(end.value()) && start <= end,
          "an interval of a rate path is not finite or ends before it starts");
  Exact served;
  for (Seconds since = start; since < end;) {
    const RateSegment segment = path.at(since);
    const Seconds until = std::min(segment.until, end);
    served = served + capacity(segment.rate, since.value(), until.value());
    since = until;
  }
  return served.high + served.low;
}

}  // namespace mec
