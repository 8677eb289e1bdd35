// A value of a document on one line, as YAML writes it: `{cycles: 5 Mcycles}`.
#pragma once

#include <string>

#include "scenarios/document.hpp"

namespace mec {

[[nodiscard]] std::string flow_text(const YamlNode& value);

}  // namespace mec
