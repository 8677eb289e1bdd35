// Students that learn from a teacher's outputs (paper, Section 4).
#include "policies/learning/training/imitation.hpp"
#include "policies/learning/training/imitation_rows.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/distribution_reference.hpp"
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
using test::with_shuffled_labels;

// The first `count` of the samples.
SampleSet first_of(SampleSet samples, std::size_t count) {
  const std::size_t n = samples.subtasks();
  samples.count = count;
  samples.features.resize(count * samples.schema.size());
  samples.work.resize(count * n);
  samples.data.resize(count * (n + 1));
  samples.costs.resize(count * 12);
  samples.optimal_cost.resize(count);
  samples.optimal.resize(count * n);
  return samples;
}

}  // namespace

TEST_CASE("A student's loss weighs the teacher, the labels and the cost",
          "[learning][imitation][distillation]") {
  // (1 - h) T^2 CE_T(teacher) + h CE(label) + r regret; the teacher alone where there is no label.
  const SampleSet samples = toy_samples(20);
  const SampleSet further = toy_samples(5, 2);
  const Model model = train(toy_options(HeadKind::joint), {samples});
  ImitationOptions options = toy_options(HeadKind::joint);
  options.regret = 0.5;
  const Teacher teacher{model, 3.0, 0.25};
  const ImitationData data{samples, &further};
  test::TrainingPlace place;
  const TrainingRun run = place.run();
  const ImitationRows rows(options, data, &teacher, run);
  const auto head = make_head(HeadKind::joint, 2, {});
  RandomEngine random = test::engine("distillation: loss");
  for (std::size_t row = 0; row < rows.all(); ++row) {
    const bool labelled = row < samples.count;
    const auto features = labelled ? samples.features_of(row) : further.features_of(row - 20);
    const std::vector<float> taught = test::forward(model, {features.begin(), features.end()});
    const std::vector<float> scores = test::drawn_scores(random, 6, 2.0);
    std::vector<float> target(6);
    std::vector<float> expected(6, 0.0F);
    head->soft_target(*head, taught, 3.0, target);
    double loss = 6.75 * head->cross_entropy(scores, target, 3.0, 6.75 * 0.1, expected);
    if (labelled) {
      const SampleCosts costs(samples, row);
      head->hard_target(costs, samples.optimal_of(row), target);
      loss += 0.25 * head->cross_entropy(scores, target, 1.0, 0.25 * 0.1, expected);
      loss += 0.5 * head->regret(scores, costs, samples.optimal_cost[row], 0.5 * 0.1, expected);
    }
    std::vector<float> gradient(6, 0.0F);
    CAPTURE(row);
    // The teacher's scores, up to about 20, are summed in another order here.
    REQUIRE(rows.loss(row, scores, 0.1, gradient) == Approx(loss).epsilon(1e-4));
    test::require_close(gradient, test::doubles(expected), 1e-5);
  }
}

TEST_CASE("A student of no temperature and all true labels needs no teacher",
          "[learning][imitation][distillation]") {
  const SampleSet samples = toy_samples(60);
  ImitationOptions options = toy_options(HeadKind::joint);
  const Model teacher = train(options, {samples});
  options.epochs = 4;
  options.seed = 2;
  const Teacher silent{teacher, 1.0, 1.0};
  REQUIRE((bytes_of(train(options, {samples}, &silent)) == bytes_of(train(options, {samples}))));
}

TEST_CASE("A student believes its teacher, not the labels", "[learning][imitation][distillation]") {
  const SampleSet samples = toy_samples(200);
  const SampleSet mislabelled = with_shuffled_labels(samples);
  const SampleSet fresh = toy_samples(300, 1);
  const HeadKind head = GENERATE(HeadKind::plan, HeadKind::crf);
  const Model model = train(toy_options(head), {samples});
  for (const HeadKind of_student : kHeads) {
    for (const double temperature : {1.0, 5.0}) {
      const Teacher teacher{model, temperature, 0.0};
      CAPTURE(name_of(head), name_of(of_student), temperature);
      REQUIRE(accuracy(train(toy_options(of_student), {mislabelled}, &teacher), fresh) == 1.0);
    }
  }
  const Teacher unheard{model, 5.0, 1.0};
  REQUIRE(accuracy(train(toy_options(head), {mislabelled}, &unheard), fresh) < 0.9);
}

TEST_CASE("What only the teacher labels teaches the student",
          "[learning][imitation][distillation]") {
  // All of the student's own samples are of one kind: alone it cannot know the others.
  const SampleSet samples = toy_samples(200);
  const SampleSet fresh = toy_samples(300, 1);
  const SampleSet few = first_of(samples, 1);
  const SampleSet further = toy_samples(200, 2);
  const Model model = train(toy_options(HeadKind::plan), {samples});
  const Teacher teacher{model, 2.0, 0.5};
  for (const HeadKind head : kHeads) {
    CAPTURE(name_of(head));
    const Model alone = train(toy_options(head), {few}, &teacher);
    REQUIRE(accuracy(alone, fresh) < 0.9);
    const Model taught = train(toy_options(head), {few, &further}, &teacher);
    REQUIRE(accuracy(taught, fresh) == 1.0);
    REQUIRE(taught.feature_high[0] > alone.feature_high[0]);  // of all that it has learned from
  }
}

TEST_CASE("A teacher may see other features than its student",
          "[learning][imitation][distillation]") {
  const FeatureKind kind = FeatureKind::cost;
  const SampleSet samples = with_shuffled_labels(toy_samples(20));
  const SampleSet further = toy_samples(200, 2);
  const SampleSet samples_for_teacher = toy_samples(20, 0, kind);
  const SampleSet further_for_teacher = toy_samples(200, 2, kind);
  REQUIRE(further.work == further_for_teacher.work);
  const Model model = train(toy_options(HeadKind::joint), {further_for_teacher});
  const Teacher teacher{model, 2.0, 0.0};
  const Model student =
      train(toy_options(HeadKind::plan),
            {samples, &further, &samples_for_teacher, &further_for_teacher}, &teacher);
  REQUIRE(student.features == samples.schema);
  REQUIRE(accuracy(student, toy_samples(300, 1)) == 1.0);
}

TEST_CASE("A student of a plan head learns its teacher's plans",
          "[learning][imitation][distillation]") {
  const SampleSet samples = toy_samples(100);
  ImitationOptions options = toy_options(HeadKind::plan);
  options.epochs = 1;
  const Model model = train(options, {samples});
  const Teacher teacher{model, 2.0, 0.0};
  const SampleSet one = first_of(samples, 1);
  REQUIRE(train(options, {one}, &teacher).plans == model.plans);
  options.plans = 2;
  REQUIRE(train(options, {one}, &teacher).plans ==
          std::vector<Placement>(model.plans.begin(), model.plans.begin() + 2));
}

}  // namespace mec::learning
