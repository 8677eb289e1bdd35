#include "policies/learning/training/imitation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>

#include "core/errors.hpp"
#include "core/output_file.hpp"
#include "core/text.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/learning/training/epoch.hpp"
#include "policies/learning/training/imitation_rows.hpp"
#include "policies/learning/training/network_group.hpp"

namespace mec::learning {

namespace {

constexpr std::size_t kValidationRows = 1024;  // a pass
constexpr const char* kProgress =
    "progress";  // array of a checkpoint: epoch, epochs since the best
constexpr const char* kBestLoss = "best_loss";  // provenance of a checkpoint
constexpr const char* kTraining = "training";   // provenance: which training it is of

class Imitation {
 public:
  Imitation(const ImitationOptions& options, const ImitationData& data, const Teacher* teacher,
            const TrainingRun& run)
      : options_(options),
        run_(run),
        streams_(options.seed, 0),
        rows_(options, data, teacher, run),
        best_(rows_.model()),
        networks_(shape().networks, shape().inputs, options.hidden, shape().outputs, streams_,
                  options.arithmetic) {
    best_.networks = networks_.weights();
  }

  Model train() {
    resume();
    auto saved = std::chrono::steady_clock::now();
    while (epoch_ < options_.epochs && since_best_ < options_.patience) {
      const double loss = train_one_epoch();
      ++epoch_;
      validate(loss);
      if (std::chrono::steady_clock::now() - saved >= run_.checkpoint_every) {
        save_checkpoint();
        saved = std::chrono::steady_clock::now();
      }
    }
    write_file(run_.curve, curve_csv(curve_));
    return best_;
  }

 private:
  [[nodiscard]] NetworkShape shape() const {
    const Model& model = rows_.model();
    return expected_shape(model.head, model.features, model.plans.size());
  }

  // In an order of the epoch's own, so that a resumed training sees the same.
  [[nodiscard]] std::vector<std::size_t> shuffled_rows() const {
    std::vector<std::size_t> order;
    for (std::size_t row = 0; row < rows_.all(); ++row) {
      if (rows_.trains(row)) {
        order.push_back(row);
      }
    }
    RandomEngine random = streams_.stream("shuffle", epoch_);
    shuffle(order, random);
    return order;
  }

  double train_one_epoch() {
    return train_epoch(
        shuffled_rows(), {epoch_, options_.epochs, options_.batch, options_.rate}, run_,
        [this](std::span<const std::size_t> rows) { return set_gradient(rows); },
        [this](const AdamOptions& adam) { networks_.step(adam); });
  }

  // Mean loss of the rows; its gradient is left in the networks.
  double set_gradient(std::span<const std::size_t> rows) {
    const std::size_t outputs = rows_.head().outputs();
    inputs_.clear();
    for (const std::size_t row : rows) {
      const auto input = rows_.input(row);
      inputs_.insert(inputs_.end(), input.begin(), input.end());
    }
    const auto scores = networks_.forward(inputs_.data(), rows.size());
    gradient_.assign(rows.size() * outputs, 0.0F);
    const double share = 1.0 / static_cast<double>(rows.size());
    double loss = 0.0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      loss += rows_.loss(rows[r], scores.subspan(r * outputs, outputs), share,
                         {gradient_.data() + r * outputs, outputs});
    }
    networks_.backward(gradient_);
    return loss * share;
  }

  // Keeps the networks if they are the best so far.
  void validate(double train_loss) {
    const std::size_t outputs = rows_.head().outputs();
    const std::size_t first = rows_.first_validation();
    std::vector<float> ignored(outputs);
    Placement sites(rows_.samples().subtasks());
    double loss = 0.0;
    double cost = 0.0;
    double optimum = 0.0;
    for (std::size_t at = first; at < rows_.labelled(); at += kValidationRows) {
      const std::size_t count = std::min(kValidationRows, rows_.labelled() - at);
      const auto scores = networks_.forward(rows_.input(at).data(), count);
      for (std::size_t r = 0; r < count; ++r) {
        const auto own = scores.subspan(r * outputs, outputs);
        loss += rows_.loss(at + r, own, 0.0, ignored);
        rows_.head().decode(own, {sites.data(), sites.size()});
        cost += SampleCosts(rows_.samples(), at + r).total(view(sites));
        optimum += rows_.samples().optimal_cost[at + r];
      }
    }
    loss /= static_cast<double>(rows_.labelled() - first);
    if (!std::isfinite(loss)) {
      training_diverged(run_, fmt::format("the validation loss is {} after epoch {}", loss, epoch_),
                        options_.rate);
    }
    curve_.push_back({epoch_, train_loss, loss, optimum > 0.0 ? cost / optimum : 1.0});
    ++since_best_;
    if (loss < best_loss_) {
      best_loss_ = loss;
      since_best_ = 0;
      best_.networks = networks_.weights();
    }
  }

  // The best networks so far are the checkpoint's model; where training stands is in its further
  // arrays.
  void save_checkpoint() {
    std::vector<NamedArray> arrays;
    networks_.store(arrays);
    arrays.push_back({kProgress, {static_cast<float>(epoch_), static_cast<float>(since_best_)}});
    Model model = best_;
    model.provenance[kBestLoss] = fmt::format("{}", best_loss_);
    model.provenance[kTraining] = run_.description;
    save_model(model, arrays, run_.checkpoint);
    write_file(run_.curve, curve_csv(curve_));
  }

  // Goes on from a checkpoint of this training, if there is one that can be read.
  void resume() {
    if (!std::filesystem::exists(run_.checkpoint)) {
      return;
    }
    try {
      std::vector<NamedArray> arrays;
      const Model model = load_model(run_.checkpoint, arrays);
      const auto best_loss = parse_double(model.provenance.at(kBestLoss));
      const auto& progress = array_of(arrays, kProgress);
      const auto curve = read_curve(run_.curve, static_cast<std::size_t>(progress.at(0)));
      if (model.provenance.at(kTraining) == run_.description && best_loss &&
          curve.size() == static_cast<std::size_t>(progress.at(0)) && networks_.restore(arrays)) {
        best_.networks = model.networks;
        best_loss_ = *best_loss;
        epoch_ = static_cast<std::uint64_t>(progress.at(0));
        since_best_ = static_cast<std::uint64_t>(progress.at(1));
        curve_ = curve;
        run_.observer.note(
            fmt::format("{}: goes on from {}, epoch {}", run_.name, run_.checkpoint, epoch_));
      }
    } catch (const UserError&) {  // damaged, or of another version: from the start, then
    } catch (const std::out_of_range&) {
    }
  }

  const ImitationOptions& options_;
  const TrainingRun& run_;
  RandomStreams streams_;
  ImitationRows rows_;
  Model best_;
  NetworkGroup networks_;
  std::uint64_t epoch_ = 0;
  std::uint64_t since_best_ = 0;
  double best_loss_ = std::numeric_limits<double>::infinity();
  std::vector<CurvePoint> curve_;
  std::vector<float> inputs_;
  std::vector<float> gradient_;
};

}  // namespace

std::string describe(const ImitationOptions& o) {
  std::string hidden;
  for (const std::size_t width : o.hidden) {
    hidden += fmt::format("{}{}", hidden.empty() ? "" : "-", width);
  }
  return fmt::format(
      "imitation/1 head={} hidden={} plans={} epochs={} batch={} rate={} validation={} "
      "patience={} soft_cost={} regret={} seed={} arithmetic={}\n",
      name_of(o.head), hidden, o.plans, o.epochs, o.batch, o.rate, o.validation, o.patience,
      o.soft_cost, o.regret, o.seed,
      o.arithmetic == Arithmetic::reproducible ? "reproducible" : fast_arithmetic_name());
}

Model train_imitation(const ImitationOptions& options, const ImitationData& data,
                      const Teacher* teacher, const TrainingRun& run) {
  return Imitation(options, data, teacher, run).train();
}

}  // namespace mec::learning
