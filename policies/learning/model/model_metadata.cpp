#include "policies/learning/model/model_metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "core/errors.hpp"
#include "core/text.hpp"

namespace mec::learning {

namespace {

constexpr std::string_view kFormat = "mecsim.format";
constexpr std::string_view kHead = "mecsim.head";
constexpr std::string_view kPlans = "mecsim.plans";
constexpr std::string_view kLow = "mecsim.feature_low";
constexpr std::string_view kHigh = "mecsim.feature_high";
constexpr std::string_view kProvenance = "mecsim.provenance.";
constexpr std::string_view kFeatures = "mecsim.features";
constexpr std::string_view kHash = "mecsim.features.hash";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kSites = 3;

constexpr std::array<HeadKind, 6> kAllHeads = {HeadKind::per_subtask, HeadKind::joint,
                                               HeadKind::plan,        HeadKind::crf,
                                               HeadKind::value,       HeadKind::step};

using Entries = std::map<std::string, std::string, std::less<>>;

// The shortest text that reads back as the same float; the C++ library's, for fmt's varies.
std::string shortest(float value) {
  std::array<char, 32> text{};
  char* const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string list_of(const std::vector<float>& values) {
  std::vector<std::string> texts(values.size());
  std::transform(values.begin(), values.end(), texts.begin(), shortest);
  return join(texts, ",");
}

std::string list_of(const std::vector<Placement>& plans) {
  std::vector<std::string> texts;
  for (const Placement& plan : plans) {
    std::string& text = texts.emplace_back();
    for (const SiteIndex site : plan) {
      text.push_back(static_cast<char>('0' + site));
    }
  }
  return join(texts, ",");
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t comma = list.find(',');
    parts.push_back(list.substr(0, comma));
    if (comma == std::string_view::npos) {
      return parts;
    }
    list.remove_prefix(comma + 1);
  }
}

std::string_view value_or_empty(const Entries& entries, std::string_view key) {
  const auto found = entries.find(key);
  return found == entries.end() ? std::string_view{} : found->second;
}

std::vector<float> parse_floats(const Entries& entries, std::string_view key) {
  const std::string_view list = value_or_empty(entries, key);
  std::vector<float> values;
  for (const std::string_view part : list.empty() ? std::vector<std::string_view>{} : split(list)) {
    const char* const end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data(), end, values.emplace_back());
    if (error != std::errc() || stop != end) {
      throw UserError(fmt::format("metadata {}: \"{}\" is no number", key, part));
    }
  }
  return values;
}

std::vector<Placement> parse_plans(const Entries& entries) {
  const std::string_view list = value_or_empty(entries, kPlans);
  std::vector<Placement> plans;
  for (const std::string_view part : list.empty() ? std::vector<std::string_view>{} : split(list)) {
    Placement& plan = plans.emplace_back();
    for (const char digit : part) {
      if (digit < '0' || digit >= static_cast<char>('0' + kSites)) {
        throw UserError(
            fmt::format("metadata {}: \"{}\"; a digit 0, 1 or 2 for the site of each "
                        "subtask was expected",
                        kPlans, part));
      }
      plan.push_back(static_cast<SiteIndex>(digit - '0'));
    }
  }
  return plans;
}

void check_format(const Entries& entries, const std::string& producer) {
  const auto format = entries.find(kFormat);
  const bool ours = producer == kProducer || format != entries.end();
  if (ours && (format == entries.end() || !entries.contains(kHash))) {
    throw UserError("truncated or damaged: its metadata is not complete");
  }
  if (ours && format->second != kVersion) {
    throw UserError(
        fmt::format("model format {}; this version of mecsim reads {}", format->second, kVersion));
  }
}

std::optional<FeatureSchema> stored_features(const Entries& entries) {
  const auto text = entries.find(kFeatures);
  if (text == entries.end()) {
    return std::nullopt;
  }
  const FeatureSchema schema = parse_feature_schema(text->second);
  const auto hash = entries.find(kHash);
  if (hash != entries.end() && hash->second != schema.hash()) {
    throw UserError(fmt::format(
        "features \"{}\" have hash {} in the file and {} in this version of mecsim: their meaning "
        "has changed",
        text->second, hash->second, schema.hash()));
  }
  return schema;
}

std::optional<HeadKind> stored_head(const Entries& entries) {
  const auto text = entries.find(kHead);
  return text == entries.end() ? std::nullopt : std::optional(parse_head(text->second));
}

// What the file says, else what the user says; both must not differ.
template <class T, class Text>
std::optional<T> agreed(const std::optional<T>& stored, const std::optional<T>& given,
                        const char* what, Text text) {
  if (stored && given && !(*stored == *given)) {
    throw UserError(fmt::format(R"({} is "{}" in the file; "{}" was given)", what, text(*stored),
                                text(*given)));
  }
  return stored ? stored : given;
}

struct Meaning {
  FeatureSchema features;
  HeadKind head = HeadKind::plan;
};

// Without anything said, the features are raw or time ones of six subtasks.
std::vector<Meaning> fitting_meanings(const OnnxContents& contents, std::size_t plans,
                                      const ForeignModel& known) {
  std::vector<FeatureSchema> schemas = {{FeatureKind::raw, 6, false},
                                        {FeatureKind::time, 6, false}};
  if (known.features) {
    schemas = {*known.features};
  }
  const Mlp& first = contents.networks.front();
  std::vector<Meaning> fitting;
  for (const FeatureSchema& schema : schemas) {
    for (const HeadKind head : kAllHeads) {
      const NetworkShape shape = expected_shape(head, schema, plans);
      if ((!known.head || *known.head == head) && (head == HeadKind::plan) == (plans > 0) &&
          shape.networks == contents.networks.size() && shape.inputs == first.inputs() &&
          shape.outputs == first.outputs()) {
        fitting.push_back({schema, head});
      }
    }
  }
  return fitting;
}

[[noreturn]] void fail_meaning(const OnnxContents& contents, const ForeignModel& known,
                               const std::vector<Meaning>& fitting) {
  std::vector<std::string> heads(kAllHeads.size());
  std::transform(kAllHeads.begin(), kAllHeads.end(), heads.begin(),
                 [](HeadKind head) { return std::string(name_of(head)); });
  std::vector<std::string> wanted;
  if (!known.features) {
    wanted.push_back(fmt::format(R"(`features` ("{}", "{}", ...))",
                                 FeatureSchema{FeatureKind::raw}.text(),
                                 FeatureSchema{FeatureKind::time}.text()));
  }
  if (!known.head) {
    wanted.push_back(fmt::format("`head` ({})", join(heads)));
  }
  std::vector<std::string> choices;
  choices.reserve(fitting.size());
  for (const Meaning& meaning : fitting) {
    choices.push_back(fmt::format("features \"{}\" with head {}", meaning.features.text(),
                                  name_of(meaning.head)));
  }
  const Mlp& first = contents.networks.front();
  throw UserError(fmt::format(
      "{} network{} of {} inputs and {} outputs: the file does not say what they mean{}{}; give "
      "{}. "
      "Head plan also needs the metadata {}",
      contents.networks.size(), contents.networks.size() == 1 ? "" : "s", first.inputs(),
      first.outputs(), choices.empty() ? "" : ", and these fit: ", join(choices),
      join(wanted, " and "), kPlans));
}

Meaning deduced(const OnnxContents& contents, std::size_t plans, const ForeignModel& known) {
  if (known.features && known.head) {
    return {*known.features, *known.head};
  }
  const std::vector<Meaning> fitting = fitting_meanings(contents, plans, known);
  if (fitting.size() != 1) {
    fail_meaning(contents, known, fitting);
  }
  return fitting.front();
}

void check_softmax(const OnnxContents& contents, HeadKind head) {
  const std::size_t outputs = contents.networks.front().outputs();
  const std::size_t softmax = contents.softmax;
  const bool sums =
      head == HeadKind::crf || head == HeadKind::value;  // of scores, not the greatest
  const bool by_site = head == HeadKind::per_subtask || head == HeadKind::joint;
  if (softmax != 0 && (sums || (by_site ? softmax % kSites != 0 : softmax != outputs))) {
    throw UserError(fmt::format("a Softmax over {} of {} scores does not fit head {}", softmax,
                                outputs, name_of(head)));
  }
}

// Drops the inputs that are no features; they are taken as they are.
Normalisation of_features(Normalisation all, std::size_t features) {
  for (std::size_t i = features; i < all.mean.size(); ++i) {
    if (all.mean[i] != 0.0F || all.scale[i] != 1.0F) {
      throw UserError(
          fmt::format("input {} is normalised; only the {} features may be", i, features));
    }
  }
  if (all.mean.size() > features) {
    all.mean.resize(features);
    all.scale.resize(features);
  }
  return all;
}

}  // namespace

Metadata metadata_of(const Model& model) {
  Metadata metadata;
  metadata.emplace_back(kFormat, kVersion);
  metadata.emplace_back(kHead, name_of(model.head));
  if (!model.plans.empty()) {
    metadata.emplace_back(kPlans, list_of(model.plans));
  }
  if (!model.feature_low.empty()) {
    metadata.emplace_back(kLow, list_of(model.feature_low));
  }
  if (!model.feature_high.empty()) {
    metadata.emplace_back(kHigh, list_of(model.feature_high));
  }
  for (const auto& [key, value] : model.provenance) {
    metadata.emplace_back(std::string(kProvenance) + key, value);
  }
  metadata.emplace_back(kFeatures, model.features.text());
  metadata.emplace_back(kHash, model.features.hash());
  return metadata;
}

Model interpret(OnnxContents contents, const ForeignModel& foreign) {
  const Entries entries(contents.metadata.begin(), contents.metadata.end());
  check_format(entries, contents.producer);
  const ForeignModel known = {agreed(stored_features(entries), foreign.features, "features",
                                     [](const FeatureSchema& schema) { return schema.text(); }),
                              agreed(stored_head(entries), foreign.head, "head",
                                     [](HeadKind head) { return name_of(head); })};
  Model model;
  model.plans = parse_plans(entries);
  const Meaning meaning = deduced(contents, model.plans.size(), known);
  model.features = meaning.features;
  model.head = meaning.head;
  if (model.head == HeadKind::plan && model.plans.empty()) {
    throw UserError(
        fmt::format("head plan needs the placement of each of its {} outputs: metadata "
                    "{}, such as \"000000,001122\"",
                    contents.networks.front().outputs(), kPlans));
  }
  check_softmax(contents, model.head);
  model.feature_low = parse_floats(entries, kLow);
  model.feature_high = parse_floats(entries, kHigh);
  for (const auto& [key, value] : entries) {
    if (std::string_view(key).starts_with(kProvenance)) {
      model.provenance.emplace(key.substr(kProvenance.size()), value);
    }
  }
  model.normalisation = of_features(std::move(contents.normalisation), model.features.size());
  model.networks = std::move(contents.networks);
  return model;
}

}  // namespace mec::learning
