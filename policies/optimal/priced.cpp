#include "policies/optimal/priced.hpp"

#include <fmt/format.h>

#include <boost/container/small_vector.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "policies/waits.hpp"

namespace mec {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// How far a task has got: seconds since the decision, and tolls paid.
struct Label {
  double date = 0.0;
  double paid = 0.0;
  [[nodiscard]] double cost() const { return date + paid; }
};

class PricedNetwork {
 public:
  PricedNetwork(const Network* network, const DecisionRequest& request, bool waits, double toll)
      : request_(request),
        network_(network),
        snapshot_(request.state),
        waiting_(snapshot_, waits ? request.observed : Observation{}),
        toll_(toll) {}

  [[nodiscard]] std::size_t sites() const { return request_.state.sites(); }

  [[nodiscard]] Label carry(std::size_t from, std::size_t to, std::size_t t, Label at) const {
    const double bytes = request_.task.data[t].value();
    if (bytes > 0.0) {
      for (const LinkIndex link : request_.topology.route(from, to)) {
        at.date = waiting_.transfer(link, bytes, at.date);
        at.paid += is_shared(link) ? toll_ * snapshot_.transfer(link, bytes, 0.0) : 0.0;
      }
    }
    return at;
  }

  [[nodiscard]] Label work_off(std::size_t site, std::size_t t, Label at) const {
    const double cycles = request_.task.work[t].value();
    if (cycles > 0.0) {
      at.date = waiting_.compute(site, cycles, at.date);
      at.paid += is_contended(site) ? toll_ * snapshot_.compute(site, cycles, 0.0) : 0.0;
    }
    return at;
  }

 private:
  [[nodiscard]] bool is_shared(LinkIndex link) const {
    if (network_ == nullptr) {
      return !request_.topology.is_device_link(link);
    }
    const Medium& medium = network_->media[network_->groups[request_.group].medium[link]];
    return medium.scope == Scope::common && !medium.unlimited;
  }
  // A server with as many cores as there is work for makes nobody wait.
  [[nodiscard]] bool is_contended(std::size_t site) const {
    return site != kDevice && (network_ == nullptr || network_->servers[site - 1].cores > 0);
  }

  const DecisionRequest& request_;
  const Network* network_;
  SnapshotCarrier snapshot_;
  WaitingCarrier<SnapshotCarrier> waiting_;
  double toll_;
};

double cost_of(const PricedNetwork& network, SiteIndex from, PlacementView placement) {
  Label label;
  std::size_t at = from;
  for (std::size_t t = 0; t < placement.size(); ++t) {
    label = network.work_off(placement[t], t, network.carry(at, placement[t], t, label));
    at = placement[t];
  }
  return network.carry(at, kDevice, placement.size(), label).cost();
}

// Calls `visit` with every placement of `n` subtasks on `sites` sites.
template <class Visit>
void for_each_placement(std::size_t n, std::size_t sites, Visit visit) {
  Placement placement(n, kDevice);
  for (;;) {
    visit(placement);
    std::size_t t = n;
    while (t > 0 && ++placement[t - 1] == sites) {
      placement[--t] = kDevice;
    }
    if (t == 0) {
      return;
    }
  }
}

}  // namespace

Solution PricedSolver::solve(const DecisionRequest& request) const {
  const PricedNetwork network(network_, request, waits_, toll_);
  const std::size_t n = request.task.size();
  const std::size_t count = network.sites();
  boost::container::small_vector<Label, 8> labels(count);
  boost::container::small_vector<Label, 8> next(count);
  boost::container::small_vector<SiteIndex, 48> parents(n * count);
  const auto reach = [&](std::size_t t, std::size_t to, std::size_t& parent) {
    Label best{kNever, 0.0};
    const std::size_t first = t == 0 ? request.at : 0;
    const std::size_t last = t == 0 ? request.at : count - 1;
    for (std::size_t from = first; from <= last; ++from) {
      const Label label = network.carry(from, to, t, t == 0 ? Label{} : labels[from]);
      parent = label.cost() < best.cost() ? from : parent;
      best = label.cost() < best.cost() ? label : best;
    }
    return best;
  };
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t j = 0; j < count; ++j) {
      std::size_t parent = t == 0 ? request.at : 0;
      next[j] = network.work_off(j, t, reach(t, j, parent));
      parents[t * count + j] = static_cast<SiteIndex>(parent);
    }
    labels = next;
  }
  std::size_t site = 0;
  Solution solution{Placement(n, boost::container::default_init), reach(n, kDevice, site).cost()};
  for (std::size_t t = n; t-- > 0;) {
    solution.placement[t] = static_cast<SiteIndex>(site);
    site = parents[t * count + site];
  }
  return solution;
}

Solution PricedSolver::search(const DecisionRequest& request) const {
  const PricedNetwork network(network_, request, waits_, toll_);
  const std::size_t n = request.task.size();
  const double placements = std::pow(static_cast<double>(network.sites()), static_cast<double>(n));
  if (placements > kMaxExhaustivePlacements) {
    throw std::invalid_argument(fmt::format(
        "an exhaustive search of {} sites ^ {} subtasks = {:.3g} placements (limit {:.0e}); use dp",
        network.sites(), n, placements, kMaxExhaustivePlacements));
  }
  Solution best{{}, kNever};
  for_each_placement(n, network.sites(), [&](const Placement& placement) {
    const double cost = cost_of(network, request.at, view(placement));
    if (best.placement.empty() || cost < best.cost) {
      best = {placement, cost};
    }
  });
  return best;
}

double PricedSolver::cost(const DecisionRequest& request, PlacementView placement) const {
  return cost_of(PricedNetwork(network_, request, waits_, toll_), request.at, placement);
}

}  // namespace mec
