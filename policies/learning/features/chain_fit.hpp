// Tasks of any number of subtasks for a network that was trained on n of them: "we can merge some
// subtasks or insert empty subtasks" (paper, Section 5.1).
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <span>

#include "core/placement.hpp"
#include "core/task.hpp"

namespace mec::learning {

/// A task made to have n subtasks. Longer tasks are merged: the n - 1 smallest inner flows stay as
/// cuts (ties: the first), all between two cuts becomes one subtask. Shorter tasks get empty
/// subtasks at their end, each with the output as its input: placed with the last real subtask they
/// cost nothing.
///
/// What is lost is real: the placement is expanded to the real task, and evaluated there.
class ChainFit {
 public:
  /// Reuses its memory: no allocation up to 16 subtasks on either side.
  void fit(ChainView task, std::size_t subtasks);

  /// Of the latest `fit`; valid until the next. The task itself when the length is right.
  [[nodiscard]] ChainView fitted() const { return fitted_; }
  /// Site of each real subtask, from the sites of the fitted ones.
  void expand(std::span<const SiteIndex> fitted_sites, Placement& placement) const;

 private:
  void merge(ChainView task, std::size_t subtasks);

  boost::container::small_vector<Cycles, 16> work_;
  boost::container::small_vector<Bytes, 17> data_;
  boost::container::small_vector<std::size_t, 16> order_;  // flows, by size
  boost::container::small_vector<std::size_t, 16> group_;  // fitted subtask of each real one
  ChainView fitted_;
};

}  // namespace mec::learning
