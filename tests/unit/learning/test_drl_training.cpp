// Trainings of deep Q-learning: repeatable, interruptible, and honest when they fail.
#include "policies/drl/placement_value.hpp"
#include "policies/drl/sequential.hpp"
#include "policies/learning/model/model_file.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/drl_support.hpp"

namespace mec::drl {

using learning::Model;
using learning::SampleSet;
using test::TrainingPlace;

namespace {

DeepQOptions small_options() {
  DeepQOptions options;
  options.hidden = {12};
  options.steps = 200;
  options.batch = 16;
  options.rate = 0.01;
  options.replay = 700;
  options.target_every = 15;
  return options;
}

// Trains on a few samples of three subtasks.
struct Toy {
  explicit Toy(bool sequential) : is_sequential(sequential) {}

  Model operator()(TrainingPlace& place, const DeepQOptions& options = small_options()) const {
    const auto agent = is_sequential ? sequential_agent(samples, validation, options)
                                     : placement_agent(samples, validation, options);
    return train(*agent, options, place.run());
  }

  bool is_sequential;
  SampleSet samples = test::paper_samples(3, 40);
  SampleSet validation = test::paper_samples(3, 30, 7);
};

std::string bytes_of(const TrainingPlace& place, const Model& model) {
  const std::string path = place.folder / "model.onnx";
  learning::save_model(model, path);
  return test::read_file(path);
}

std::string curve_of(const TrainingPlace& place) {
  return test::read_file(place.folder / "toy.curve.csv");
}

// Interrupts a training, which writes a checkpoint at every point, when `share` of it is done.
void interrupt(const Toy& toy, TrainingPlace& place, double share) {
  place.checkpoint_every = std::chrono::seconds(0);
  place.witness.on_progress = [&place, share](const TrainingProgress& progress) {
    place.stop = progress.done >= share;
  };
  CHECK_THROWS_AS(toy(place), PreparationStopped);
  place.witness.on_progress = nullptr;
  place.stop = false;
}

}  // namespace

TEST_CASE("The same training gives the same model and curve, another seed others",
          "[policy][drl]") {
  const Toy toy(GENERATE(true, false));
  TrainingPlace first;
  TrainingPlace second;
  const std::string bytes = bytes_of(first, toy(first));
  CHECK(bytes_of(second, toy(second)) == bytes);
  CHECK(curve_of(second) == curve_of(first));
  TrainingPlace third;
  DeepQOptions options = small_options();
  options.seed = 2;
  CHECK(bytes_of(third, toy(third, options)) != bytes);
}

TEST_CASE("An interrupted training goes on to the same model and curve", "[policy][drl]") {
  const Toy toy(GENERATE(true, false));
  TrainingPlace undisturbed;
  const std::string bytes = bytes_of(undisturbed, toy(undisturbed));
  TrainingPlace disturbed;
  interrupt(toy, disturbed, 0.1);
  interrupt(toy, disturbed, 0.25);
  CHECK(bytes_of(disturbed, toy(disturbed)) == bytes);
  CHECK(curve_of(disturbed) == curve_of(undisturbed));
  REQUIRE(disturbed.witness.notes.size() == 2);
  CHECK(disturbed.witness.notes.front().starts_with("toy: goes on from "));
  CHECK(disturbed.witness.warnings.empty());
}

TEST_CASE("A checkpoint that does not fit is not gone on from", "[policy][drl]") {
  const Toy toy(GENERATE(true, false));
  TrainingPlace undisturbed;
  const std::string bytes = bytes_of(undisturbed, toy(undisturbed));
  TrainingPlace place;
  interrupt(toy, place, 0.2);
  const std::string path = place.run().checkpoint;
  SECTION("cut short") { std::filesystem::resize_file(path, 500); }
  SECTION("of another training") {
    std::vector<learning::NamedArray> arrays;
    Model model = learning::load_model(path, arrays);
    model.provenance["description"] = "another";
    learning::save_model(model, arrays, path);
  }
  SECTION("without its state") { learning::save_model(learning::load_model(path), path); }
  CHECK(bytes_of(place, toy(place)) == bytes);
  REQUIRE(place.witness.warnings.size() == 1);
  CHECK(place.witness.warnings.front().starts_with("toy: cannot go on from " + path));
}

TEST_CASE("A learning curve has a point for every hundredth, and steps as its epochs",
          "[policy][drl]") {
  TrainingPlace place;
  const Model model = Toy(true)(place);
  const auto curve = learning::read_curve(place.run().curve, 1000);
  REQUIRE(curve.size() > 10);
  CHECK(curve.front().epoch == 2);
  CHECK(curve.size() == curve.back().epoch / 2);
  CHECK(model.provenance.at("steps") == std::to_string(curve.back().epoch));
  double best = curve.front().validation_ratio;
  for (const learning::CurvePoint& point : curve) {
    best = std::min(best, point.validation_ratio);
    CHECK(point.validation_ratio >= 1.0 - 1e-12);
    CHECK(point.train_loss >= 0.0);
  }
  CHECK(std::stod(model.provenance.at("validation_ratio")) == Approx(best).epsilon(1e-5));
}

TEST_CASE("A training that brings nothing better ends early", "[policy][drl]") {
  DeepQOptions options = small_options();
  options.rate = 1e-9;  // the network, and so its placements, stay what they are
  TrainingPlace place;
  const Model model = Toy(true)(place, options);
  CHECK(model.provenance.at("best_step") == "2");
  CHECK(model.provenance.at("steps") == "70");  // the first even one past 2 + 200 / 3
}

TEST_CASE("A training whose loss is no number says so", "[policy][drl]") {
  const Toy toy(GENERATE(true, false));
  DeepQOptions options = small_options();
  // Adam moves every weight by 1000: after a step, 13 layers make 1000^13 > 3e38 of an input.
  options.hidden.assign(14, 8);
  options.rate = 1000.0;
  TrainingPlace place;
  CHECK(test::thrown_by<learning::TrainingError>([&] {
          return toy(place, options);
        }).starts_with("toy: the loss is no finite number at step "));
}

TEST_CASE("A stop before the first checkpoint is a stop", "[policy][drl]") {
  const Toy toy(true);
  TrainingPlace place;
  place.stop = true;
  CHECK(test::thrown_by<PreparationStopped>([&] { return toy(place); }) ==
        "toy: training interrupted before its first checkpoint");
}

}  // namespace mec::drl
