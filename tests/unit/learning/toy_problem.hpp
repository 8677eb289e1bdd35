// A problem that is learned without a mistake in a moment: two subtasks, and links that are either
// all but free or hopeless. The cloud computes in no time, the edge in less than the device: so all
// goes to the cloud where both links are good, to the edge where only the first is, and else stays.
#pragma once

#include <algorithm>
#include <string>

#include "policies/learning/model/model_file.hpp"
#include "policies/learning/training/imitation.hpp"
#include "policies/learning/training/network_group.hpp"
#include "tests/unit/learning/training_support.hpp"

namespace mec::test {

inline Scenario toy_scenario() {
  Scenario scenario;
  scenario.task = {Constant{2}, Uniform{1e9, 2e9}, Uniform{1e6, 2e6}};
  scenario.network.device_speed = Constant{1e9};
  scenario.network.edge_speed = Uniform{2e9, 4e9};
  scenario.network.b1 = Choice{{1e3, 1e9}, {1, 2}};
  scenario.network.b2 = Choice{{1e3, 1e9}, {1, 1}};
  return scenario;
}

inline learning::SampleSet toy_samples(std::size_t count, std::uint64_t part = 0,
                                       learning::FeatureKind kind = learning::FeatureKind::time) {
  const Scenario scenario = toy_scenario();
  return learning::draw_samples({scenario, {kind, 2, false}, count, 1, part});
}

inline learning::ImitationOptions toy_options(learning::HeadKind head) {
  learning::ImitationOptions options;
  options.head = head;
  options.hidden = {16};
  options.epochs = 40;
  options.batch = 32;
  options.rate = 0.02;
  options.patience = 1000;
  return options;
}

inline constexpr learning::HeadKind kHeads[] = {learning::HeadKind::plan, learning::HeadKind::joint,
                                                learning::HeadKind::per_subtask,
                                                learning::HeadKind::crf};

inline learning::Model train(const learning::ImitationOptions& options,
                             const learning::ImitationData& data,
                             const learning::Teacher* teacher = nullptr) {
  TrainingPlace place;
  return learning::train_imitation(options, data, teacher, place.run());
}

/// Of its file. Compare them in parentheses, or a failing test prints them.
inline std::string bytes_of(const learning::Model& model) {
  const Scratch folder;
  learning::save_model(model, folder / "model.onnx");
  return read_file(folder / "model.onnx");
}

/// Labels that nothing explains: those of other samples.
inline learning::SampleSet with_shuffled_labels(learning::SampleSet samples) {
  RandomEngine random = engine("imitation: shuffled labels");
  const std::size_t n = samples.subtasks();
  for (std::size_t i = samples.count; i > 1; --i) {
    const std::size_t other = index_below(random, i);
    std::swap_ranges(samples.optimal.begin() + static_cast<std::ptrdiff_t>((i - 1) * n),
                     samples.optimal.begin() + static_cast<std::ptrdiff_t>(i * n),
                     samples.optimal.begin() + static_cast<std::ptrdiff_t>(other * n));
  }
  return samples;
}

/// The share of the samples for which the model decides for the optimum.
inline double accuracy(const learning::Model& model, const learning::SampleSet& samples) {
  std::vector<float> inputs = samples.features;
  learning::normalise(model.normalisation, inputs);
  learning::NetworkGroup networks(model.networks, learning::Arithmetic::reproducible);
  const auto head = learning::make_head(model.head, samples.subtasks(), model.plans);
  const auto scores = networks.forward(inputs.data(), samples.count);
  Placement sites(samples.subtasks());
  std::size_t right = 0;
  for (std::size_t i = 0; i < samples.count; ++i) {
    head->decode(scores.subspan(i * head->outputs(), head->outputs()),
                 {sites.data(), sites.size()});
    const PlacementView optimal = samples.optimal_of(i);
    right += std::equal(sites.begin(), sites.end(), optimal.begin()) ? 1U : 0U;
  }
  return static_cast<double>(right) / static_cast<double>(samples.count);
}

}  // namespace mec::test
