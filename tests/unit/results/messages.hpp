// What a message says, without matchers: Catch2 v2 and v3 spell those differently.
#pragma once

#include <exception>
#include <string>

namespace mec {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The message of the Error that `action` throws, or "nothing was thrown".
template <typename Error, typename Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace mec
