#include "scenarios/call_text.hpp"

#include "scenarios/quantity.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

std::optional<CallText> parse_call(std::string_view text) {
  text = trim(text);
  const auto open = text.find('(');
  if (open == std::string_view::npos) {
    return std::nullopt;
  }
  const auto close = text.find(')', open);
  if (close == std::string_view::npos) {
    throw ValueError("missing \")\"; expected name(argument, ...), in quotes inside { } or [ ]");
  }
  if (close + 1 != text.size()) {
    throw ValueError("unexpected text after \")\"; expected name(argument, ...)");
  }
  CallText call{trim(text.substr(0, open)), {}};
  std::string_view rest = trim(text.substr(open + 1, close - open - 1));
  while (!rest.empty() || !call.arguments.empty()) {
    const auto comma = rest.find(',');
    call.arguments.push_back(trim(rest.substr(0, comma)));
    if (call.arguments.back().empty()) {
      throw ValueError("an argument is empty; expected name(argument, ...)");
    }
    if (comma == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(comma + 1);
  }
  return call;
}

}  // namespace mec
