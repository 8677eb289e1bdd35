#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "policies/learning/training/imitation.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/model_support.hpp"
#include "tests/unit/learning/toy_problem.hpp"

namespace mec::learning {

namespace {

using test::accuracy;
using test::bytes_of;
using test::kHeads;
using test::toy_options;
using test::toy_samples;
using test::train;
using test::TrainingPlace;
using test::with_shuffled_labels;

// Trains in `place` until `batches` more batches are done, then is told to stop.
void train_and_stop(TrainingPlace& place, const ImitationOptions& options,
                    const ImitationData& data, std::size_t batches) {
  const std::size_t last = place.witness.batches + batches;
  place.witness.on_progress = [&place, last](const TrainingProgress&) {
    place.stop = place.witness.batches >= last;
  };
  REQUIRE_THROWS_AS(train_imitation(options, data, nullptr, place.run()), PreparationStopped);
  place.witness.on_progress = nullptr;
  place.stop = false;
}

std::vector<CurvePoint> curve_of(TrainingPlace& place) {
  return read_curve(place.run().curve, 1000);
}

// The mean cross-entropy of a joint model from the labels of samples [first, count), in double.
double joint_loss(const Model& model, const SampleSet& samples, std::size_t first) {
  double loss = 0.0;
  for (std::size_t i = first; i < samples.count; ++i) {
    const auto features = samples.features_of(i);
    const std::vector<float> scores = test::forward(model, {features.begin(), features.end()});
    for (std::size_t t = 0; t < samples.subtasks(); ++t) {
      double sum = 0.0;
      for (std::size_t k = 0; k < 3; ++k) {
        sum += std::exp(static_cast<double>(scores[3 * t + k]));
      }
      loss += std::log(sum) - static_cast<double>(scores[3 * t + samples.optimal_of(i)[t]]);
    }
  }
  return loss / static_cast<double>(samples.count - first);
}

}  // namespace

TEST_CASE("Every head learns a separable problem without a mistake", "[learning][imitation]") {
  const SampleSet samples = toy_samples(200);
  const SampleSet fresh = toy_samples(300, 1);
  for (const HeadKind head : kHeads) {
    TrainingPlace place;
    const Model model = train_imitation(toy_options(head), {samples}, nullptr, place.run());
    CAPTURE(name_of(head));
    REQUIRE(accuracy(model, fresh) == 1.0);
    const std::vector<CurvePoint> curve = curve_of(place);
    REQUIRE(curve.size() == toy_options(head).epochs);
    REQUIRE(curve.back().validation_ratio == 1.0);
    REQUIRE(curve.back().train_loss < 0.1 * curve.front().train_loss);
    REQUIRE(place.witness.batches == curve.size() * 6);  // 180 samples, 32 a batch
  }
}

TEST_CASE("Cost-sensitive labels and the expected cost lead every head to the optimum",
          "[learning][imitation]") {
  const SampleSet samples = toy_samples(200);
  const SampleSet fresh = toy_samples(300, 1);
  for (const HeadKind head : kHeads) {
    ImitationOptions options = toy_options(head);
    options.soft_cost = 0.02;
    CAPTURE(name_of(head));
    REQUIRE(accuracy(train(options, {samples}), fresh) == 1.0);
    options.regret = 0.1;
    REQUIRE(accuracy(train(options, {samples}), fresh) == 1.0);
    options.soft_cost = 0.0;
    REQUIRE(accuracy(train(options, {samples}), fresh) == 1.0);
  }
}

TEST_CASE("The same training makes the same model, another seed another", "[learning][imitation]") {
  const SampleSet samples = toy_samples(60);
  for (const HeadKind head : kHeads) {
    ImitationOptions options = toy_options(head);
    options.epochs = 3;
    const std::string bytes = bytes_of(train(options, {samples}));
    CAPTURE(name_of(head));
    REQUIRE((bytes_of(train(options, {samples})) == bytes));
    options.seed = 2;
    REQUIRE((bytes_of(train(options, {samples})) != bytes));
  }
}

TEST_CASE("A training that was interrupted ends as if it had not been",
          "[learning][imitation][checkpoint]") {
  const SampleSet samples = toy_samples(60);  // 54 train: two batches an epoch
  for (const HeadKind head : kHeads) {
    ImitationOptions options = toy_options(head);
    options.epochs = 8;
    TrainingPlace undisturbed;
    const Model expected = train_imitation(options, {samples}, nullptr, undisturbed.run());
    TrainingPlace place;
    place.checkpoint_every = std::chrono::seconds(0);  // after every epoch
    for (const std::size_t batches : {1U, 5U, 3U, 4U}) {
      train_and_stop(place, options, {samples}, batches);
    }
    const Model model = train_imitation(options, {samples}, nullptr, place.run());
    CAPTURE(name_of(head));
    REQUIRE((bytes_of(model) == bytes_of(expected)));
    REQUIRE((test::read_file(place.run().curve) == test::read_file(undisturbed.run().curve)));
    // One batch: no checkpoint yet; then two epochs and a batch, one and one, two.
    REQUIRE(place.witness.notes ==
            std::vector<std::string>{"toy: goes on from " + place.run().checkpoint + ", epoch 2",
                                     "toy: goes on from " + place.run().checkpoint + ", epoch 3",
                                     "toy: goes on from " + place.run().checkpoint + ", epoch 5"});
  }
}

TEST_CASE("An interruption does not make a training more patient",
          "[learning][imitation][checkpoint]") {
  const SampleSet samples = with_shuffled_labels(toy_samples(200));
  ImitationOptions options = toy_options(HeadKind::joint);
  options.epochs = 200;
  options.patience = 4;
  options.batch = 90;  // two batches an epoch
  TrainingPlace undisturbed;
  const Model expected = train_imitation(options, {samples}, nullptr, undisturbed.run());
  TrainingPlace place;
  place.checkpoint_every = std::chrono::seconds(0);
  const std::size_t epochs = curve_of(undisturbed).size();
  for (std::size_t epoch = 1; epoch < epochs; ++epoch) {
    train_and_stop(place, options, {samples}, 3);  // an epoch, and one batch of the next
  }
  REQUIRE(
      (bytes_of(train_imitation(options, {samples}, nullptr, place.run())) == bytes_of(expected)));
  REQUIRE(curve_of(place).size() == epochs);
}

TEST_CASE("A checkpoint that is no use is passed over", "[learning][imitation][checkpoint]") {
  const SampleSet samples = toy_samples(60);
  ImitationOptions options = toy_options(HeadKind::per_subtask);
  options.epochs = 4;
  const std::string expected = bytes_of(train(options, {samples}));
  TrainingPlace place;
  place.checkpoint_every = std::chrono::seconds(0);
  train_and_stop(place, options, {samples}, 5);
  const std::string checkpoint = test::read_file(place.run().checkpoint);
  const std::string curve = test::read_file(place.run().curve);
  const auto resumed = [&](const std::string& of_checkpoint, const std::string& of_curve,
                           const std::string& description) {
    test::put_file(place.run().checkpoint, of_checkpoint);
    test::put_file(place.run().curve, of_curve);
    place.witness.notes.clear();
    TrainingRun run = place.run();
    run.description = description;
    REQUIRE((bytes_of(train_imitation(options, {samples}, nullptr, run)) == expected));
    return !place.witness.notes.empty();
  };
  REQUIRE(resumed(checkpoint, curve, "a toy"));
  REQUIRE_FALSE(resumed(checkpoint, curve, "another toy"));
  REQUIRE_FALSE(resumed(checkpoint, "", "a toy"));
  REQUIRE_FALSE(resumed(checkpoint, curve.substr(0, curve.size() / 2), "a toy"));
  REQUIRE_FALSE(resumed("", curve, "a toy"));
  REQUIRE_FALSE(resumed(checkpoint.substr(0, checkpoint.size() / 2), curve, "a toy"));
  REQUIRE_FALSE(resumed(expected, curve, "a toy"));  // a model, but no checkpoint
}

TEST_CASE("A stop before the first batch leaves nothing", "[learning][imitation][checkpoint]") {
  TrainingPlace place;
  place.stop = true;
  const SampleSet samples = toy_samples(20);
  REQUIRE_THROWS_AS(train_imitation(toy_options(HeadKind::plan), {samples}, nullptr, place.run()),
                    PreparationStopped);
  REQUIRE_FALSE(std::filesystem::exists(place.run().checkpoint));
}

TEST_CASE("Without progress on validation a training stops, and keeps its best epoch",
          "[learning][imitation]") {
  const SampleSet samples = with_shuffled_labels(toy_samples(200));
  ImitationOptions options = toy_options(HeadKind::joint);
  options.epochs = 200;
  options.patience = 4;
  TrainingPlace place;
  const Model model = train_imitation(options, {samples}, nullptr, place.run());
  const std::vector<CurvePoint> curve = curve_of(place);
  const auto best =
      std::min_element(curve.begin(), curve.end(), [](const CurvePoint& a, const CurvePoint& b) {
        return a.validation_loss < b.validation_loss;
      });
  REQUIRE(curve.size() < 200);
  REQUIRE(curve.size() == best->epoch + 4);
  // The last 20 of 200 samples validate. Floats and a sum of a few terms: 1e-6 each.
  REQUIRE(joint_loss(model, samples, 180) == Approx(best->validation_loss).margin(1e-5));
}

TEST_CASE("Training runs to the last epoch while validation gets better", "[learning][imitation]") {
  ImitationOptions options = toy_options(HeadKind::joint);
  options.epochs = 15;
  options.patience = 1;
  options.rate = 1e-3;
  TrainingPlace place;
  const SampleSet samples = toy_samples(200);
  const Model model = train_imitation(options, {samples}, nullptr, place.run());
  const std::vector<CurvePoint> curve = curve_of(place);
  REQUIRE(curve.size() == 15);
  REQUIRE(joint_loss(model, samples, 180) == Approx(curve.back().validation_loss).margin(1e-5));
}

TEST_CASE("The learning rate falls linearly to nothing", "[learning][imitation]") {
  // Steps this small leave the gradient what it is, and Adam's step is then the rate: a bias, at
  // first 0, is after four steps at rate (1 + 3/4 + 2/4 + 1/4) = 2.5 rate.
  ImitationOptions options = toy_options(HeadKind::joint);
  options.rate = 1e-5;
  options.epochs = 4;
  options.batch = 1000;
  const Model model = train(options, {toy_samples(200)});
  for (const float bias : model.networks.front().layers.back().bias) {
    REQUIRE(std::abs(bias) == Approx(2.5e-5).epsilon(0.01));
  }
}

TEST_CASE("A training that diverges says where", "[learning][imitation]") {
  const SampleSet samples = toy_samples(200);
  for (const HeadKind head : kHeads) {
    ImitationOptions options = toy_options(head);
    options.rate = 1e30;
    CAPTURE(name_of(head));
    const std::string message =
        test::message_of<TrainingError>([&] { return train(options, {samples}); });
    CAPTURE(message);
    REQUIRE(message.find("toy: training diverged: the loss is ") == 0);
    REQUIRE(message.find(" in epoch 1, batch 2; ") != std::string::npos);
    REQUIRE(message.find("; no checkpoint had been written yet; ") != std::string::npos);
    REQUIRE(message.find("try a smaller rate (it is 1e+30)") != std::string::npos);
  }
}

TEST_CASE("A training whose last step goes astray says so too", "[learning][imitation]") {
  ImitationOptions options = toy_options(HeadKind::joint);
  options.rate = 1e30;
  options.epochs = 1;
  options.batch = 1000;
  const SampleSet samples = toy_samples(200);
  const std::string message =
      test::message_of<TrainingError>([&] { return train(options, {samples}); });
  CAPTURE(message);
  REQUIRE(message.find("toy: training diverged: the validation loss is ") == 0);
  REQUIRE(message.find(" after epoch 1; ") != std::string::npos);
}

TEST_CASE("Features of any size can be learned from", "[learning][imitation]") {
  // Normalised to a deviation of 1, whatever it was.
  const SampleSet samples = toy_samples(200);
  for (const float scale : {1e-42F, 1e-30F, 1e30F}) {
    SampleSet scaled = samples;
    std::transform(scaled.features.begin(), scaled.features.end(), scaled.features.begin(),
                   [scale](float x) { return x * scale; });
    CAPTURE(scale);
    REQUIRE_NOTHROW(bytes_of(train(toy_options(HeadKind::joint), {scaled})));
  }
}

TEST_CASE("A model knows how its features were normalised, and their range",
          "[learning][imitation]") {
  SampleSet samples = toy_samples(100);
  const std::size_t width = samples.schema.size();
  for (std::size_t i = 0; i < samples.count; ++i) {
    samples.features[i * width] = 0.3F;                          // always the same
    samples.features[i * width + 1] = i % 2 == 0 ? 1.0F : 5.0F;  // mean 3, deviation 2
  }
  samples.features[95 * width] = 7.0F;  // in validation: not learned from
  const Model model = train(toy_options(HeadKind::joint), {samples});
  REQUIRE(model.normalisation.scale[0] == 0.0F);
  REQUIRE(model.normalisation.mean[0] == 0.3F);
  REQUIRE(model.feature_low[0] == 0.3F);
  REQUIRE(model.feature_high[0] == 0.3F);
  REQUIRE(model.normalisation.mean[1] == 3.0F);
  REQUIRE(model.normalisation.scale[1] == 0.5F);
  REQUIRE(model.feature_low[1] == 1.0F);
  REQUIRE(model.feature_high[1] == 5.0F);
}

TEST_CASE("One sample and two are enough to train on", "[learning][imitation]") {
  for (const std::size_t count : {1U, 2U, 3U}) {
    const SampleSet samples = toy_samples(count);
    for (const HeadKind head : kHeads) {
      for (const double validation : {0.0, 0.1, 0.9}) {
        ImitationOptions options = toy_options(head);
        options.validation = validation;
        options.epochs = 2;
        CAPTURE(name_of(head), count, validation);
        REQUIRE_NOTHROW(check_model(train(options, {samples}), "model"));
      }
    }
  }
}

TEST_CASE("The models of heads have the networks that these need", "[learning][imitation]") {
  const SampleSet samples = toy_samples(50);
  for (const HeadKind head : kHeads) {
    ImitationOptions options = toy_options(head);
    options.epochs = 1;
    options.hidden = {5, 4};
    const Model model = train(options, {samples});
    CAPTURE(name_of(head));
    REQUIRE(model.networks.size() == (head == HeadKind::per_subtask ? 2U : 1U));
    REQUIRE(model.networks.front().layers.size() == 3);
    REQUIRE(model.networks.front().layers[0].outputs == 5);
    REQUIRE(model.networks.front().layers[1].outputs == 4);
    REQUIRE(model.head == head);
    REQUIRE(model.features == samples.schema);
  }
}

TEST_CASE("A plan head tells the most frequent optima apart, as many as it may",
          "[learning][imitation]") {
  const SampleSet samples = toy_samples(100);
  ImitationOptions options = toy_options(HeadKind::plan);
  options.epochs = 1;
  REQUIRE(train(options, {samples}).plans == frequent_placements(samples, 100));
  options.plans = 2;
  REQUIRE(train(options, {samples}).plans == frequent_placements(samples, 2));
}

TEST_CASE("All that changes a training is in the words for it", "[learning][imitation]") {
  using Change = std::function<void(ImitationOptions&)>;
  const std::vector<Change> changes = {[](ImitationOptions&) {},
                                       [](auto& o) { o.head = HeadKind::crf; },
                                       [](auto& o) { o.hidden = {64}; },
                                       [](auto& o) {
                                         o.hidden = {6, 464};
                                       },
                                       [](auto& o) { o.plans = 127; },
                                       [](auto& o) { o.epochs = 31; },
                                       [](auto& o) { o.batch = 255; },
                                       [](auto& o) { o.rate = 2.1e-3; },
                                       [](auto& o) { o.validation = 0.2; },
                                       [](auto& o) { o.patience = 11; },
                                       [](auto& o) { o.soft_cost = 0.1; },
                                       [](auto& o) { o.regret = 0.1; },
                                       [](auto& o) { o.seed = 2; },
                                       [](auto& o) { o.arithmetic = Arithmetic::fast; }};
  std::set<std::string> words;
  for (const Change& change : changes) {
    ImitationOptions options;
    change(options);
    words.insert(describe(options));
  }
  REQUIRE(words.size() == changes.size());
}

}  // namespace mec::learning
