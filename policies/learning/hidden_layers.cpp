#include "policies/learning/hidden_layers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "core/policy.hpp"

namespace mec::learning {

namespace {

constexpr std::size_t kMostLayers = 16;
constexpr std::size_t kWidest = 4096;

std::optional<std::size_t> parse_count(std::string_view text, std::size_t most) {
  std::size_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && stop == text.data() + text.size();
  return whole && value >= 1 && value <= most ? std::optional(value) : std::nullopt;
}

}  // namespace

std::vector<std::size_t> parse_hidden(std::string_view policy, std::string_view parameter,
                                      std::string_view text) {
  std::vector<std::size_t> widths;
  for (std::string_view rest = text;;) {
    const std::string_view part = rest.substr(0, rest.find('-'));
    const std::size_t cross = part.find('x');
    const auto width = parse_count(part.substr(0, cross), kWidest);
    const auto repeat = cross == std::string_view::npos
                            ? std::optional<std::size_t>(1)
                            : parse_count(part.substr(cross + 1), kMostLayers);
    if (!width || !repeat || widths.size() + *repeat > kMostLayers) {
      throw PolicyError(
          fmt::format("policy {}: {} \"{}\": expected widths of hidden layers, such as 64x2 or "
                      "256-128: 1 to {} "
                      "layers of 1 to {}",
                      policy, parameter, text, kMostLayers, kWidest));
    }
    widths.insert(widths.end(), *repeat, *width);
    if (part.size() == rest.size()) {
      return widths;
    }
    rest.remove_prefix(part.size() + 1);
  }
}

}  // namespace mec::learning
