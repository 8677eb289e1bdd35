// Features straight into a network's input buffer: the same bits as extract_features, several
// values at a time for the kind that decisions use most (FeatureKind::time).
#pragma once

#include "core/policy.hpp"
#include "policies/learning/features/feature_schema.hpp"
#include "policies/learning/inference/fused_network.hpp"

namespace mec::learning {

/// Whole vectors are written: so many values after the last one may be overwritten.
inline constexpr std::size_t kFeatureSlack = 8;

/// `values` has room for schema.size() + kFeatureSlack. The request fits the schema (as
/// extract_features demands): not checked.
using FeatureFunction = void (*)(const FeatureSchema& schema, const DecisionRequest& request,
                                 float* values);

[[nodiscard]] FeatureFunction feature_function(FeatureKind kind, NetworkKernel kernel);

}  // namespace mec::learning
