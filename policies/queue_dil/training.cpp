#include "policies/queue_dil/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <numeric>

#include "core/errors.hpp"
#include "core/network.hpp"
#include "core/output_file.hpp"
#include "core/text.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/learning/training/epoch.hpp"
#include "policies/learning/training/network_group.hpp"
#include "policies/queue_dil/labels.hpp"

namespace mec::queued {

namespace {

using learning::Model;
constexpr std::size_t kValidationRows = 1024;  // a pass
constexpr double kPoor = 1.05;                 // cost over the planner's
constexpr const char* kProgress = "progress";  // array of a checkpoint: epochs done
constexpr const char* kBest = "best_ratio";    // provenance of a checkpoint
constexpr const char* kTraining = "training";  // provenance: which training it is of

enum Part : std::uint64_t { kToLearn, kToValidate };

void fit_normalisation(const learning::SampleSet& samples, Model& model) {
  const std::size_t width = samples.schema.size();
  const auto count = static_cast<double>(samples.count);
  for (std::size_t j = 0; j < width; ++j) {
    double sum = 0.0;
    double squares = 0.0;
    float low = samples.features[j];
    float high = low;
    for (std::size_t i = 0; i < samples.count; ++i) {
      const float x = samples.features[i * width + j];
      sum += static_cast<double>(x);
      low = std::min(low, x);
      high = std::max(high, x);
    }
    for (std::size_t i = 0; i < samples.count; ++i) {
      const double off = static_cast<double>(samples.features[i * width + j]) - sum / count;
      squares += off * off;
    }
    model.feature_low.push_back(low);
    model.feature_high.push_back(high);
    model.normalisation.mean.push_back(static_cast<float>(sum / count));
    // What never changes says nothing.
    constexpr auto kMost = static_cast<double>(std::numeric_limits<float>::max());
    const double deviation = std::sqrt(squares / count);
    model.normalisation.scale.push_back(
        deviation > 0.0 ? static_cast<float>(std::min(1.0 / deviation, kMost)) : 0.0F);
  }
}

class QueuedTraining {
 public:
  QueuedTraining(const QueuedOptions& options, const Scenario& scenario,
                 const learning::FeatureSchema& schema, const learning::TrainingRun& run)
      : options_(options),
        run_(run),
        streams_(options.seed, 0),
        network_(build_network(scenario.network, scenario.network.devices)),
        planner_(&network_, true, options.toll) {
    Labelled training =
        label_moments({scenario, schema, options.samples, options.seed, kToLearn}, planner_, run);
    validation_ = label_moments(
        {scenario, schema, options.validation_samples, options.seed, kToValidate}, planner_, run);
    best_.features = schema;
    best_.head = learning::HeadKind::plan;
    best_.plans = frequent_placements(training.samples, options.plans);
    fit_normalisation(training.samples, best_);
    costs_ = relative_costs(training, best_.plans, planner_, run);
    inputs_ = std::move(training.samples.features);
    normalise(best_.normalisation, inputs_);
    normalise(best_.normalisation, validation_.samples.features);
    networks_ = std::make_unique<learning::NetworkGroup>(
        1, schema.size(), options.hidden, best_.plans.size(), streams_, options.arithmetic);
    best_.networks = networks_->weights();
  }

  Model train() {
    resume();
    auto saved = std::chrono::steady_clock::now();
    while (epoch_ < options_.epochs) {
      const double loss = train_one_epoch();
      ++epoch_;
      validate(loss);
      if (std::chrono::steady_clock::now() - saved >= run_.checkpoint_every) {
        save_checkpoint();
        saved = std::chrono::steady_clock::now();
      }
    }
    write_file(run_.curve, learning::curve_csv(curve_));
    if (best_ratio_ > kPoor) {
      run_.observer.warn(
          fmt::format("{}: has not learned its task well: on samples set aside its placements cost "
                      "{:.1f} % more than those of the planner that it imitates; try more hidden, "
                      "plans, samples or epochs",
                      run_.name, 100.0 * (best_ratio_ - 1.0)));
    }
    return best_;
  }

 private:
  // In an order of the epoch's own, so that a resumed training sees the same.
  [[nodiscard]] std::vector<std::size_t> shuffled_rows() const {
    std::vector<std::size_t> order(options_.samples);
    std::iota(order.begin(), order.end(), std::size_t{0});
    RandomEngine random = streams_.stream("shuffle", epoch_);
    learning::shuffle(order, random);
    return order;
  }

  double train_one_epoch() {
    return learning::train_epoch(
        shuffled_rows(), {epoch_, options_.epochs, options_.batch, options_.rate}, run_,
        [this](std::span<const std::size_t> rows) { return set_gradient(rows); },
        [this](const learning::AdamOptions& adam) { networks_->step(adam); });
  }

  // Mean loss of the rows; its gradient is left in the network.
  double set_gradient(std::span<const std::size_t> rows) {
    const std::size_t width = best_.features.size();
    const std::size_t plans = best_.plans.size();
    batch_.clear();
    for (const std::size_t row : rows) {
      const auto from = inputs_.begin() + static_cast<std::ptrdiff_t>(row * width);
      batch_.insert(batch_.end(), from, from + static_cast<std::ptrdiff_t>(width));
    }
    const auto scores = networks_->forward(batch_.data(), rows.size());
    gradient_.assign(rows.size() * plans, 0.0F);
    const double share = 1.0 / static_cast<double>(rows.size());
    double loss = 0.0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      loss += plan_loss(scores.subspan(r * plans, plans), {costs_.data() + rows[r] * plans, plans},
                        options_.loss, share, {gradient_.data() + r * plans, plans});
    }
    networks_->backward(gradient_);
    return loss * share;
  }

  // Keeps the network if it is the best so far.
  void validate(double train_loss) {
    const learning::SampleSet& samples = validation_.samples;
    const std::size_t plans = best_.plans.size();
    double cost = 0.0;
    double least = 0.0;
    for (std::size_t at = 0; at < samples.count; at += kValidationRows) {
      const std::size_t count = std::min(kValidationRows, samples.count - at);
      const auto scores = networks_->forward(samples.features_of(at).data(), count);
      for (std::size_t r = 0; r < count; ++r) {
        const auto first = scores.begin() + static_cast<std::ptrdiff_t>(r * plans);
        const auto greatest = std::max_element(first, first + static_cast<std::ptrdiff_t>(plans));
        const MomentRequest asked(validation_.moments[at + r]);
        cost += planner_.cost(asked.get(),
                              view(best_.plans[static_cast<std::size_t>(greatest - first)]));
        least += samples.optimal_cost[at + r];
      }
    }
    const double ratio = least > 0.0 ? cost / least : 1.0;
    curve_.push_back({epoch_, train_loss, cost / static_cast<double>(samples.count), ratio});
    if (ratio < best_ratio_) {
      best_ratio_ = ratio;
      best_.networks = networks_->weights();
    }
  }

  void save_checkpoint() {
    std::vector<learning::NamedArray> arrays;
    networks_->store(arrays);
    arrays.push_back({kProgress, {static_cast<float>(epoch_)}});
    Model model = best_;
    model.provenance[kBest] = fmt::format("{}", best_ratio_);
    model.provenance[kTraining] = run_.description;
    save_model(model, arrays, run_.checkpoint);
    write_file(run_.curve, learning::curve_csv(curve_));
  }

  // Goes on from a checkpoint of this training, if there is one that can be read.
  void resume() {
    if (!std::filesystem::exists(run_.checkpoint)) {
      return;
    }
    try {
      std::vector<learning::NamedArray> arrays;
      const Model model = learning::load_model(run_.checkpoint, arrays);
      const auto best_ratio = parse_double(model.provenance.at(kBest));
      const auto epochs = static_cast<std::size_t>(learning::array_of(arrays, kProgress).at(0));
      const auto curve = learning::read_curve(run_.curve, epochs);
      if (model.provenance.at(kTraining) == run_.description && best_ratio &&
          curve.size() == epochs && networks_->restore(arrays)) {
        best_.networks = model.networks;
        best_ratio_ = *best_ratio;
        epoch_ = epochs;
        curve_ = curve;
        run_.observer.note(
            fmt::format("{}: goes on from {}, epoch {}", run_.name, run_.checkpoint, epoch_));
      }
    } catch (const UserError&) {  // damaged, or of another version: from the start, then
    } catch (const std::out_of_range&) {
    }
  }

  const QueuedOptions& options_;
  const learning::TrainingRun& run_;
  RandomStreams streams_;
  Network network_;
  PricedSolver planner_;
  Labelled validation_;
  std::vector<float> inputs_;  // [samples x features], normalised
  std::vector<float> costs_;   // [samples x plans], relative
  Model best_;
  std::unique_ptr<learning::NetworkGroup> networks_;
  std::uint64_t epoch_ = 0;
  double best_ratio_ = std::numeric_limits<double>::infinity();
  std::vector<learning::CurvePoint> curve_;
  std::vector<float> batch_;
  std::vector<float> gradient_;
};

std::string queues_of(const Scenario& s) {
  const NetworkModel& n = s.network;
  return fmt::format("down={} {}\nqueues: seen={} cores={} {} shared={} half={}\n",
                     n.b1_down ? describe(*n.b1_down) : "", n.b2_down ? describe(*n.b2_down) : "",
                     s.observation.backlog == ObservationModel::Backlog::all ? "all" : "own",
                     n.edge_cores, n.cloud_cores, n.access.shared, n.access.duplex == Duplex::half);
}

}  // namespace

std::string describe(const QueuedOptions& o, const Scenario& scenario,
                     const learning::FeatureSchema& schema) {
  std::string hidden;
  for (const std::size_t width : o.hidden) {
    hidden += fmt::format("{}{}", hidden.empty() ? "" : "-", width);
  }
  return fmt::format(
             "queued/1 toll={} hidden={} plans={} validation_samples={} epochs={} batch={} rate={} "
             "soft_cost={} regret={} arithmetic={}\n",
             o.toll, hidden, o.plans, o.validation_samples, o.epochs, o.batch, o.rate,
             o.loss.soft_cost, o.loss.regret,
             o.arithmetic == learning::Arithmetic::reproducible
                 ? "reproducible"
                 : learning::fast_arithmetic_name()) +
         queues_of(scenario) + learning::describe({scenario, schema, o.samples, o.seed, kToLearn});
}

Model train_queued(const QueuedOptions& options, const Scenario& scenario,
                   const learning::FeatureSchema& schema, const learning::TrainingRun& run) {
  return QueuedTraining(options, scenario, schema, run).train();
}

}  // namespace mec::queued
