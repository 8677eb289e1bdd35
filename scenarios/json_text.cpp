#include "scenarios/json_text.hpp"

#include <fmt/format.h>

namespace mec {

namespace {

std::string indent(std::size_t level) { return std::string(2 * level, ' '); }

// `items` between brackets, each on a line of its own.
std::string print_block(char open, const std::vector<std::string>& items, char close,
                        std::size_t level) {
  if (items.empty()) {
    return {open, close};
  }
  std::string text(1, open);
  for (std::size_t i = 0; i < items.size(); ++i) {
    text += fmt::format("{}\n{}{}", i == 0 ? "" : ",", indent(level + 1), items[i]);
  }
  return text + "\n" + indent(level) + close;
}

}  // namespace

Json Json::literal(std::string text) { return Json(Literal{std::move(text)}); }

std::string Json::print(std::size_t level) const {
  if (const auto* text = std::get_if<std::string>(&value_)) {
    return quote_json(*text);
  }
  if (const auto* flag = std::get_if<bool>(&value_)) {
    return *flag ? "true" : "false";
  }
  if (const auto* literal = std::get_if<Literal>(&value_)) {
    return literal->text;
  }
  std::vector<std::string> items;
  if (const auto* array = std::get_if<Array>(&value_)) {
    for (const Json& item : *array) {
      items.push_back(item.print(level + 1));
    }
    return print_block('[', items, ']', level);
  }
  for (const auto& [name, value] : std::get<Object>(value_)) {
    items.push_back(fmt::format("{}: {}", quote_json(name), value.print(level + 1)));
  }
  return print_block('{', items, '}', level);
}

std::string quote_json(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20U) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace mec
