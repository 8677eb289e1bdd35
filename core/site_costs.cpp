#include "core/site_costs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace mec {

namespace {

std::size_t checked(std::size_t sites) {
  if (sites < 1 || sites > kMaxSites) {
    throw std::invalid_argument(fmt::format("{} sites; expected 1 to {}", sites, kMaxSites));
  }
  return sites;
}

}  // namespace

SiteCosts::SiteCosts(std::size_t sites)
    : sites_(checked(sites)), values_(sites + sites * sites, 0.0) {}

CostSplit evaluate(const SiteCosts& costs, ChainView task, PlacementView placement,
                   SiteIndex from) {
  if (placement.size() != task.size()) {
    throw std::invalid_argument(
        fmt::format("a placement of {} subtasks for a task of {}", placement.size(), task.size()));
  }
  CostSplit split;
  std::size_t at = from;
  for (std::size_t t = 0; t < task.size(); ++t) {
    const std::size_t site = placement[t];
    if (site >= costs.sites()) {
      throw std::invalid_argument(
          fmt::format("subtask {} is placed on site {} of {}", t, site, costs.sites()));
    }
    split.transfer += task.data[t].value() * costs.per_byte(at, site);
    split.compute += task.work[t].value() * costs.per_cycle(site);
    at = site;
  }
  split.transfer += task.data[task.size()].value() * costs.per_byte(at, kDevice);
  return split;
}

}  // namespace mec
