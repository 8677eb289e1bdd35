#include "results/activity_log.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "core/errors.hpp"
#include "core/output_file.hpp"
#include "results/activity_names.hpp"
#include "results/bandwidth_changes.hpp"

namespace mec {

namespace {

constexpr std::string_view kActivitiesFile = "activities.csv";
constexpr std::string_view kBandwidthsFile = "bandwidths.csv";
constexpr std::string_view kActivityHeader =
    "scenario,policy,seed,replication,task,device,activity,where,subtask,begin_s,end_s,part\n";
constexpr std::string_view kBandwidthHeader = "link,device,at_s,bandwidth_Bps\n";

template <class Number>
void append_column(CsvBuffer& out, Number number) {
  out.push_back(',');
  append_csv_number(out, number);
}

void append_text_column(CsvBuffer& out, std::string_view text) {
  out.push_back(',');
  append_csv_text(out, text);
}

void write_csv(const std::filesystem::path& path, std::string_view header, std::string_view rows) {
  OutputFile file(path.string());
  file.write(header);
  file.write(rows);
  file.commit();
}

// The rows of a file after its header; nothing where there is no file.
std::string rows_of(const std::filesystem::path& path, std::string_view header) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return {};
  }
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!std::string_view(text).starts_with(header)) {
    throw UserError(
        fmt::format("{}: not a file of this version: its first line is another", path.string()));
  }
  return text.substr(header.size());
}

}  // namespace

ActivityLog::ActivityLog(const Scenario& scenario, const std::vector<RecordedTask>* recorded)
    : scenario_(scenario),
      network_(build_network(scenario.network, device_count(scenario, recorded))) {}

void ActivityLog::begin_run(const RunLabel& label) {
  end_run({});
  logging_ = label.replication == 0;
  label_.clear();
  append_csv_text(label_, label.scenario);
  append_text_column(label_, label.policy);
  append_column(label_, label.seed);
  append_column(label_, label.replication);
}

void ActivityLog::activity(const ActivityRecord& record) {
  if (logging_ && record.order < kLoggedTasks) {
    records_.push_back(record);
    devices_.insert(record.device);
    begin_ = std::min(begin_, record.begin);
    end_ = std::max(end_, record.end);
  }
}

void ActivityLog::end_run(const RunCounts&) {
  // Task by task; those of one have come in their order.
  std::stable_sort(records_.begin(), records_.end(),
                   [](const auto& a, const auto& b) { return a.order < b.order; });
  for (const ActivityRecord& record : records_) {
    append(record);
  }
  records_.clear();
}

void ActivityLog::append(const ActivityRecord& record) {
  rows_.append(label_.data(), label_.data() + label_.size());
  append_column(rows_, record.task);
  append_column(rows_, record.device);
  append_text_column(rows_, name_of(record.kind));
  append_text_column(rows_, place_of(record, network_));
  append_column(rows_, record.subtask);
  append_column(rows_, record.begin.value());
  append_column(rows_, record.end.value());
  append_text_column(rows_, part_of(record));
  rows_.push_back('\n');
}

CsvBuffer ActivityLog::bandwidths() const {
  CsvBuffer rows;
  if (devices_.empty()) {
    return rows;
  }
  ChannelPaths paths(network_, RandomStreams(scenario_.seed, 0));
  for_each_bandwidth_change(network_, paths,
                            {{devices_.begin(), devices_.end()}, begin_, end_, kMostBandwidthRows},
                            [&rows](const BandwidthChange& change) {
                              append_csv_text(rows, change.link);
                              rows.push_back(',');
                              if (change.device) {
                                append_csv_number(rows, *change.device);
                              }
                              append_column(rows, change.at.value());
                              append_column(rows, change.bandwidth.value());
                              rows.push_back('\n');
                            });
  return rows;
}

void ActivityLog::write(const std::filesystem::path& directory) {
  end_run({});
  const CsvBuffer changes = bandwidths();
  write_csv(directory / kActivitiesFile, kActivityHeader, {rows_.data(), rows_.size()});
  write_csv(directory / kBandwidthsFile, kBandwidthHeader, {changes.data(), changes.size()});
}

namespace {

// Rows of several bandwidths.csv as one: by date, and of each link only what changes.
class BandwidthMerge {
 public:
  void add(std::string_view rows) {
    for (std::size_t end = 0; (end = rows.find('\n')) != std::string_view::npos;) {
      add_row(rows.substr(0, end + 1));
      rows.remove_prefix(end + 1);
    }
  }

  [[nodiscard]] std::string take() {
    std::stable_sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) {
      return std::tie(a.at, a.series) < std::tie(b.at, b.series);
    });
    std::vector<std::string_view> last(known_.size());
    std::string text;
    std::size_t taken = 0;
    for (const Row& row : rows_) {
      const std::string_view bandwidth = std::string_view(row.text).substr(row.text.rfind(',') + 1);
      if (bandwidth != last[row.series] && taken < kMostBandwidthRows) {
        last[row.series] = bandwidth;
        text += row.text;
        ++taken;
      }
    }
    return text;
  }

 private:
  struct Row {
    double at = 0.0;
    std::size_t series = 0;
    std::string text;
  };

  // The name of a link may hold commas; date and bandwidth, which come last, do not.
  void add_row(std::string_view text) {
    const std::size_t bandwidth = text.rfind(',');
    const std::size_t at = bandwidth == 0 || bandwidth == std::string_view::npos
                               ? std::string_view::npos
                               : text.rfind(',', bandwidth - 1);
    Row row;
    if (at == std::string_view::npos ||
        std::from_chars(text.data() + at + 1, text.data() + bandwidth, row.at).ec != std::errc()) {
      throw UserError(fmt::format("{}: not a row of bandwidths: {}", kBandwidthsFile, text));
    }
    row.series = known_.emplace(text.substr(0, at), known_.size()).first->second;
    row.text = text;
    rows_.push_back(std::move(row));
  }

  std::map<std::string, std::size_t> known_;  // link and device, in the order in which they came
  std::vector<Row> rows_;
};

}  // namespace

void merge_activity_logs(const std::vector<std::filesystem::path>& parts,
                         const std::filesystem::path& directory) {
  std::string activities;
  BandwidthMerge bandwidths;
  for (const std::filesystem::path& part : parts) {
    activities += rows_of(part / kActivitiesFile, kActivityHeader);
    bandwidths.add(rows_of(part / kBandwidthsFile, kBandwidthHeader));
  }
  write_csv(directory / kActivitiesFile, kActivityHeader, activities);
  write_csv(directory / kBandwidthsFile, kBandwidthHeader, bandwidths.take());
}

}  // namespace mec
