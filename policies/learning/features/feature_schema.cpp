#include "policies/learning/features/feature_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "core/errors.hpp"
#include "core/hash.hpp"

namespace mec::learning {

namespace {

constexpr std::size_t kSites = 3;
constexpr std::array<std::string_view, 5> kKinds = {"raw", "time", "cost", "moving", "queued"};
constexpr std::size_t kMovingValues = 37;  // beside the window
constexpr std::size_t kWaits = 7;          // of three sites and four links
constexpr double kLongestWait = 4.0;       // in times of the whole task on the device
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

  void put_wait(double wait, Writer& out) const {
    const double value = wait * inverse_;
    const double cap = kLongestWait * cap_;
    out.put(value <= cap ? value : cap);
  }

 private:
  double cap_;
  double inverse_;
};

void put_times(const FeatureSchema& schema, const DecisionRequest& request,
               const Relative& relative, Writer& out) {
  const SiteCosts& costs = request.costs;
  relative.put(request.task.work, costs.per_cycle(kDevice), out);
  relative.put(request.task.work, costs.per_cycle(kEdge), out);
  if (schema.cloud_compute) {
    relative.put(request.task.work, costs.per_cycle(kCloud), out);
  }
  relative.put(request.task.data, costs.per_byte(kDevice, kEdge), out);
  relative.put(request.task.data, costs.per_byte(kEdge, kCloud), out);
}

void extract_time(const FeatureSchema& schema, const DecisionRequest& request, Writer out) {
  put_times(schema, request, Relative(request.task, request.costs), out);
}

// Queues that are not seen are taken to be empty.
void extract_queued(const FeatureSchema& schema, const DecisionRequest& request, Writer out) {
  const Relative relative(request.task, request.costs);
  put_times(schema, request, relative, out);
  const Observation& seen = request.observed;
  for (std::size_t site = 0; site < kSites; ++site) {
    relative.put_wait(seen.site_wait.empty() ? 0.0 : seen.site_wait[site], out);
  }
  for (std::size_t link = 0; link < kWaits - kSites; ++link) {
    relative.put_wait(seen.link_wait.empty() ? 0.0 : seen.link_wait[link], out);
  }
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

std::vector<std::string> moving_names(const FeatureSchema& schema) {
  std::vector<std::string> names = {"at device", "at edge", "at cloud", "subtasks left"};
  for (const std::string_view plan :
       {"forecast", "latest", "average", "usual", "middle", "low", "high"}) {
    for (const char* site : {"device", "edge", "cloud"}) {
      names.push_back(fmt::format("{}: to {}", plan, site));
    }
    names.push_back(fmt::format("{}: least", plan));
  }
  names.insert(names.end(), {"d0", "e0/p1", "e0/p2", "e0/p3", "age"});
  for (std::size_t c = 0; c < schema.channels; ++c) {
    for (std::size_t i = 0; i < schema.window; ++i) {
      names.push_back(fmt::format("channel {}, probe {}", c, i));
    }
  }
  return names;
}

void add_names(std::vector<std::string>& names, std::string_view pattern, std::size_t count) {
  for (std::size_t t = 0; t < count; ++t) {
    names.push_back(fmt::format(fmt::runtime(pattern), t));
  }
}

// Only what `text` itself writes.
std::optional<FeatureSchema> parse_moving_schema(std::string_view text) {
  constexpr std::size_t kMost = 1000;  // probes, and far more than the channels of three tiers
  FeatureSchema schema{FeatureKind::moving};
  const auto number_after = [text](std::string_view key) {
    std::size_t value = 0;
    const std::size_t at = text.find(key);
    if (at != std::string_view::npos) {
      std::from_chars(text.data() + at + key.size(), text.data() + text.size(), value);
    }
    return value;
  };
  schema.window = number_after("window=");
  schema.channels = number_after("channels=");
  return schema.window <= kMost && schema.channels <= kMost && schema.text() == text
             ? std::optional(schema)
             : std::nullopt;
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
    case FeatureKind::queued:
      return (cloud_compute ? 3 : 2) * n + 2 * (n + 1) + kWaits;
    case FeatureKind::moving:
      return kMovingValues + window * channels;
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
    case FeatureKind::queued:
      add_names(names, "e{}/p1", n);
      add_names(names, "e{}/p2", n);
      if (cloud_compute) {
        add_names(names, "e{}/p3", n);
      }
      add_names(names, "d{}/b1", n + 1);
      add_names(names, "d{}/b2", n + 1);
      if (kind == FeatureKind::queued) {
        names.insert(names.end(),
                     {"wait for device", "wait for edge", "wait for cloud", "wait for b1 up",
                      "wait for b1 down", "wait for b2 up", "wait for b2 down"});
      }
      break;
    case FeatureKind::moving:
      return moving_names(*this);
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
  if (kind == FeatureKind::moving) {
    return fmt::format("{}/{} window={} channels={}", name_of(kind), kVersion, window, channels);
  }
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
  if (const auto moving = parse_moving_schema(text)) {
    return *moving;
  }
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    const std::string prefix = fmt::format("{}/{} n=", kKinds[i], kVersion);
    if (!text.starts_with(prefix) || static_cast<FeatureKind>(i) == FeatureKind::moving) {
      continue;
    }
    FeatureSchema schema{static_cast<FeatureKind>(i), 0, text.ends_with(kCloudMark)};
    const char* end = text.data() + text.size() - (schema.cloud_compute ? kCloudMark.size() : 0);
    const auto [stop, error] = std::from_chars(text.data() + prefix.size(), end, schema.subtasks);
    const bool cloud_fits = !schema.cloud_compute || schema.kind == FeatureKind::time ||
                            schema.kind == FeatureKind::queued;
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
    case FeatureKind::queued:
      return extract_queued(schema, request, out);
    case FeatureKind::moving:
      break;
  }
  throw std::invalid_argument("features of moving bandwidths are not those of a snapshot");
}

}  // namespace mec::learning
