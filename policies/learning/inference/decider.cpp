#include "policies/learning/inference/decider.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/errors.hpp"
#include "policies/learning/features/chain_fit.hpp"
#include "policies/learning/inference/decode.hpp"
#include "policies/learning/inference/fused_features.hpp"
#include "policies/learning/inference/packed_network.hpp"

namespace mec::learning {

namespace {

constexpr std::size_t kSites = 3;

// Range of each input after normalisation. A model that does not say: what the features' meaning
// bounds (feature_schema.hpp), or four standard deviations.
struct InputRanges {
  std::vector<float> low;
  std::vector<float> high;
};

InputRanges input_ranges(const Model& model) {
  InputRanges ranges;
  const bool known = !model.feature_low.empty() && !model.feature_high.empty();
  for (std::size_t i = 0; i < model.features.size(); ++i) {
    if (!known && model.features.kind == FeatureKind::raw) {
      ranges.low.push_back(-4.0F);
      ranges.high.push_back(4.0F);
      continue;
    }
    const float low = known ? model.feature_low[i] : 0.0F;
    const float high = known ? model.feature_high[i] : static_cast<float>(model.features.subtasks);
    const float a = (low - model.normalisation.mean[i]) * model.normalisation.scale[i];
    const float b = (high - model.normalisation.mean[i]) * model.normalisation.scale[i];
    ranges.low.push_back(std::min(a, b));
    ranges.high.push_back(std::max(a, b));
  }
  return ranges;
}

FusedNetwork fuse(const Model& model, WeightPrecision precision, NetworkKernel kernel) {
  const InputRanges ranges = input_ranges(model);
  return {model.networks, model.normalisation, precision, ranges.low, ranges.high, kernel};
}

const Model& checked(const Model& model) {
  if (model.head == HeadKind::value || model.head == HeadKind::step ||
      model.head == HeadKind::site) {
    throw UserError(fmt::format(
        "a model with head {} scores placements one by one; expected head per-subtask, joint, plan "
        "or crf",
        name_of(model.head)));
  }
  check_model(model, "model");
  return model;
}

// Without a call for the usual lengths.
void copy_sites(const SiteIndex* sites, std::size_t count, Placement& placement) {
  if (placement.size() != count) {
    placement.resize(count, boost::container::default_init);
  }
  SiteIndex* to = placement.data();
  if (count >= 4 && count <= 8) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, sites, 4);
    std::memcpy(&last, sites + count - 4, 4);
    std::memcpy(to, &first, 4);
    std::memcpy(to + count - 4, &last, 4);
  } else {
    std::memcpy(to, sites, count);
  }
}

}  // namespace

class Decider::Impl {
 public:
  Impl(Model&& model, WeightPrecision precision, NetworkKernel kernel);

  [[nodiscard]] const Model& model() const { return model_; }
  [[nodiscard]] Placement decide(const DecisionRequest& request);
  void decide_batch(std::span<const DecisionRequest> requests, std::span<Placement> placements);

 private:
  void read(const DecisionRequest& request, std::size_t slot);
  void decode(const DecisionRequest& request, std::size_t slot, Placement& placement);

  Model model_;
  std::size_t subtasks_;
  std::size_t features_;
  std::size_t outputs_;
  FusedNetwork network_;
  FeatureFunction extract_;
  ArgmaxFunction argmax_;
  ChainDecoder chain_;
  std::vector<SiteIndex> plans_;  // head plan: all plans in a row
  std::vector<SiteIndex> sites_;
  // One slot for each request of a block.
  AlignedVector<float> inputs_;
  AlignedVector<float> scores_;
  std::vector<ChainFit> fits_;  // of tasks of another length
};

Decider::Impl::Impl(Model&& model, WeightPrecision precision, NetworkKernel kernel)
    : model_(std::move(model)),
      subtasks_(checked(model_).features.subtasks),
      features_(model_.features.size()),
      outputs_(model_.networks.size() * model_.networks.front().outputs()),
      network_(fuse(model_, precision, kernel)),
      extract_(feature_function(model_.features.kind, kernel)),
      argmax_(argmax_function(kernel)),
      chain_(subtasks_),
      sites_(subtasks_),
      inputs_(kSampleBlock * features_ + kFeatureSlack),
      scores_(kSampleBlock * outputs_),
      fits_(kSampleBlock) {
  for (const Placement& plan : model_.plans) {
    plans_.insert(plans_.end(), plan.begin(), plan.end());
  }
}

void Decider::Impl::read(const DecisionRequest& request, std::size_t slot) {
  if (request.costs.sites() != kSites) {
    throw UserError(
        fmt::format("a learned model needs three sites (device, edge, cloud); this state has {}",
                    request.costs.sites()));
  }
  float* const values = inputs_.data() + slot * features_;
  if (request.task.size() == subtasks_) {
    extract_(model_.features, request, values);
    return;
  }
  fits_[slot].fit(request.task, subtasks_);
  extract_(model_.features,
           {.task = fits_[slot].fitted(),
            .state = request.state,
            .costs = request.costs,
            .observed = request.observed},
           values);
}

void Decider::Impl::decode(const DecisionRequest& request, std::size_t slot, Placement& placement) {
  const float* const scores = scores_.data() + slot * outputs_;
  const SiteIndex* sites = sites_.data();
  if (model_.head == HeadKind::plan) {
    sites = plans_.data() + argmax_(scores, outputs_) * subtasks_;
  } else if (model_.head == HeadKind::crf) {
    chain_.decode(scores, sites_);
  } else {
    decode_sites(scores, sites_);
  }
  if (request.task.size() == subtasks_) {
    copy_sites(sites, subtasks_, placement);
  } else if (request.task.size() == 0) {
    placement.clear();
  } else {
    fits_[slot].expand({sites, subtasks_}, placement);
  }
}

Placement Decider::Impl::decide(const DecisionRequest& request) {
  read(request, 0);
  network_.run(inputs_.data(), scores_.data());
  Placement placement;
  decode(request, 0, placement);
  return placement;
}

void Decider::Impl::decide_batch(std::span<const DecisionRequest> requests,
                                 std::span<Placement> placements) {
  while (!requests.empty()) {
    const std::size_t block = std::min(requests.size(), kSampleBlock);
    for (std::size_t i = 0; i < block; ++i) {
      read(requests[i], i);
    }
    network_.run_batch(inputs_.data(), block, scores_.data());
    for (std::size_t i = 0; i < block; ++i) {
      decode(requests[i], i, placements[i]);
    }
    requests = requests.subspan(block);
    placements = placements.subspan(block);
  }
}

Decider::Decider(Model model, WeightPrecision precision)
    : Decider(std::move(model), precision, supported_network_kernels().back()) {}

Decider::Decider(Model model, WeightPrecision precision, NetworkKernel kernel)
    : impl_(std::make_unique<Impl>(std::move(model), precision, kernel)) {}

Decider::~Decider() = default;
Decider::Decider(Decider&&) noexcept = default;
Decider& Decider::operator=(Decider&&) noexcept = default;

Placement Decider::decide(const DecisionRequest& request) { return impl_->decide(request); }

void Decider::decide_batch(std::span<const DecisionRequest> requests,
                           std::span<Placement> placements) {
  if (placements.size() != requests.size()) {
    throw std::invalid_argument(
        fmt::format("{} placements for {} requests", placements.size(), requests.size()));
  }
  impl_->decide_batch(requests, placements);
}

const Model& Decider::model() const { return impl_->model(); }

}  // namespace mec::learning
