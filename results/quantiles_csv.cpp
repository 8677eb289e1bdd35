#include "results/quantiles_csv.hpp"

namespace mec {

std::string_view quantiles_columns() { return "scenario,policy,probability,latency_s,ratio"; }

void append_quantiles(CsvBuffer& out, std::string_view prefix, std::string_view scenario,
                      std::string_view policy, const std::vector<QuantilePoint>& points) {
  for (const QuantilePoint& point : points) {
    out.append(prefix);
    append_csv_text(out, scenario);
    out.push_back(',');
    append_csv_text(out, policy);
    out.push_back(',');
    append_csv_number(out, point.probability);
    out.push_back(',');
    append_csv_number(out, point.latency);
    out.push_back(',');
    append_csv_number(out, point.ratio);
    out.push_back('\n');
  }
}

}  // namespace mec
