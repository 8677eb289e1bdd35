// Checks a document against the option table and fills a scenario from it.
#pragma once

#include "core/platform.hpp"
#include "core/policy.hpp"
#include "core/scenario.hpp"
#include "scenarios/document.hpp"
#include "scenarios/faults.hpp"
#include "scenarios/trace_cache.hpp"

namespace mec {

/// What it takes to read a document.
struct ReadingContext {
  const PolicyRegistry& policies;
  const PlatformReader& read_platform;  // may be empty: a platform file is not looked into
  TraceCache* traces = nullptr;         // traces that have been read before, or null
};

/// Whether a document is checked value by value only, or as a whole too: what is missing, and what
/// does not go together.
enum class Checks { values, all };

/// Reads `root` into `scenario`; every fault goes to `faults`.
void read_options(const YamlNode& root, const ReadingContext& context, Scenario& scenario,
                  Faults& faults, Checks checks = Checks::all);

}  // namespace mec
