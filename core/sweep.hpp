// A sweep in plain data: the points at which a scenario is varied, and how often each is simulated.
// scenarios/ makes it from a sweep file; results/ knows nothing else of where it came from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mec {

/// A swept key of the scenario: a column of the sweep's CSV files.
struct SweepColumn {
  std::string name;      // of the column: "edge_speed_Hz", with the SI unit where it is a quantity
  std::string key;       // of the scenario: "edge.speed"
  std::string unit;      // "Hz"; empty: none
  bool numeric = false;  // every value is a number, in SI units
};

/// The points of a sweep, in the order in which they are written: the last axis varies fastest.
struct SweepGrid {
  std::vector<SweepColumn> columns;
  /// [points][columns]: the fields of the CSV columns, not yet quoted. A sweep without axes has one
  /// point without fields.
  std::vector<std::vector<std::string>> points;
};

/// How many replications a point gets, where that is not fixed: as many as it takes for the 95 %
/// interval of every policy's mean over replications to be at most `relative` of that mean wide to
/// either side. Source: Law, "Simulation Modeling and Analysis", 4th ed., Section 9.4.1.
struct PrecisionTarget {
  enum class Statistic : std::uint8_t { mean_latency, ratio_of_means };
  double relative = 0.01;  // > 0
  Statistic of = Statistic::mean_latency;
  std::uint32_t least = 5;    // replications of the first round, at least 2
  std::uint32_t most = 1000;  // a point that has so many is left as it is, and reported
};

/// Which tasks of a run are left out of statistics beside those of the scenario's own warm-up:
/// none, or those that MSER-5 finds to be its transient.
enum class WarmUpDetection : std::uint8_t { none, mser5 };

/// One simulation of a sweep: a policy on a replication of a point. The policy is an index into the
/// sweep's list.
struct CellId {
  std::uint32_t point = 0;
  std::uint32_t policy = 0;
  std::uint32_t replication = 0;

  friend bool operator==(const CellId&, const CellId&) = default;
};

}  // namespace mec
