#include "policies/learning/features/chain_fit.hpp"

#include <algorithm>

namespace mec::learning {

void ChainFit::fit(ChainView task, std::size_t subtasks) {
  const std::size_t real = task.size();
  if (real == subtasks) {
    group_.clear();
    fitted_ = task;
    return;
  }
  group_.resize(real);
  if (real < subtasks) {
    work_.assign(task.work.begin(), task.work.end());
    work_.resize(subtasks);
    data_.assign(task.data.begin(), task.data.end());
    data_.resize(subtasks + 1, task.data.back());
    for (std::size_t t = 0; t < real; ++t) {
      group_[t] = t;
    }
  } else {
    merge(task, subtasks);
  }
  fitted_ = {{work_.data(), work_.size()}, {data_.data(), data_.size()}};
}

// Cuts stay at the subtasks - 1 smallest inner flows.
void ChainFit::merge(ChainView task, std::size_t subtasks) {
  const std::size_t real = task.size();
  order_.resize(real - 1);
  for (std::size_t i = 0; i + 1 < real; ++i) {
    order_[i] = i + 1;  // flow t lies before subtask t
  }
  const auto smaller = [task](std::size_t a, std::size_t b) {
    return task.data[a] != task.data[b] ? task.data[a] < task.data[b] : a < b;
  };
  const auto cuts = order_.begin() + static_cast<std::ptrdiff_t>(subtasks - 1);
  std::nth_element(order_.begin(), cuts, order_.end(), smaller);
  std::sort(order_.begin(), cuts);
  work_.assign(subtasks, Cycles{});
  data_.assign(subtasks + 1, Bytes{});
  data_.front() = task.data.front();
  data_.back() = task.data.back();
  auto cut = order_.begin();
  std::size_t group = 0;
  for (std::size_t t = 0; t < real; ++t) {
    if (cut != cuts && *cut == t) {
      data_[++group] = task.data[t];
      ++cut;
    }
    work_[group] += task.work[t];
    group_[t] = group;
  }
}

void ChainFit::expand(std::span<const SiteIndex> fitted_sites, Placement& placement) const {
  if (group_.empty()) {
    placement.assign(fitted_sites.begin(), fitted_sites.end());
    return;
  }
  placement.resize(group_.size());
  for (std::size_t t = 0; t < group_.size(); ++t) {
    placement[t] = fitted_sites[group_[t]];
  }
}

}  // namespace mec::learning
