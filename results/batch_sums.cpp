#include "results/batch_sums.hpp"

namespace mec {

void BatchSums::add(const TaskSums& task) {
  if (batches_.empty() || in_last_ == batch_size_) {
    if (batches_.size() == kMaxBatches) {
      merge_pairs();
    }
    batches_.emplace_back();
    in_last_ = 0;
  }
  batches_.back() += task;
  ++in_last_;
}

void BatchSums::merge_pairs() {
  for (std::size_t i = 0; i < batches_.size() / 2; ++i) {
    TaskSums pair = batches_[2 * i];
    pair += batches_[2 * i + 1];
    batches_[i] = pair;
  }
  batches_.resize(batches_.size() / 2);
  batch_size_ *= 2;
}

}  // namespace mec
