// Names of folders that are made of names that users give.
#pragma once

#include <string>

namespace mec::cli {

/// A scenario's or sweep's name is free text: only what is harmless in a path becomes one.
[[nodiscard]] std::string folder_name(const std::string& name);

}  // namespace mec::cli
