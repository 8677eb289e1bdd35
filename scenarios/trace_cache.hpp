// Traces by what they are read from, for many scenarios that name the same files.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/channel.hpp"

namespace mec {

/// By path (or pattern of paths) and format.
using TraceCache = std::map<std::string, std::shared_ptr<const Trace>>;

}  // namespace mec
