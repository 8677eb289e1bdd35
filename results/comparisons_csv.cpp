#include "results/comparisons_csv.hpp"

namespace mec {

namespace {

void append_estimate(CsvBuffer& out, const Estimate& estimate) {
  for (const std::optional<double>& number : {estimate.value, estimate.low, estimate.high}) {
    out.push_back(',');
    append_csv_number(out, number);
  }
}

// Six digits: those after them are the mathematical library's, and differ between machines.
void append_probability(CsvBuffer& out, const std::optional<double>& p) {
  out.push_back(',');
  if (p) {
    fmt::format_to(std::back_inserter(out), "{:.6g}", *p);
  }
}

}  // namespace

std::string_view comparisons_columns() {
  return "scenario,policy,other,unit,units,ratio_of_means,ratio_of_means_lo,ratio_of_means_hi,"
         "mean_of_ratios,mean_of_ratios_lo,mean_of_ratios_hi,wins,ties,losses,p_value,p_corrected,"
         "significant";
}

void append_comparisons(CsvBuffer& out, std::string_view prefix, std::string_view scenario,
                        const std::vector<std::string>& policies,
                        const std::vector<Comparison>& comparisons) {
  for (const Comparison& comparison : comparisons) {
    out.append(prefix);
    append_csv_text(out, scenario);
    for (const std::size_t policy : {comparison.policy, comparison.other}) {
      out.push_back(',');
      append_csv_text(out, policies.at(policy));
    }
    out.push_back(',');
    out.append(name_of(comparison.unit));
    out.push_back(',');
    append_csv_number(out, comparison.units);
    append_estimate(out, comparison.ratio_of_means);
    append_estimate(out, comparison.mean_of_ratios);
    for (const std::uint64_t count : {comparison.wins, comparison.ties, comparison.losses}) {
      out.push_back(',');
      append_csv_number(out, count);
    }
    append_probability(out, comparison.p_value);
    append_probability(out, comparison.p_corrected);
    out.append(std::string_view(comparison.significant ? ",yes\n" : ",no\n"));
  }
}

std::string comparisons_csv(std::string_view scenario, const std::vector<std::string>& policies,
                            const std::vector<Comparison>& comparisons) {
  CsvBuffer out;
  out.append(comparisons_columns());
  out.push_back('\n');
  append_comparisons(out, {}, scenario, policies, comparisons);
  return fmt::to_string(out);
}

}  // namespace mec
