#include "sim/cli/folder_name.hpp"

#include <cctype>

namespace mec::cli {

std::string folder_name(const std::string& name) {
  std::string folder;
  for (const char c : name) {
    const bool harmless = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ||
                          c == '_' || (c == '.' && !folder.empty());
    folder += harmless ? c : '-';
  }
  folder.erase(folder.find_last_not_of('-') + 1);
  return folder.empty() ? "unnamed" : folder;
}

}  // namespace mec::cli
