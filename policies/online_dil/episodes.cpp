#include "policies/online_dil/episodes.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include "core/timed_dp.hpp"

namespace mec::online {

SiteValues logits_of(const float* scores, const SiteValues& excess) {
  SiteValues logits{};
  for (std::size_t k = 0; k < kSites; ++k) {
    logits[k] = static_cast<double>(scores[k]) - kSharpness * excess[k];
  }
  return logits;
}

SiteIndex best_site(const float* scores, const SiteValues& excess) {
  const SiteValues logits = logits_of(scores, excess);
  return static_cast<SiteIndex>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

Episodes::Episodes(const Scenario& scenario, const RandomStreams& streams, const std::string& plan,
                   learning::FusedNetwork& network, learning::FusedNetwork* teacher)
    : world_(scenario, streams),
      when_(scenario.decision.when),
      network_(network),
      teacher_(teacher),
      features_(world_.network(), plan),
      random_(streams.stream("explore")),
      values_(network.inputs()) {}

SiteIndex Episodes::decide(const Place& place) {
  features_.look(world_.request(place.t, place.at, place.now), values_);
  std::array<float, kSites> scores{};
  network_.run(values_.data(), scores.data());
  return best_site(scores.data(), features_.excess());
}

double Episodes::advance(Place& place, SiteIndex site) const {
  const auto truth = world_.carrier(place.now);
  const ChainView task = world_.task();
  const double there =
      carry(truth, world_.topology(), place.at, site, task.data[place.t].value(), 0.0);
  const double seconds = work_off(truth, site, task.work[place.t].value(), there);
  place = {place.t + 1, site, place.now + Seconds{seconds}};
  return seconds;
}

double Episodes::finish(Place place) {
  const ChainView task = world_.task();
  double seconds = 0.0;
  while (place.t < task.size()) {
    const SiteIndex site = decide(place);
    seconds += advance(place, site);
  }
  const auto truth = world_.carrier(place.now);
  return seconds +
         carry(truth, world_.topology(), place.at, kDevice, task.data[place.t].value(), 0.0);
}

double Episodes::seconds_of_plan(const Place& place, SiteIndex site) const {
  const auto truth = world_.carrier(place.now);
  return time_placement(truth, world_.topology(), world_.remainder(place.t), place.at,
                        view(features_.plan(site)));
}

double Episodes::seconds_to_end(const Place& place, SiteIndex site, Label label) {
  if (when_ == DecisionMoment::task) {
    return seconds_of_plan(place, site);
  }
  if (label == Label::hindsight) {
    const auto truth = world_.carrier(place.now);
    return solve_timed_dp_via(truth, world_.topology(), world_.remainder(place.t), place.at, site)
        .cost;
  }
  Place after = place;
  const double seconds = advance(after, site);
  return seconds + finish(after);
}

void Episodes::add_label(const Place& place, Label label, Decisions& decisions) {
  if (teacher_ != nullptr) {
    std::array<float, kSites> scores{};
    teacher_->run(values_.data(), scores.data());
    decisions.taught.push_back(logits_of(scores.data(), decisions.excess.back()));
    return;
  }
  SiteValues seconds{};
  for (std::size_t k = 0; k < kSites; ++k) {
    seconds[k] = seconds_to_end(place, static_cast<SiteIndex>(k), label);
  }
  decisions.seconds.push_back(seconds);
}

void Episodes::collect(std::size_t count, Label label, double explore, Decisions& decisions) {
  boost::random::uniform_01<double> uniform;
  boost::random::uniform_int_distribution<std::size_t> any_site(0, kSites - 1);
  while (decisions.count() < count) {
    world_.next();
    const std::size_t steps = when_ == DecisionMoment::task ? 1 : world_.task().size();
    Place place{0, kDevice, world_.release()};
    for (std::size_t t = 0; t < steps; ++t) {
      SiteIndex site = decide(place);
      decisions.features.insert(decisions.features.end(), values_.begin(), values_.end());
      decisions.excess.push_back(features_.excess());
      add_label(place, label, decisions);
      if (uniform(random_) < explore) {
        site = static_cast<SiteIndex>(any_site(random_));
      }
      advance(place, site);
    }
  }
}

Episodes::Latencies Episodes::latencies(std::size_t tasks) {
  Latencies all;
  for (std::size_t i = 0; i < tasks; ++i) {
    world_.next();
    const Place start{0, kDevice, world_.release()};
    if (when_ == DecisionMoment::task) {
      const SiteIndex first = decide(start);
      all.own.push_back(seconds_of_plan(start, first));
    } else {
      all.own.push_back(finish(start));
    }
    all.least.push_back(world_.least_latency(0, kDevice, start.now).cost);
  }
  return all;
}

}  // namespace mec::online
