#include "results/manifest.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "results/content_hash.hpp"

namespace mec {

namespace {

using Json = nlohmann::ordered_json;

std::string utc(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

Json counts_json(const RunCounts& counts) {
  return {{"released", counts.released},
          {"completed", counts.completed},
          {"failed", counts.failed},
          {"in_flight", counts.in_flight},
          {"warmup", counts.warmup}};
}

Json text_map(const std::map<std::string, std::string>& map) {
  Json object = Json::object();
  for (const auto& [key, value] : map) {
    object[key] = value;
  }
  return object;
}

Json overrides_json(const Manifest& manifest) {
  Json list = Json::array();
  for (const auto& [key, value] : manifest.overrides) {
    list.push_back(Json{{"key", key}, {"value", value}});
  }
  return list;
}

Json file_json(const ManifestFile& file) { return {{"path", file.path}, {"hash", file.hash}}; }

Json policies_json(const Manifest& manifest) {
  Json list = Json::array();
  for (const ManifestPolicy& policy : manifest.policies) {
    Json entry = {{"name", policy.name},
                  {"parameters", text_map(policy.parameters)},
                  {"wall_s", policy.wall_s},
                  {"counts", counts_json(policy.counts)}};
    if (policy.model) {
      entry["model"] = file_json(*policy.model);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

std::string manifest_json(const Manifest& manifest) {
  Json json;
  json["format"] = 1;
  json["status"] = manifest.complete ? "complete" : "partial";
  json["interrupted_by"] = manifest.interrupted_by ? Json(*manifest.interrupted_by) : Json(nullptr);
  json["command"] = manifest.command;
  json["scenario"] = {{"name", manifest.scenario_name},
                      {"path", manifest.scenario_path},
                      {"hash", content_hash(manifest.scenario_text)},
                      {"text", manifest.scenario_text}};
  if (!manifest.workload_path.empty()) {
    json["workload"] = {{"path", manifest.workload_path}, {"hash", manifest.workload_hash}};
  }
  if (manifest.decision_costs) {
    json["decision_costs"] = file_json(*manifest.decision_costs);
  }
  if (manifest.platform) {
    json["platform"] = file_json(*manifest.platform);
  }
  json["overrides"] = overrides_json(manifest);
  json["seed"] = manifest.seed;
  json["replications"] = manifest.replications;
  json["policies"] = policies_json(manifest);
  json["versions"] = text_map(manifest.versions);
  json["machine"] = {{"kernel", manifest.machine.kernel},
                     {"cpu", manifest.machine.cpu},
                     {"cores", manifest.machine.cores},
                     {"operating_system", manifest.machine.operating_system}};
  json["started"] = utc(manifest.started);
  json["finished"] = utc(manifest.finished);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mec
