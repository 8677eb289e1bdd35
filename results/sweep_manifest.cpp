#include "results/sweep_manifest.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/errors.hpp"
#include "results/content_hash.hpp"
#include "results/sweep_precision.hpp"

namespace mec {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRatio = "ratio-of-means";
constexpr const char* kMean = "mean-latency";
constexpr const char* kMser5 = "mser-5";

std::string utc(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

Json text_json(const ManifestText& text) {
  return {{"name", text.name},
          {"path", text.path},
          {"hash", content_hash(text.text)},
          {"text", text.text}};
}

std::string text_of_shard(const Shard& shard) {
  return fmt::format("{}/{}", shard.number, shard.of);
}

// What has come of it is known in the end only.
Json precision_json(const PrecisionTarget& target, const SweepManifest& manifest) {
  Json json = {{"target", target.relative},
               {"of", target.of == PrecisionTarget::Statistic::ratio_of_means ? kRatio : kMean},
               {"least", target.least},
               {"most", target.most}};
  if (!manifest.ended) {
    return json;
  }
  const PrecisionReached reached = precision_reached(target, manifest.results);
  json["points_missed"] = reached.points_missed;
  if (const auto& widest = reached.widest) {
    json["widest"] = widest->relative;
    json["widest_policy"] = manifest.results.policies.at(widest->policy);
    json["widest_point"] = widest->point;
  }
  json["replications_least"] = reached.replications_least;
  json["replications_most"] = reached.replications_most;
  return json;
}

// Of merged shards, in their order.
Json shards_json(const std::vector<ShardCommand>& shards) {
  Json list = Json::array();
  for (const ShardCommand& part : shards) {
    list.push_back(Json{{"command", part.command}, {"shard", text_of_shard(part.shard)}});
  }
  return list;
}

PrecisionTarget precision_of(const Json& json) {
  PrecisionTarget target;
  json.at("target").get_to(target.relative);
  target.of = json.at("of") == kRatio ? PrecisionTarget::Statistic::ratio_of_means
                                      : PrecisionTarget::Statistic::mean_latency;
  json.at("least").get_to(target.least);
  json.at("most").get_to(target.most);
  return target;
}

Json policies_json(const SweepManifest& manifest) {
  Json list = Json::array();
  for (const SweepManifestPolicy& policy : manifest.policies) {
    Json models = Json::array();
    for (const ManifestFile& model : policy.models) {
      models.push_back(Json{{"path", model.path}, {"hash", model.hash}});
    }
    list.push_back(
        Json{{"name", policy.name}, {"parameters", Json(policy.parameters)}, {"models", models}});
  }
  return list;
}

Json columns_json(const SweepGrid& grid) {
  Json list = Json::array();
  for (const SweepColumn& column : grid.columns) {
    list.push_back(Json{{"name", column.name},
                        {"key", column.key},
                        {"unit", column.unit},
                        {"numeric", column.numeric}});
  }
  return list;
}

// [point, policy, replication, key], by point, policy and replication.
Json cells_json(const SweepResults& results) {
  Json list = Json::array();
  for (const SweepCell& cell : results.cells) {
    list.push_back(Json::array({cell.id.point, cell.id.policy, cell.id.replication, cell.key}));
  }
  return list;
}

// Without an indent inside: a cell a line is long enough.
void append_lines(std::string& text, const char* key, const Json& list) {
  text += fmt::format("  \"{}\": [", key);
  const char* separator = "\n    ";
  for (const Json& item : list) {
    text += separator + item.dump(-1, ' ', false, Json::error_handler_t::replace);
    separator = ",\n    ";
  }
  text += list.empty() ? "],\n" : "\n  ],\n";
}

Json body_json(const SweepManifest& manifest) {
  Json json;
  json["started"] = utc(manifest.started);
  json["finished"] = utc(manifest.finished);
  json["sweep"] = text_json(manifest.sweep);
  json["scenario"] = text_json(manifest.scenario);
  json["overrides"] = Json::array();
  for (const auto& [key, value] : manifest.overrides) {
    json["overrides"].push_back(Json{{"key", key}, {"value", value}});
  }
  json["identity"] = manifest.identity;
  json["seed"] = manifest.results.seed;
  json["replications"] = manifest.replications;
  json["precision"] =
      manifest.precision ? precision_json(*manifest.precision, manifest) : Json(nullptr);
  json["warmup"] = manifest.results.warm_up == WarmUpDetection::mser5 ? kMser5 : "none";
  json["engine"] = manifest.engine;
  json["policies"] = policies_json(manifest);
  json["versions"] = manifest.versions;
  json["build"] = manifest.origin.build;
  json["machine"] = {{"kernel", manifest.machine.kernel},
                     {"cpu", manifest.machine.cpu},
                     {"cores", manifest.machine.cores},
                     {"operating_system", manifest.machine.operating_system}};
  json["columns"] = columns_json(manifest.results.grid);
  return json;
}

Json head_json(const SweepManifest& manifest) {
  Json json;
  json["format"] = 1;
  json["kind"] = "sweep";
  json["status"] = manifest.complete ? "complete" : "partial";
  json["ended"] = manifest.ended;
  json["interrupted_by"] = manifest.interrupted_by ? Json(*manifest.interrupted_by) : Json(nullptr);
  json["shard"] = manifest.shard ? Json(text_of_shard(*manifest.shard)) : Json(nullptr);
  json["command"] = manifest.command;
  if (!manifest.shards.empty()) {
    json["shards"] = shards_json(manifest.shards);
  }
  return json;
}

// The members of an object, without its braces.
std::string members(const Json& object) {
  std::string text = object.dump(2, ' ', false, Json::error_handler_t::replace);
  return text.substr(2, text.size() - 4);  // "{\n" and "\n}"
}

ManifestText text_of(const Json& json) {
  return {json.at("name").get<std::string>(), json.at("path").get<std::string>(),
          json.at("text").get<std::string>()};
}

std::optional<Shard> shard_of(const Json& json) {
  if (json.is_null()) {
    return std::nullopt;
  }
  const auto text = json.get<std::string>();
  const auto slash = text.find('/');
  return Shard{static_cast<std::uint32_t>(std::stoul(text.substr(0, slash))),
               static_cast<std::uint32_t>(std::stoul(text.substr(slash + 1)))};
}

SweepManifestPolicy policy_of(const Json& json) {
  SweepManifestPolicy policy;
  json.at("name").get_to(policy.name);
  json.at("parameters").get_to(policy.parameters);
  for (const Json& model : json.at("models")) {
    policy.models.push_back(
        {model.at("path").get<std::string>(), model.at("hash").get<std::string>()});
  }
  return policy;
}

SweepResults results_of(const Json& json) {
  SweepResults results;
  json.at("scenario").at("name").get_to(results.scenario);
  json.at("seed").get_to(results.seed);
  results.warm_up = json.at("warmup") == kMser5 ? WarmUpDetection::mser5 : WarmUpDetection::none;
  for (const Json& column : json.at("columns")) {
    results.grid.columns.push_back(
        {column.at("name").get<std::string>(), column.at("key").get<std::string>(),
         column.at("unit").get<std::string>(), column.at("numeric").get<bool>()});
  }
  json.at("points").get_to(results.grid.points);
  for (const Json& independent : json.at("independent_tasks")) {
    results.independent_tasks.push_back(independent.get<bool>());
  }
  for (const Json& cell : json.at("cells")) {
    SweepCell& entry = results.cells.emplace_back();
    entry.id = {cell.at(0).get<std::uint32_t>(), cell.at(1).get<std::uint32_t>(),
                cell.at(2).get<std::uint32_t>()};
    cell.at(3).get_to(entry.key);
  }
  return results;
}

SweepManifest manifest_of(const Json& json) {
  SweepManifest manifest;
  json.at("identity").get_to(manifest.identity);
  manifest.complete = json.at("status") == "complete";
  json.at("ended").get_to(manifest.ended);
  manifest.sweep = text_of(json.at("sweep"));
  manifest.scenario = text_of(json.at("scenario"));
  for (const Json& item : json.at("overrides")) {
    manifest.overrides.emplace_back(item.at("key").get<std::string>(),
                                    item.at("value").get<std::string>());
  }
  json.at("engine").get_to(manifest.engine);
  json.at("replications").get_to(manifest.replications);
  if (!json.at("precision").is_null()) {
    manifest.precision = precision_of(json.at("precision"));
  }
  manifest.shard = shard_of(json.at("shard"));
  json.at("command").get_to(manifest.command);
  manifest.results = results_of(json);
  for (const Json& policy : json.at("policies")) {
    manifest.policies.push_back(policy_of(policy));
    manifest.results.policies.push_back(manifest.policies.back().name);
  }
  manifest.origin = {json.at("versions").at("mecsim").get<std::string>(),
                     json.at("build").get<std::string>()};
  return manifest;
}

// Every index of a cell names something.
bool is_sound(const SweepManifest& manifest) {
  const SweepResults& results = manifest.results;
  for (const auto& point : results.grid.points) {
    if (point.size() != results.grid.columns.size()) {
      return false;
    }
  }
  for (const SweepCell& cell : results.cells) {
    if (cell.id.point >= results.grid.points.size() || cell.id.policy >= results.policies.size()) {
      return false;
    }
  }
  return results.independent_tasks.size() == results.grid.points.size();
}

}  // namespace

std::string sweep_manifest_json(const SweepManifest& manifest) {
  std::string text =
      "{\n" + members(head_json(manifest)) + ",\n" + members(body_json(manifest)) + ",\n";
  append_lines(text, "points", Json(manifest.results.grid.points));
  append_lines(text, "independent_tasks", Json(manifest.results.independent_tasks));
  append_lines(text, "cells", cells_json(manifest.results));
  text.erase(text.size() - 2, 1);  // the last comma
  return text + "}\n";
}

std::optional<SweepManifest> read_sweep_manifest(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return std::nullopt;
  }
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  try {
    const Json json = Json::parse(text);
    if (!json.is_object() || json.value("kind", "") != "sweep") {
      return std::nullopt;
    }
    SweepManifest manifest = manifest_of(json);
    if (is_sound(manifest)) {
      return manifest;
    }
  } catch (const Json::exception&) {  // said below
  } catch (const std::logic_error&) {
  }
  throw UserError(fmt::format("{}: not a manifest of a sweep as mecsim writes it", path.string()));
}

}  // namespace mec
