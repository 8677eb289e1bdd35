#include "results/readable_text.hpp"

#include <nlohmann/json.hpp>

namespace mec {

std::string readable_text(std::string_view text) {
  using Json = nlohmann::json;
  // The JSON library knows UTF-8, and replaces what is none when it writes.
  const std::string json =
      Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string result;
  for (const char c : Json::parse(json).get<std::string>()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\t' || (byte >= 0x20U && byte != 0x7fU)) {
      result += c;
    } else if (c != '\r') {
      result += '?';
    }
  }
  result.erase(result.find_last_not_of('\n') + 1);
  return result;
}

}  // namespace mec
