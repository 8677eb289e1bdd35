#include "policies/drl/deep_q.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <span>

#include "core/errors.hpp"
#include "core/output_file.hpp"
#include "policies/learning/model/model_file.hpp"

namespace mec::drl {

namespace {

using learning::CurvePoint;
using learning::Model;
using learning::TrainingError;
using learning::TrainingRun;

constexpr std::uint64_t kStepsPerAct = 4;
constexpr std::uint64_t kPointsOfACurve = 100;
constexpr double kWorkOfAPoint = 2e10;  // multiply-adds: a second or two of one core
constexpr double kLastRate = 0.02;      // of the first
constexpr const char* kDescriptionKey = "description";

class Training {
 public:
  Training(DeepQAgent& agent, const DeepQOptions& options, const TrainingRun& run)
      : agent_(agent),
        options_(options),
        run_(run),
        interval_(std::clamp<std::uint64_t>(
            static_cast<std::uint64_t>(kWorkOfAPoint / agent.work_of_a_step()), 1,
            std::max<std::uint64_t>(1, options.steps / kPointsOfACurve))) {}

  Model run() {
    resume();
    while (step_ < options_.steps && !hopeless()) {
      run_.check_stop();
      learn();
      if (step_ % interval_ == 0 || step_ == options_.steps) {
        take_stock();
      }
    }
    best_.provenance["steps"] = fmt::format("{}", step_);
    best_.provenance["best_step"] = fmt::format("{}", best_step_);
    best_.provenance["validation_ratio"] = fmt::format("{:.6f}", best_ratio_);
    return best_;
  }

 private:
  [[nodiscard]] double fraction() const {
    return static_cast<double>(step_) / static_cast<double>(options_.steps);
  }
  [[nodiscard]] double epsilon() const {
    return std::max(options_.epsilon_end, 1.0 - 2.0 * fraction() * (1.0 - options_.epsilon_end));
  }
  [[nodiscard]] bool hopeless() const {
    return step_ == last_point_ &&
           step_ - best_step_ > std::max(options_.steps / 3, 10 * interval_);
  }

  void learn() {
    if (step_ % kStepsPerAct == 0) {
      agent_.act(step_, epsilon());
      run_.progress(progress_text(), fraction(), loss_);
    }
    const double rate = options_.rate * (1.0 - (1.0 - kLastRate) * fraction());
    loss_ = agent_.learn(step_, static_cast<float>(rate));
    if (!std::isfinite(loss_)) {
      diverged();
    }
    sum_of_losses_ += loss_;
    ++step_;
    if (step_ % options_.target_every == 0) {
      agent_.update_target();
    }
  }

  [[nodiscard]] std::string progress_text() const {
    const std::string at = fmt::format("step {} of {}", step_, options_.steps);
    return curve_.empty()
               ? at
               : fmt::format("{}, validation {:.4f}", at, curve_.back().validation_ratio);
  }

  [[noreturn]] void diverged() const {
    const std::string kept = std::filesystem::exists(run_.checkpoint)
                                 ? fmt::format("; {} is from step {}", run_.checkpoint, last_point_)
                                 : "";
    throw TrainingError(
        fmt::format("{}: the loss is no finite number at step {}: try a lower rate than {}{}",
                    run_.name, step_ + 1, options_.rate, kept));
  }

  // Validates, keeps the best, and writes the curve and, from time to time, a checkpoint.
  void take_stock() {
    const Validation validation = agent_.validate();
    const auto steps = static_cast<double>(step_ - last_point_);
    curve_.push_back({step_, sum_of_losses_ / steps, validation.loss, validation.ratio});
    sum_of_losses_ = 0.0;
    last_point_ = step_;
    if (validation.ratio < best_ratio_ || best_.networks.empty()) {
      best_ratio_ = validation.ratio;
      best_step_ = step_;
      best_ = agent_.model();
    }
    const bool over = step_ == options_.steps || hopeless();
    const bool due = Clock::now() - saved_ >= run_.checkpoint_every;
    if (over || due) {
      write_file(run_.curve, learning::curve_csv(curve_));
    }
    if (!over && due) {
      save();
      saved_ = Clock::now();
    }
  }

  // The best model so far, with the agent's state beside it.
  void save() const {
    StateWriter state;
    state.put("step", step_);
    state.put("best.step", best_step_);
    state.put("best.ratio", best_ratio_);
    state.put("curve.points", static_cast<std::uint64_t>(curve_.size()));
    agent_.save(state);
    Model model = best_;
    model.provenance[kDescriptionKey] = run_.description;
    learning::save_model(model, state.arrays(), run_.checkpoint);
  }

  void resume() {
    if (!std::filesystem::exists(run_.checkpoint)) {
      return;
    }
    try {
      std::vector<learning::NamedArray> arrays;
      const Model model = learning::load_model(run_.checkpoint, arrays);
      const auto found = model.provenance.find(kDescriptionKey);
      if (found == model.provenance.end() || found->second != run_.description) {
        throw UserError("it is of another training");
      }
      restore(model, StateReader(std::move(arrays)));
      run_.observer.note(fmt::format("{}: goes on from {}, step {} of {}", run_.name,
                                     run_.checkpoint, step_, options_.steps));
    } catch (const UserError& error) {
      run_.observer.warn(fmt::format("{}: cannot go on from {}, so training begins anew: {}",
                                     run_.name, run_.checkpoint, error.what()));
    }
  }

  // All that can be refused is before the first change.
  void restore(const Model& model, const StateReader& state) {
    const std::uint64_t step = state.whole("step");
    const std::uint64_t best_step = state.whole("best.step");
    const double best_ratio = state.number("best.ratio");
    const std::uint64_t points = state.whole("curve.points");
    agent_.restore(state);
    step_ = step;
    last_point_ = step;
    best_step_ = best_step;
    best_ratio_ = best_ratio;
    best_ = model;
    best_.provenance.erase(kDescriptionKey);
    curve_ = learning::read_curve(run_.curve, points);
  }

  // The clock says when to write, which changes nothing of what is learned.
  using Clock = std::chrono::steady_clock;

  DeepQAgent& agent_;
  const DeepQOptions& options_;
  const TrainingRun& run_;
  std::uint64_t interval_;  // steps between two points of the curve
  std::uint64_t step_ = 0;
  std::uint64_t last_point_ = 0;
  double loss_ = 0.0;
  double sum_of_losses_ = 0.0;  // since the last point
  std::vector<CurvePoint> curve_;
  Clock::time_point saved_ = Clock::now();
  Model best_;
  std::uint64_t best_step_ = 0;
  double best_ratio_ = std::numeric_limits<double>::infinity();
};

}  // namespace

Model train(DeepQAgent& agent, const DeepQOptions& options, const TrainingRun& run) {
  return Training(agent, options, run).run();
}

std::string describe(const DeepQOptions& options) {
  return fmt::format(
      "drl/1 hidden={} steps={} batch={} rate={} replay={} target_every={} epsilon_end={} seed={} "
      "arithmetic={}\n",
      fmt::join(options.hidden, "-"), options.steps, options.batch, options.rate, options.replay,
      options.target_every, options.epsilon_end, options.seed,
      options.arithmetic == learning::Arithmetic::fast ? "fast" : "reproducible");
}

learning::TrainableMlp first_network(const DeepQOptions& options, std::size_t inputs,
                                     std::size_t outputs) {
  std::vector<std::size_t> widths = {inputs};
  widths.insert(widths.end(), options.hidden.begin(), options.hidden.end());
  widths.push_back(outputs);
  RandomEngine random = RandomStreams(options.seed, 0).stream("drl/weights");
  return {widths, random, options.arithmetic};
}

Model blank_model(const learning::SampleSet& samples, learning::HeadKind head,
                  const learning::Normalisation& normalisation) {
  Model model;
  model.features = samples.schema;
  model.head = head;
  model.normalisation = normalisation;
  const std::span<const float> first = samples.features_of(0);
  model.feature_low.assign(first.begin(), first.end());
  model.feature_high = model.feature_low;
  for (std::size_t i = 1; i < samples.count; ++i) {
    const std::span<const float> features = samples.features_of(i);
    for (std::size_t j = 0; j < features.size(); ++j) {
      model.feature_low[j] = std::min(model.feature_low[j], features[j]);
      model.feature_high[j] = std::max(model.feature_high[j], features[j]);
    }
  }
  return model;
}

}  // namespace mec::drl
