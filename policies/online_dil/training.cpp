#include "policies/online_dil/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <optional>

#include "core/errors.hpp"
#include "core/output_file.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/learning/training/epoch.hpp"
#include "policies/learning/training/network_group.hpp"
#include "policies/online_dil/loss.hpp"

namespace mec::online {

namespace {

using learning::Mlp;
using learning::Model;

// Replications of a run are below 2^63, so no run draws from these streams.
constexpr std::uint64_t kTrainingStreams = std::uint64_t{1} << 63U;
constexpr std::uint64_t kValidation = kTrainingStreams + 1'000'000;
constexpr std::uint64_t kGate = kTrainingStreams + 1'000'001;
constexpr std::uint64_t kFirstRound = kTrainingStreams + 2'000'000;
constexpr float kAveraged = 0.998F;  // of the mean network that is kept at every step
constexpr const char* kProgress = "progress";
constexpr const char* kTraining = "training";

learning::FusedNetwork fused(const Mlp& network) {
  return {{network}, {}, learning::WeightPrecision::fp32, {}, {}};
}

Model blank_model(const learning::FeatureSchema& schema, const std::string& plan) {
  Model model;
  model.provenance[kPlanKey] = plan;
  model.features = schema;
  model.head = learning::HeadKind::site;
  model.normalisation.mean.assign(schema.size(), 0.0F);
  model.normalisation.scale.assign(schema.size(), 1.0F);
  return model;
}

// Says nothing yet: the last layer is zero.
Mlp first_network(const OnlineOptions& options, std::size_t inputs) {
  std::vector<std::size_t> widths = {inputs};
  widths.insert(widths.end(), options.hidden.begin(), options.hidden.end());
  widths.push_back(kSites);
  RandomEngine random = RandomStreams(options.seed, 0).stream("init");
  Mlp network = learning::TrainableMlp(widths, random, options.arithmetic).weights();
  std::fill(network.layers.back().weights.begin(), network.layers.back().weights.end(), 0.0F);
  return network;
}

void move_towards(std::vector<float>& average, const std::vector<float>& values, float part) {
  for (std::size_t i = 0; i < average.size(); ++i) {
    average[i] += part * (values[i] - average[i]);
  }
}

void flatten(const Mlp& network, std::vector<float>& values) {
  values.clear();
  for (const learning::DenseLayer& layer : network.layers) {
    values.insert(values.end(), layer.weights.begin(), layer.weights.end());
    values.insert(values.end(), layer.bias.begin(), layer.bias.end());
  }
}

void unflatten(const std::vector<float>& values, Mlp& network) {
  auto from = values.begin();
  for (learning::DenseLayer& layer : network.layers) {
    for (std::vector<float>* part : {&layer.weights, &layer.bias}) {
      const auto end = from + static_cast<std::ptrdiff_t>(part->size());
      std::copy(from, end, part->begin());
      from = end;
    }
  }
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Whether `a` is less than `b` on average, by more than a standard error of the difference.
bool is_clearly_less(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += b[i] - a[i];
    squares += (b[i] - a[i]) * (b[i] - a[i]);
  }
  const double mean = sum / n;
  const double variance = std::max(0.0, squares / n - mean * mean);
  return mean > std::sqrt(variance / n);
}

class OnlineTraining {
 public:
  OnlineTraining(const OnlineOptions& options, const Scenario& scenario,
                 const learning::FeatureSchema& schema, const learning::TrainingRun& run,
                 const Model* teacher)
      : options_(options),
        scenario_(scenario),
        run_(run),
        best_(blank_model(schema, options.plan)),
        average_(first_network(options, schema.size())),
        networks_({average_}, options.arithmetic),
        low_(schema.size(), 0.0F),
        high_(schema.size(), 0.0F) {
    best_.networks = {average_};
    flatten(average_, mean_weights_);
    if (teacher != nullptr) {
      teacher_.emplace(fused(teacher->networks.front()));
    }
  }

  Model train() {
    resume();
    if (curve_.empty()) {
      validate(0.0);
    }
    loss_.unit = curve_.front().validation_loss;
    loss_.soft_share = options_.soft_share;
    loss_.soft_cost = options_.soft_cost;
    auto saved = std::chrono::steady_clock::now();
    while (epoch_ < options_.epochs) {
      const double loss = train_round();
      ++epoch_;
      validate(loss);
      if (std::chrono::steady_clock::now() - saved >= run_.checkpoint_every) {
        save_checkpoint();
        saved = std::chrono::steady_clock::now();
      }
    }
    write_file(run_.curve, learning::curve_csv(curve_));
    fall_back();
    best_.feature_low = low_;
    best_.feature_high = high_;
    return best_;
  }

 private:
  void collect() {
    decisions_ = {};
    learning::FusedNetwork policy = fused(average_);
    Episodes episodes(scenario_, RandomStreams(options_.seed, kFirstRound + epoch_), options_.plan,
                      policy, teacher_ ? &*teacher_ : nullptr);
    while (decisions_.count() < options_.samples) {
      run_.check_stop();
      const std::size_t some = std::min(options_.samples, decisions_.count() + 1000);
      episodes.collect(some, options_.labels, options_.explore, decisions_);
    }
    const std::size_t width = low_.size();
    for (std::size_t i = 0; i < decisions_.features.size(); ++i) {
      low_[i % width] = std::min(low_[i % width], decisions_.features[i]);
      high_[i % width] = std::max(high_[i % width], decisions_.features[i]);
    }
  }

  double train_round() {
    collect();
    std::vector<std::size_t> order(decisions_.count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    RandomEngine random = RandomStreams(options_.seed, 0).stream("shuffle", epoch_);
    learning::shuffle(order, random);
    const double loss = learning::train_epoch(
        order, {epoch_, options_.epochs, options_.batch, options_.rate}, run_,
        [this](std::span<const std::size_t> rows) { return set_gradient(rows); },
        [this](const learning::AdamOptions& adam) { step(adam); });
    unflatten(mean_weights_, average_);
    return loss;
  }

  double set_gradient(std::span<const std::size_t> rows) {
    const std::size_t width = low_.size();
    inputs_.clear();
    for (const std::size_t row : rows) {
      const auto from = decisions_.features.begin() + static_cast<std::ptrdiff_t>(row * width);
      inputs_.insert(inputs_.end(), from, from + static_cast<std::ptrdiff_t>(width));
    }
    const auto scores = networks_.forward(inputs_.data(), rows.size());
    gradient_.assign(rows.size() * kSites, 0.0F);
    const double share = 1.0 / static_cast<double>(rows.size());
    double loss = 0.0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto own = scores.subspan(r * kSites, kSites);
      const std::span<float> gradient{gradient_.data() + r * kSites, kSites};
      const SiteValues& excess = decisions_.excess[rows[r]];
      loss += teacher_
                  ? distillation_loss(own, excess, decisions_.taught[rows[r]], options_.temperature,
                                      share, gradient)
                  : decision_loss(own, excess, decisions_.seconds[rows[r]], loss_, share, gradient);
    }
    networks_.backward(gradient_);
    return loss * share;
  }

  void step(const learning::AdamOptions& adam) {
    networks_.step(adam);
    ++steps_;
    flatten(networks_.weights().front(), weights_);
    // At first the plain mean of all so far.
    move_towards(mean_weights_, weights_,
                 std::max(1.0F - kAveraged, 1.0F / static_cast<float>(steps_ + 1)));
  }

  // The same tasks for whoever is asked.
  [[nodiscard]] Episodes::Latencies latencies(const Mlp& network, std::uint64_t streams) const {
    learning::FusedNetwork policy = fused(network);
    return Episodes(scenario_, RandomStreams(options_.seed, streams), options_.plan, policy)
        .latencies(options_.validation_tasks);
  }

  void validate(double train_loss) {
    const Episodes::Latencies all = latencies(average_, kValidation);
    const double mean = mean_of(all.own);
    if (!(mean > 0.0) || !std::isfinite(mean)) {
      throw UserError(fmt::format(
          "nothing to learn from: the mean latency of the scenario's tasks is {} s", mean));
    }
    const bool better = curve_.empty() || mean < least_latency();
    curve_.push_back({epoch_, train_loss, mean, mean / mean_of(all.least)});
    if (better) {
      best_.networks = {average_};
    }
  }

  // Back to the plan where what was learned is not clearly better, on tasks that it was not chosen
  // by: the best of many epochs looks better than it is.
  void fall_back() {
    const Mlp plan = first_network(options_, low_.size());
    const Episodes::Latencies planned = latencies(plan, kGate);
    const Episodes::Latencies learned = latencies(best_.networks.front(), kGate);
    if (!is_clearly_less(learned.own, planned.own)) {
      best_.networks = {plan};
      run_.observer.note(
          fmt::format("{}: what was learned is no better than the forecast plan on {} tasks set "
                      "aside; it decides as that does",
                      run_.name, options_.validation_tasks));
    }
  }

  [[nodiscard]] double least_latency() const {
    return std::min_element(
               curve_.begin(), curve_.end(),
               [](const auto& a, const auto& b) { return a.validation_loss < b.validation_loss; })
        ->validation_loss;
  }

  void save_checkpoint() {
    std::vector<learning::NamedArray> arrays;
    networks_.store(arrays);
    arrays.push_back({kProgress, {static_cast<float>(epoch_), static_cast<float>(steps_)}});
    arrays.push_back({"mean", mean_weights_});
    arrays.push_back({"low", low_});
    arrays.push_back({"high", high_});
    Model model = best_;
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
      const auto& progress = learning::array_of(arrays, kProgress);
      const auto epochs = static_cast<std::size_t>(progress.at(0));
      const auto curve = learning::read_curve(run_.curve, epochs + 1);
      const auto& mean = learning::array_of(arrays, "mean");
      const auto& low = learning::array_of(arrays, "low");
      const auto& high = learning::array_of(arrays, "high");
      if (model.provenance.at(kTraining) == run_.description && curve.size() == epochs + 1 &&
          mean.size() == mean_weights_.size() && low.size() == low_.size() &&
          high.size() == high_.size() && networks_.restore(arrays)) {
        best_.networks = model.networks;
        mean_weights_ = mean;
        unflatten(mean_weights_, average_);
        low_ = low;
        high_ = high;
        epoch_ = epochs;
        steps_ = static_cast<std::uint64_t>(progress.at(1));
        curve_ = curve;
        run_.observer.note(
            fmt::format("{}: goes on from {}, epoch {}", run_.name, run_.checkpoint, epoch_));
      }
    } catch (const UserError&) {  // damaged, or of another version: from the start, then
    } catch (const std::out_of_range&) {
    }
  }

  const OnlineOptions& options_;
  const Scenario& scenario_;
  const learning::TrainingRun& run_;
  Model best_;
  Mlp average_;  // that of mean_weights_ at the end of the latest round
  learning::NetworkGroup networks_;
  std::vector<float> low_;  // ranges of the features seen
  std::vector<float> high_;
  std::vector<float> mean_weights_;
  std::vector<float> weights_;
  std::uint64_t epoch_ = 0;
  std::uint64_t steps_ = 0;
  std::vector<learning::CurvePoint> curve_;  // [0]: of the forecast plan
  LossOptions loss_;
  std::optional<learning::FusedNetwork> teacher_;
  Decisions decisions_;
  std::vector<float> inputs_;
  std::vector<float> gradient_;
};

}  // namespace

std::string describe(const OnlineOptions& o, const Scenario& s) {
  std::string hidden;
  for (const std::size_t width : o.hidden) {
    hidden += fmt::format("{}{}", hidden.empty() ? "" : "-", width);
  }
  std::string text = fmt::format(
      "online/1 plan={} hidden={} samples={} epochs={} batch={} rate={} labels={} explore={} "
      "soft_share={} soft_cost={} validation_tasks={} seed={} arithmetic={}\n",
      o.plan, hidden, o.samples, o.epochs, o.batch, o.rate,
      o.labels == Label::roll_out ? "roll-out" : "hindsight", o.explore, o.soft_share, o.soft_cost,
      o.validation_tasks, o.seed,
      o.arithmetic == learning::Arithmetic::reproducible ? "reproducible"
                                                         : learning::fast_arithmetic_name());
  text += fmt::format("when={}\nsubtasks={}\nwork={}\ndata={}\n",
                      s.decision.when == DecisionMoment::task ? "task" : "subtask",
                      describe(s.task.subtasks), describe(s.task.work), describe(s.task.data));
  const NetworkModel& n = s.network;
  text += fmt::format("p1={}\np2={}\np3={}\nb1={} {}\nb2={} {}\n", describe(n.device_speed),
                      describe(n.edge_speed), describe(n.cloud_speed), describe(n.b1),
                      n.b1_down ? describe(*n.b1_down) : "", describe(n.b2),
                      n.b2_down ? describe(*n.b2_down) : "");
  const ObservationModel& seen = s.observation;
  return text + fmt::format("observation={} {} {} {} {}\n", seen.age.value(), seen.period.value(),
                            seen.noise, seen.window, seen.step.value());
}

Model train_online(const OnlineOptions& options, const Scenario& scenario,
                   const learning::TrainingRun& run, const Model* teacher) {
  const Network network = build_network(scenario.network, 1);
  const learning::FeatureSchema schema = moving_schema(network, scenario.observation.window);
  if (schema.channels == 0) {
    Model model = blank_model(schema, options.plan);
    model.networks = {first_network(options, schema.size())};
    model.feature_low.assign(schema.size(), 0.0F);
    model.feature_high.assign(schema.size(), 1.0F);
    return model;
  }
  return OnlineTraining(options, scenario, schema, run, teacher).train();
}

}  // namespace mec::online
