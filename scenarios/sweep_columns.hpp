// The columns that swept keys get in the results: names, units, and fields.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/faults.hpp"
#include "scenarios/sweep_axes.hpp"

namespace mec {

/// The numbers that a key takes: those of its option, or of a distribution or channel that does not
/// vary. Nothing for keys of words, lists and maps, and for unknown keys. `sample` is one of the
/// values: it decides where a key takes both quantities and counts.
[[nodiscard]] std::optional<NumberRule> number_rule(const std::vector<std::string>& key,
                                                    const std::string& sample);

/// The numbers that this one, of any dimension, is one of; nothing if it is none.
[[nodiscard]] std::optional<NumberRule> number_rule_of(const std::string& value);

/// Fills in numbers, fields, and the column but for its key and `name`. The field of a number is
/// the shortest decimal of its value in SI units if all values are numbers, else each value's text.
void fill_column(SweptKey& swept);

/// Columns with one name, and names that conditions could not tell apart.
void check_columns(const std::vector<SweepAxis>& axes, Faults& faults);

}  // namespace mec
