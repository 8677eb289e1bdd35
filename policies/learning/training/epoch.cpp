#include "policies/learning/training/epoch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/uniform_int_distribution.hpp>
#include <cmath>
#include <filesystem>
#include <utility>

namespace mec::learning {

void shuffle(std::vector<std::size_t>& order, RandomEngine& random) {
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1],
              order[boost::random::uniform_int_distribution<std::size_t>(0, i - 1)(random)]);
  }
}

double train_epoch(std::span<const std::size_t> order, const EpochPlan& plan,
                   const TrainingRun& run,
                   const std::function<double(std::span<const std::size_t>)>& set_gradient,
                   const std::function<void(const AdamOptions&)>& step) {
  const std::size_t batches = (order.size() + plan.batch - 1) / plan.batch;
  double sum = 0.0;
  for (std::size_t b = 0; b < batches; ++b) {
    run.check_stop();
    const std::size_t begin = b * plan.batch;
    const auto rows = order.subspan(begin, std::min(plan.batch, order.size() - begin));
    const double loss = set_gradient(rows);
    if (!std::isfinite(loss)) {
      training_diverged(
          run, fmt::format("the loss is {} in epoch {}, batch {}", loss, plan.epoch + 1, b + 1),
          plan.rate);
    }
    const double done =
        (static_cast<double>(plan.epoch) + static_cast<double>(b) / static_cast<double>(batches)) /
        static_cast<double>(plan.epochs);
    AdamOptions adam;
    adam.rate = static_cast<float>(plan.rate * (1.0 - done));
    step(adam);
    sum += loss * static_cast<double>(rows.size());
    run.progress(fmt::format("epoch {} of at most {}", plan.epoch + 1, plan.epochs), done, loss);
  }
  return sum / static_cast<double>(order.size());
}

void training_diverged(const TrainingRun& run, const std::string& what, double rate) {
  const std::string kept = std::filesystem::exists(run.checkpoint)
                               ? "the last good state is in " + run.checkpoint
                               : "no checkpoint had been written yet";
  throw TrainingError(fmt::format("{}: training diverged: {}; {}; try a smaller rate (it is {})",
                                  run.name, what, kept, rate));
}

}  // namespace mec::learning
