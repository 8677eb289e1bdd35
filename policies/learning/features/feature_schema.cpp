#include "policies/learning/features/feature_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/errors.hpp"
#include "core/hash.hpp"

namespace mec::learning {

namespace {

constexpr std::size_t kSites = 3;
constexpr std::array<std::string_view, 3> kKinds = {"raw", "time", "cost"};
constexpr std::string_view kCloudMark = " with-cloud";
constexpr int kVersion = 1;  // raised when the meaning of a value changes

struct SitePair {
  std::size_t from;
  std::size_t to;
};
constexpr std::array<SitePair, 6> kPairs = {{{0, 1}, {1, 0}, {1, 2}, {2, 1}, {0, 2}, {2, 0}}};

// Writes values one after the other; clamps what a float cannot hold.
class Writer {
 public:
  explicit Writer(std::span<float> values) : out_(values.data()) {}
  void put(double value) { *out_++ = static_cast<float>(value); }
  void put_finite(double value) {
    put(std::min(value, static_cast<double>(std::numeric_limits<float>::max())));
  }

 private:
  float* out_;
};

void extract_raw(const DecisionRequest& request, Writer out) {
  for (const Cycles work : request.task.work) {
    out.put_finite(work.value() * 1e-9);
  }
  for (const Bytes data : request.task.data) {
    out.put_finite(data.value() * 1e-6);
  }
  const SystemState& state = request.state;
  out.put_finite(state.speed(kDevice).value() * 1e-9);
  out.put_finite(state.speed(kEdge).value() * 1e-9);
  // Bandwidth is the inverse of a byte's time, whatever the route between the two sites.
  out.put_finite(1e-6 / state.seconds_per_byte(kDevice, kEdge).value());
  out.put_finite(1e-6 / state.seconds_per_byte(kEdge, kCloud).value());
}

// Costs relative to the mean cost of a subtask on the device, capped at n.
class Relative {
 public:
  Relative(ChainView task, const SiteCosts& costs) : cap_(static_cast<double>(task.size())) {
    double total = 0.0;
    for (const Cycles work : task.work) {
      total += work.value();
    }
    // A task that costs nothing on the device: any other cost, however small, is past the cap.
    inverse_ =
        std::min(cap_ / (total * costs.per_cycle(kDevice)), std::numeric_limits<double>::max());
  }

  template <class Amount>
  void put(std::span<const Amount> amounts, double cost, Writer& out) const {
    const double factor = cost * inverse_;
    for (const Amount amount : amounts) {
      // The comparison is false for NaN (0 times infinity): a part of no size, or of no cost.
      const double value = amount.value() * factor;
      out.put(value <= cap_ ? value : value > cap_ ? cap_ : 0.0);
    }
  }

 private:
  double cap_;
  double inverse_;
};

void extract_time(const FeatureSchema& schema, const DecisionRequest& request, Writer out) {
  const SiteCosts& costs = request.costs;
  const Relative relative(request.task, costs);
  relative.put(request.task.work, costs.per_cycle(kDevice), out);
  relative.put(request.task.work, costs.per_cycle(kEdge), out);
  if (schema.cloud_compute) {
    relative.put(request.task.work, costs.per_cycle(kCloud), out);
  }
  relative.put(request.task.data, costs.per_byte(kDevice, kEdge), out);
  relative.put(request.task.data, costs.per_byte(kEdge, kCloud), out);
}

void extract_cost(const DecisionRequest& request, Writer out) {
  const SiteCosts& costs = request.costs;
  const Relative relative(request.task, costs);
  for (std::size_t site = 0; site < kSites; ++site) {
    relative.put(request.task.work, costs.per_cycle(site), out);
  }
  for (const SitePair pair : kPairs) {
    relative.put(request.task.data, costs.per_byte(pair.from, pair.to), out);
  }
}

void add_names(std::vector<std::string>& names, std::string_view pattern, std::size_t count) {
  for (std::size_t t = 0; t < count; ++t) {
    names.push_back(fmt::format(fmt::runtime(pattern), t));
  }
}

}  // namespace

std::string_view name_of(FeatureKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::size_t FeatureSchema::size() const {
  const std::size_t n = subtasks;
  switch (kind) {
    case FeatureKind::raw:
      return n + (n + 1) + 4;
    case FeatureKind::time:
      return (cloud_compute ? 3 : 2) * n + 2 * (n + 1);
    case FeatureKind::cost:
      break;
  }
  return kSites * n + kPairs.size() * (n + 1);
}

std::vector<std::string> FeatureSchema::names() const {
  std::vector<std::string> names;
  const std::size_t n = subtasks;
  switch (kind) {
    case FeatureKind::raw:
      add_names(names, "e{}", n);
      add_names(names, "d{}", n + 1);
      names.insert(names.end(), {"p1", "p2", "b1", "b2"});
      break;
    case FeatureKind::time:
      add_names(names, "e{}/p1", n);
      add_names(names, "e{}/p2", n);
      if (cloud_compute) {
        add_names(names, "e{}/p3", n);
      }
      add_names(names, "d{}/b1", n + 1);
      add_names(names, "d{}/b2", n + 1);
      break;
    case FeatureKind::cost:
      for (std::size_t site = 0; site < kSites; ++site) {
        add_names(names, fmt::format("e{{}} on {}", site), n);
      }
      for (const SitePair pair : kPairs) {
        add_names(names, fmt::format("d{{}} from {} to {}", pair.from, pair.to), n + 1);
      }
  }
  return names;
}

std::string FeatureSchema::text() const {
  return fmt::format("{}/{} n={}{}", name_of(kind), kVersion, subtasks,
                     cloud_compute ? kCloudMark : "");
}

std::string FeatureSchema::hash() const {
  std::string described = text();
  for (const std::string& name : names()) {
    described += '\n' + name;
  }
  return fmt::format("{:016x}", fnv1a64(described));
}

FeatureSchema parse_feature_schema(std::string_view text) {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    const std::string prefix = fmt::format("{}/{} n=", kKinds[i], kVersion);
    if (!text.starts_with(prefix)) {
      continue;
    }
    FeatureSchema schema{static_cast<FeatureKind>(i), 0, text.ends_with(kCloudMark)};
    const char* end = text.data() + text.size() - (schema.cloud_compute ? kCloudMark.size() : 0);
    const auto [stop, error] = std::from_chars(text.data() + prefix.size(), end, schema.subtasks);
    const bool cloud_fits = !schema.cloud_compute || schema.kind == FeatureKind::time;
    if (error == std::errc() && stop == end && cloud_fits && schema.subtasks >= 1 &&
        schema.subtasks <= kMaxSubtasks) {
      return schema;
    }
  }
  throw UserError(fmt::format("unknown feature schema \"{}\"; expected one like \"{}\"", text,
                              FeatureSchema{}.text()));
}

void extract_features(const FeatureSchema& schema, const DecisionRequest& request,
                      std::span<float> values) {
  if (request.task.size() != schema.subtasks || request.costs.sites() != kSites ||
      values.size() != schema.size()) {
    throw std::invalid_argument(
        fmt::format("features \"{}\" of a task of {} subtasks on {} sites, into {} values",
                    schema.text(), request.task.size(), request.costs.sites(), values.size()));
  }
  const Writer out(values);
  switch (schema.kind) {
    case FeatureKind::raw:
      return extract_raw(request, out);
    case FeatureKind::time:
      return extract_time(schema, request, out);
    case FeatureKind::cost:
      return extract_cost(request, out);
  }
}

}  // namespace mec::learning
