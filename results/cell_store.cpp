#include "results/cell_store.hpp"

#include <fmt/format.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/errors.hpp"
#include "core/output_file.hpp"
#include "results/content_hash.hpp"

namespace mec {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kTimedOut = "timed-out";
constexpr const char* kFailed = "failed";

fs::path rows_in(const fs::path& folder, const std::string& key) { return folder / (key + ".csv"); }
fs::path report_in(const fs::path& folder, const std::string& key) {
  return folder / (key + ".json");
}
fs::path failure_in(const fs::path& folder, const std::string& key) {
  return folder / (key + ".failed.json");
}
fs::path activities_in(const fs::path& folder, const std::string& key) {
  return folder / (key + ".activities");
}

// The last member of an object's text, the hash of all before it, and the end of the object.
std::string seal_of(std::string_view members) {
  return fmt::format(",\n \"hash\": \"{}\"\n}}\n", content_hash(members));
}

std::string sealed(const Json& json) {
  std::string text = json.dump(1, ' ', false, Json::error_handler_t::replace);
  text.resize(text.size() - std::string_view("\n}").size());
  return text + seal_of(text);
}

bool is_sealed(std::string_view text) {
  const std::size_t end = text.rfind(",\n \"hash\": ");
  return end != std::string_view::npos && text.substr(end) == seal_of(text.substr(0, end));
}

Json optional_number(const std::optional<double>& number) {
  return number ? Json(*number) : Json(nullptr);
}

Json head_json(const std::string& key, const CellOrigin& origin) {
  return {
      {"format", kCellFormat}, {"key", key}, {"version", origin.version}, {"build", origin.build}};
}

Json counts_json(const RunCounts& counts) {
  return {{"released", counts.released}, {"completed", counts.completed},
          {"failed", counts.failed},     {"in_flight", counts.in_flight},
          {"warmup", counts.warmup},     {"ended", counts.ended}};
}

RunCounts counts_of(const Json& json) {
  RunCounts counts;
  json.at("released").get_to(counts.released);
  json.at("completed").get_to(counts.completed);
  json.at("failed").get_to(counts.failed);
  json.at("in_flight").get_to(counts.in_flight);
  json.at("warmup").get_to(counts.warmup);
  json.at("ended").get_to(counts.ended);
  return counts;
}

Json times_json(const CellTimes& times) {
  return {{"decisions", times.decisions},
          {"decision_mean_ns", times.decision_mean_ns},
          {"decision_median_ns", times.decision_median_ns},
          {"decision_p99_ns", times.decision_p99_ns},
          {"wall_ns", times.wall_ns}};
}

CellTimes times_of(const Json& json) {
  CellTimes times;
  json.at("decisions").get_to(times.decisions);
  json.at("decision_mean_ns").get_to(times.decision_mean_ns);
  json.at("decision_median_ns").get_to(times.decision_median_ns);
  json.at("decision_p99_ns").get_to(times.decision_p99_ns);
  json.at("wall_ns").get_to(times.wall_ns);
  return times;
}

std::optional<double> number_of(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<double>());
}

// The file as JSON of this key; nothing if there is no such file. Throws Json::exception where it
// is torn, and std::invalid_argument where it is damaged or another cell's.
std::optional<Json> read_json(const fs::path& path, const std::string& key) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return std::nullopt;
  }
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  Json json = Json::parse(text);
  if (!is_sealed(text)) {
    throw std::invalid_argument("its report is not the one that was written");
  }
  if (json.at("key") != key || json.at("format") != kCellFormat) {
    throw std::invalid_argument("its report is of another cell");
  }
  return json;
}

// What is wrong with the rows; empty: nothing.
std::string fault_of_rows(const fs::path& path, const Json& said, RowCheck check) {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error) {
    return fmt::format("its rows cannot be read: {}", error.message());
  }
  if (bytes != said.at("bytes").get<std::uintmax_t>()) {
    return fmt::format("its rows are {} bytes long and should be {}", bytes,
                       said.at("bytes").get<std::uintmax_t>());
  }
  if (check == RowCheck::contents &&
      content_hash_of_file(path.string()) != said.at("hash").get<std::string>()) {
    return "its rows are not those that were written";
  }
  return {};
}

// The hashes of the folder's files by name; null where there are none.
Json activities_json(const fs::path& folder) {
  std::map<std::string, std::string> hashes;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored)) {
      hashes.emplace(entry.path().filename().string(), content_hash_of_file(entry.path().string()));
    }
  }
  return hashes.empty() ? Json(nullptr) : Json(hashes);
}

// What is wrong with the activities; empty: nothing.
std::string fault_of_activities(const fs::path& folder, const Json& report, RowCheck check) {
  const auto said = report.find("activities");
  return said == report.end() || check != RowCheck::contents || *said == activities_json(folder)
             ? ""
             : "its activities are not those that were written";
}

CellOrigin origin_of(const Json& json) {
  return {json.at("version").get<std::string>(), json.at("build").get<std::string>()};
}

void move(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) {
    throw OutputError(fmt::format("cannot write {}: {}", to.string(), error.message()));
  }
}

void link_or_copy(const fs::path& from, const fs::path& to) {
  const fs::path part = to.string() + ".part";
  std::error_code error;
  fs::remove(part, error);
  fs::create_hard_link(from, part, error);
  if (error) {
    fs::copy_file(from, part, fs::copy_options::overwrite_existing, error);
  }
  if (error) {
    throw OutputError(fmt::format("cannot write {}: {}", to.string(), error.message()));
  }
  move(part, to);
  // Two names of one file: the rename has done nothing, and leaves both.
  fs::remove(part, error);
}

}  // namespace

void check_origin(const CellOrigin& found, const CellOrigin& ours, OtherBuilds builds,
                  const fs::path& directory) {
  if (found.version != ours.version) {
    throw UserError(
        fmt::format("{} holds results of mecsim {}, and this is mecsim {}: run everything again "
                    "with --restart, "
                    "or give another directory with --out",
                    directory.string(), found.version, ours.version));
  }
  if (found.build != ours.build && builds == OtherBuilds::refused) {
    throw UserError(fmt::format(
        "{} holds results of another build of mecsim {} ({}; this one is {}): run everything again "
        "with --restart, take them as they are with --keep-builds, or give another directory with "
        "--out",
        directory.string(), found.version, found.build, ours.build));
  }
}

std::string cell_key(const std::string& text) {
  boost::uuids::name_generator_sha1 generate(boost::uuids::ns::oid());
  std::string key;
  for (const char c : boost::uuids::to_string(generate(text))) {
    if (c != '-') {
      key += c;
    }
  }
  return key;
}

void write_cell_report(const fs::path& folder, const std::string& key, const CellOrigin& origin,
                       const CellReport& report) {
  const fs::path rows = rows_in(folder, key);
  Json json = head_json(key, origin);
  json["rows"] = {{"bytes", fs::file_size(rows)}, {"hash", content_hash_of_file(rows.string())}};
  if (Json activities = activities_json(activities_in(folder, key)); !activities.is_null()) {
    json["activities"] = std::move(activities);
  }
  json["counts"] = counts_json(report.counts);
  json["mean_latency_s"] = optional_number(report.mean_latency);
  json["ratio_of_means"] = optional_number(report.ratio_of_means);
  json["times"] = times_json(report.times);
  write_file(report_in(folder, key).string(), sealed(json));
}

CellStore::CellStore(CellOrigin origin, OtherBuilds builds, fs::path folder)
    : folder_(std::move(folder)), origin_(std::move(origin)), builds_(builds) {}

CellStore::CellStore(const fs::path& directory, CellOrigin origin, OtherBuilds builds)
    : CellStore(std::move(origin), builds, directory / "cells") {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) {
    throw UserError(fmt::format("cannot make {}: {}", folder_.string(), error.message()));
  }
}

CellStore CellStore::existing(const fs::path& directory, CellOrigin origin, OtherBuilds builds) {
  return {std::move(origin), builds, directory / "cells"};
}

StoredCell CellStore::read(const std::string& key, RowCheck check) const {
  StoredCell cell;
  std::optional<Json> json;
  try {
    json = read_json(report_in(folder_, key), key);
    if (json) {
      check_origin(origin_of(*json), origin_, builds_, folder_.parent_path());
      cell.fault = fault_of_rows(rows_in(folder_, key), json->at("rows"), check);
      if (cell.fault.empty()) {
        cell.fault = fault_of_activities(activities_in(folder_, key), *json, check);
      }
      cell.report.counts = counts_of(json->at("counts"));
      cell.report.mean_latency = number_of(json->at("mean_latency_s"));
      cell.report.ratio_of_means = number_of(json->at("ratio_of_means"));
      cell.report.times = times_of(json->at("times"));
    }
  } catch (const Json::exception&) {
    cell.fault = "its report is torn";
  } catch (const std::invalid_argument& error) {
    cell.fault = error.what();
  }
  if (!cell.fault.empty()) {
    return cell;
  }
  if (json) {
    cell.status = CellStatus::completed;
    return cell;
  }
  return read_failure(key).value_or(cell);
}

std::optional<StoredCell> CellStore::read_failure(const std::string& key) const {
  try {
    const auto json = read_json(failure_in(folder_, key), key);
    if (!json || origin_of(*json).version != origin_.version) {
      return std::nullopt;
    }
    StoredCell cell;
    cell.status = json->at("status") == kTimedOut ? CellStatus::timed_out : CellStatus::failed;
    json->at("reason").get_to(cell.reason);
    json->at("stderr").get_to(cell.errors);
    return cell;
  } catch (const Json::exception&) {  // torn: it is run again
    return std::nullopt;
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

void CellStore::take(const std::string& key, const fs::path& folder) const {
  move(rows_in(folder, key), rows_in(folder_, key));
  std::error_code ignored;
  if (fs::exists(activities_in(folder, key), ignored)) {
    fs::remove_all(activities_in(folder_, key), ignored);
    move(activities_in(folder, key), activities_in(folder_, key));
  }
  move(report_in(folder, key), report_in(folder_, key));
  fs::remove(failure_in(folder_, key), ignored);
  fs::remove_all(folder, ignored);
}

void CellStore::copy(const std::string& key, const CellStore& from) const {
  link_or_copy(from.rows(key), rows(key));
  const fs::path activities_there = from.activities(key);
  if (fs::is_directory(activities_there)) {
    fs::create_directories(activities(key));
    for (const auto& entry : fs::directory_iterator(activities_there)) {
      link_or_copy(entry.path(), activities(key) / entry.path().filename());
    }
  }
  link_or_copy(report_in(from.folder_, key), report_in(folder_, key));
  std::error_code ignored;
  fs::remove(failure_in(folder_, key), ignored);
}

void CellStore::record_failure(const std::string& key, const StoredCell& failure) const {
  Json json = head_json(key, origin_);
  json["status"] = failure.status == CellStatus::timed_out ? kTimedOut : kFailed;
  json["reason"] = failure.reason;
  json["stderr"] = failure.errors;
  const fs::path path = failure_in(folder_, key);
  std::error_code ignored;
  fs::remove(path, ignored);  // of an earlier attempt: not to be read if this one cannot be written
  OutputFile file(path.string());
  try {
    file.write(sealed(json));
    file.commit();
  } catch (const OutputError&) {
    file.discard();
    throw;
  }
}

fs::path CellStore::rows(const std::string& key) const { return rows_in(folder_, key); }

fs::path CellStore::activities(const std::string& key) const { return activities_in(folder_, key); }

}  // namespace mec
