// JSON values to write out: members keep the order in which they were added.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mec {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json(const char* text) : value_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Json(std::string text) : value_(std::move(text)) {}    // NOLINT(google-explicit-constructor)
  Json(bool value) : value_(value) {}                    // NOLINT(google-explicit-constructor)
  Json(Array items) : value_(std::move(items)) {}        // NOLINT(google-explicit-constructor)
  Json(Object members) : value_(std::move(members)) {}   // NOLINT(google-explicit-constructor)
  /// A number as it is to be printed, or any other JSON text.
  static Json literal(std::string text);

  /// Indented by two spaces a level, without a final line break.
  [[nodiscard]] std::string print(std::size_t level = 0) const;

 private:
  struct Literal {
    std::string text;
  };
  explicit Json(Literal value) : value_(std::move(value)) {}

  std::variant<std::string, bool, Literal, Array, Object> value_;
};

[[nodiscard]] std::string quote_json(std::string_view text);

}  // namespace mec
