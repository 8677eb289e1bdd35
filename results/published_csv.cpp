#include "results/published_csv.hpp"

#include <map>
#include <string_view>

#include "results/csv_field.hpp"

namespace mec {

namespace {

void append_rows(CsvBuffer& out, std::string_view quantity,
                 const std::map<std::string, double>& values, std::string_view source) {
  for (const auto& [policy, value] : values) {
    out.append(quantity);
    out.push_back(',');
    append_csv_text(out, policy);
    out.push_back(',');
    append_csv_number(out, value);
    out.push_back(',');
    append_csv_text(out, source);
    out.push_back('\n');
  }
}

}  // namespace

std::string published_csv(const PublishedResults& published) {
  if (published.latency.empty() && published.decision_time.empty()) {
    return {};
  }
  CsvBuffer out;
  out.append(std::string_view("quantity,policy,value,source\n"));
  append_rows(out, "latency", published.latency, published.source);
  append_rows(out, "decision_time", published.decision_time, published.source);
  return fmt::to_string(out);
}

}  // namespace mec
