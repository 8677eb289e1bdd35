#include "results/sweep_precision.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "results/precision.hpp"

namespace mec {

namespace {

void add_point(const PrecisionTarget& target, std::span<const SweepCell> cells,
               std::size_t policies, PrecisionReached& reached) {
  std::vector<std::vector<double>> values(policies);
  std::uint32_t replications = 0;
  for (const SweepCell& cell : cells) {
    replications = std::max(replications, cell.id.replication + 1);
    if (const auto value = value_of(target, cell)) {
      values[cell.id.policy].push_back(*value);
    }
  }
  bool missed = false;
  for (std::uint32_t policy = 0; policy < policies; ++policy) {
    if (values[policy].size() < 2) {
      continue;
    }
    const double width = relative_half_width(values[policy]);
    missed = missed || width > target.relative;
    if (!reached.widest || width > reached.widest->relative) {
      reached.widest = {width, cells.front().id.point, policy};
    }
  }
  reached.points_missed += missed ? 1U : 0U;
  reached.replications_least =
      reached.points == 0 ? replications : std::min(reached.replications_least, replications);
  reached.replications_most = std::max(reached.replications_most, replications);
  ++reached.points;
}

}  // namespace

std::optional<double> value_of(const PrecisionTarget& target, const SweepCell& cell) {
  if (cell.status != CellStatus::completed) {
    return std::nullopt;
  }
  return target.of == PrecisionTarget::Statistic::mean_latency ? cell.report.mean_latency
                                                               : cell.report.ratio_of_means;
}

PrecisionReached precision_reached(const PrecisionTarget& target, const SweepResults& results) {
  PrecisionReached reached;
  const std::span<const SweepCell> cells(results.cells);
  for (std::size_t first = 0, last = 0; first < cells.size(); first = last) {
    while (last < cells.size() && cells[last].id.point == cells[first].id.point) {
      ++last;
    }
    add_point(target, cells.subspan(first, last - first), results.policies.size(), reached);
  }
  return reached;
}

}  // namespace mec
