// Facts
//   name:       kd-dil
//   decides:    what a small network says that has learned from a large one's softened outputs
//   parameters: the student's as baseline-dil's; the teacher's as dil's; temperature, hard_weight,
//   unlabelled cost:       O(parameters of the student) reference:  Chen, Zeng, Yu, Chen 2020,
//   Section 4; Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network",
//               2015. `head: per-subtask, features: raw, hidden: 32x2, unlabelled: 0` is the
//               paper's student
#include "policies/kd_dil/kd_dil.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/errors.hpp"
#include "policies/baseline_dil/baseline_dil.hpp"
#include "policies/dil/dil.hpp"
#include "policies/learning/learning_parameters.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/learning/training/training_run.hpp"

namespace mec {

namespace {

using namespace learning;
using Type = PolicyParameter::Type;
constexpr const char* kName = "kd-dil";

std::vector<PolicyParameter> parameters() {
  std::vector<PolicyParameter> all = imitation_parameters(student_defaults());
  for (PolicyParameter& parameter : all) {
    if (parameter.name == "weights") {
      parameter.default_value = "int8";  // deciding fast is what it is for
    }
  }
  const ImitationDefaults& teacher = dil_defaults();
  all.push_back({"temperature",
                 Type::number,
                 "5",
                 "T of the distillation: the teacher's probabilities are softened to p^(1/T)",
                 {},
                 1e-3,
                 1e3});
  all.push_back({"hard_weight",
                 Type::number,
                 "0",
                 "share of the loss that is on the true labels of the student's own samples",
                 {},
                 0,
                 1});
  all.push_back({"unlabelled",
                 Type::integer,
                 "50000",
                 "further samples of the scenario that only the teacher labels",
                 {},
                 0,
                 kMostSamples});
  all.push_back({"teacher_head",
                 Type::text,
                 teacher.head,
                 "as head, of the teacher",
                 {"plan", "joint", "per-subtask", "crf"}});
  all.push_back(features_parameter("teacher_features", teacher.features));
  all.push_back({"teacher_hidden", Type::text, teacher.hidden, "as hidden, of the teacher", {}});
  all.push_back(samples_parameter("teacher_samples", teacher.samples,
                                  "labelled samples of the scenario that the teacher learns from"));
  all.push_back(
      {"teacher_epochs", Type::integer, teacher.epochs, "as epochs, of the teacher", {}, 1, 1e6});
  all.push_back(
      {"teacher_batch", Type::integer, teacher.batch, "as batch, of the teacher", {}, 1, 1e6});
  all.push_back(
      {"teacher_rate", Type::number, teacher.rate, "as rate, of the teacher", {}, 1e-9, 1e3});
  all.push_back({"teacher_soft_cost",
                 Type::number,
                 teacher.soft_cost,
                 "as soft_cost, of the teacher",
                 {},
                 0,
                 1e3});
  all.push_back({"teacher_model",
                 Type::text,
                 "",
                 "ONNX file of a teacher; empty: a dil of these parameters is trained",
                 {}});
  return all;
}

// What a dil of the teacher's parameters would be called with: so the two share a model in the
// cache.
PolicyParameters teacher_parameters(const PolicyParameters& own) {
  PolicyParameters result;
  for (const PolicyParameter& parameter : dil_policy().parameters) {
    result[parameter.name] = parameter.default_value;
  }
  for (const char* name :
       {"head", "features", "hidden", "samples", "epochs", "batch", "rate", "soft_cost", "model"}) {
    result[name] = own.at(std::string("teacher_") + name);
  }
  for (const char* name : {"subtasks", "train_seed", "arithmetic"}) {
    result[name] = own.at(name);
  }
  return result;
}

Model teacher_of(const PreparationContext& context, std::string& path) {
  const PolicyParameters wanted = teacher_parameters(context.parameters);
  const PreparationContext of_teacher{wanted,        context.scenario, context.recorded,
                                      context.cache, context.observer, context.stop};
  path = prepare_imitation("dil", SamplePart::labelled, of_teacher).at("model");
  return load_model(path);
}

class Distillation {
 public:
  Distillation(const PreparationContext& context)
      : context_(context),
        options_(imitation_options(kName, context.parameters)),
        training_(sample_scenario(context.parameters, context.scenario)),
        schema_(feature_schema(context.parameters, "features", context.scenario)) {}

  std::string prepare() {
    const PolicyParameters& p = context_.parameters;
    teacher_.emplace(teacher_of(context_, teacher_path_));
    if (teacher_->features.subtasks != schema_.subtasks) {
      throw UserError(fmt::format("{}: a teacher for {} subtasks; the student has {}",
                                  teacher_path_, teacher_->features.subtasks, schema_.subtasks));
    }
    return trained_model(
        context_, kName,
        fmt::format("{}{}{}teacher={} T={} hard_weight={}\n", describe(options_),
                    describe(own(schema_)), describe(unlabelled(schema_)), model_hash(*teacher_),
                    number(p, "temperature"), number(p, "hard_weight")),
        [this](const TrainingRun& run) { return train(run); });
  }

 private:
  [[nodiscard]] SampleRequest own(const FeatureSchema& schema) const {
    return {training_, schema, whole(context_.parameters, "samples"), options_.seed,
            static_cast<std::uint64_t>(SamplePart::student)};
  }
  [[nodiscard]] SampleRequest unlabelled(const FeatureSchema& schema) const {
    return {context_.scenario, schema, whole(context_.parameters, "unlabelled"), options_.seed,
            static_cast<std::uint64_t>(SamplePart::unlabelled)};
  }

  Model train(const TrainingRun& run) {
    const PolicyParameters& p = context_.parameters;
    const Teacher teacher{*teacher_, number(p, "temperature"), number(p, "hard_weight")};
    const bool same = teacher_->features == schema_;
    const bool more = whole(p, "unlabelled") > 0;
    const SampleSet labelled = draw_samples(own(schema_));
    std::optional<SampleSet> labelled_for_teacher;
    std::optional<SampleSet> further;
    std::optional<SampleSet> further_for_teacher;
    if (!same) {
      labelled_for_teacher = draw_samples(own(teacher_->features));
    }
    if (more) {
      further = cached_samples(unlabelled(schema_), context_.cache);
    }
    if (more && !same) {
      further_for_teacher = cached_samples(unlabelled(teacher_->features), context_.cache);
    }
    const auto address = [](const std::optional<SampleSet>& set) { return set ? &*set : nullptr; };
    return train_imitation(
        options_,
        {labelled, address(further), address(labelled_for_teacher), address(further_for_teacher)},
        &teacher, run);
  }

  const PreparationContext& context_;
  ImitationOptions options_;
  Scenario training_;
  FeatureSchema schema_;
  std::optional<Model> teacher_;
  std::string teacher_path_;
};

PolicyParameters prepare(const PreparationContext& context) {
  PolicyParameters ready = context.parameters;
  if (!ready.at("model").empty()) {
    return prepare_imitation(kName, SamplePart::student, context);
  }
  ready["model"] = Distillation(context).prepare();
  warn_if_out_of_range(load_model(ready["model"]), kName, context);
  return ready;
}

}  // namespace

PolicyEntry kd_dil_policy() {
  return {kName,
          "a small network taught by a large one (knowledge distillation)",
          "Chen, Zeng, Yu, Chen 2020, Section 4",
          parameters(),
          [](const PolicyContext& context) { return make_imitation_policy(kName, context); },
          prepare,
          kStaticAbilities};
}

}  // namespace mec
