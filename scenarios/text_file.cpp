#include "scenarios/text_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "core/text.hpp"
#include "scenarios/scenario_error.hpp"

namespace mec {

namespace {

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

[[noreturn]] void fail(const std::string& path, const std::string& reason) {
  throw ScenarioError({fmt::format("{}: {}", printable(path), reason)});
}

std::string reason_of(int error) { return std::generic_category().message(error); }

// Number of bytes of the UTF-8 sequence at the front of `text`, or 0 if it is none (RFC 3629).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80U) {
    return 1;
  }
  if (first >= 0xC2U && first <= 0xDFU) {
    return follows(1) ? 2 : 0;
  }
  if (first >= 0xE0U && first <= 0xEFU) {
    if (!follows(1) || !follows(2)) return 0;
    const bool overlong = first == 0xE0U && byte(1) < 0xA0U;
    const bool surrogate = first == 0xEDU && byte(1) >= 0xA0U;
    return overlong || surrogate ? 0 : 3;
  }
  if (first >= 0xF0U && first <= 0xF4U) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    const bool overlong = first == 0xF0U && byte(1) < 0x90U;
    const bool beyond = first == 0xF4U && byte(1) >= 0x90U;
    return overlong || beyond ? 0 : 4;
  }
  return 0;
}

}  // namespace

std::string read_text_file(const std::string& path, std::size_t limit) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    fail(path, "is a directory; expected a file");
  }
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    fail(path, reason_of(errno));
  }
  std::string text;
  std::array<char, 1 << 16> block{};
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
    text.append(block.data(), count);
    if (text.size() > limit) {
      fail(path, fmt::format("is longer than {} bytes; expected a short text file", limit));
    }
    const auto nul = text.find('\0', text.size() - count);
    if (nul != std::string::npos) {
      const auto at = position_of(text, nul);
      throw ScenarioError({fmt::format("{}:{}:{}: NUL byte; expected a text file", printable(path),
                                       at.line, at.column)});
    }
  }
  if (std::ferror(file.get()) != 0) {
    fail(path, reason_of(errno));
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    text.erase(0, 3);
  }
  return text;
}

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text.substr(i));
    if (length == 0) {
      return i;
    }
    i += length;
  }
  return std::string_view::npos;
}

TextPosition position_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto last_break = before.rfind('\n');
  const auto lines = std::count(before.begin(), before.end(), '\n');
  return {static_cast<std::size_t>(lines) + 1,
          last_break == std::string_view::npos ? offset + 1 : offset - last_break};
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == 0x7F; }, '?');
  return text;
}

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string shown(text.substr(0, kLongest));
  if (text.size() > kLongest) {
    while (!shown.empty() && find_invalid_utf8(shown) != std::string::npos &&
           shown.size() > kLongest - 4) {
      shown.pop_back();  // do not cut a character in two
    }
    shown += "...";
  }
  for (std::size_t i = find_invalid_utf8(shown); i != std::string::npos;
       i = find_invalid_utf8(shown)) {
    shown[i] = '?';
  }
  return one_line(shown);
}

std::string list_of_alternatives(const std::vector<std::string>& items) {
  if (items.size() < 2) {
    return join(items);
  }
  const std::vector<std::string> head(items.begin(), items.end() - 1);
  return join(head) + " or " + items.back();
}

}  // namespace mec
