#include "scenarios/distribution_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/text.hpp"
#include "scenarios/call_text.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

using Arguments = std::vector<std::string_view>;

constexpr double kLargestSigma = 10.0;  // exp(10 z) stays finite for every z a generator can draw
constexpr double kLeastAcceptance = 1e-3;  // a normal is drawn by rejection

std::string count_of_arguments(const Arguments& arguments) {
  return fmt::format("{} argument{}", arguments.size(), arguments.size() == 1 ? "" : "s");
}

// A fault of one argument names it.
double parse_argument(std::string_view text, Dimension dimension) {
  try {
    return parse_quantity(text, dimension);
  } catch (const ValueError& error) {
    throw ValueError(fmt::format("argument \"{}\": {}", printable(text), error.what()));
  }
}

void check_whole(double value, const DistributionRule& rule) {
  if (std::isfinite(rule.high) &&
      !(value >= rule.low && value <= rule.high && std::floor(value) == value)) {
    throw ValueError(fmt::format("{} is out of range; expected whole numbers from {} to {}", value,
                                 rule.low, rule.high));
  }
}

// A value that is drawn as such.
double check_atom(double value, const DistributionRule& rule) {
  if (rule.positive && value == 0.0) {
    throw ValueError("0 is no value here; expected more than 0");
  }
  check_whole(value, rule);
  return value;
}

// Bounds are open below: uniform(0, x) never draws 0.
void check_bounds(double low, double high, const DistributionRule& rule) {
  if (low > high) {
    throw ValueError("the low bound is above the high one; expected low <= high");
  }
  if (rule.positive && high == 0.0) {
    throw ValueError("0 is no value here; expected a high bound of more than 0");
  }
  check_whole(low, rule);
  check_whole(high, rule);
}

void check_bounded(std::string_view name, const DistributionRule& rule) {
  if (std::isfinite(rule.high)) {
    throw ValueError(fmt::format("{} has no upper bound; expected whole numbers from {} to {}",
                                 name, rule.low, rule.high));
  }
}

Distribution parse_uniform(const Arguments& arguments, const DistributionRule& rule) {
  const Uniform result{parse_argument(arguments[0], rule.dimension),
                       parse_argument(arguments[1], rule.dimension)};
  check_bounds(result.low, result.high, rule);
  return result;
}

Distribution parse_normal(const Arguments& arguments, const DistributionRule& rule) {
  const TruncatedNormal result{
      parse_argument(arguments[0], rule.dimension), parse_argument(arguments[1], rule.dimension),
      parse_argument(arguments[2], rule.dimension), parse_argument(arguments[3], rule.dimension)};
  check_bounds(result.low, result.high, rule);
  if (result.deviation == 0.0) {
    throw ValueError("the standard deviation is 0; expected more than 0, or a constant");
  }
  if (!(acceptance(result) >= kLeastAcceptance)) {
    throw ValueError(
        fmt::format("less than {} of the normal distribution lies between its bounds; expected "
                    "bounds nearer to the mean",
                    kLeastAcceptance));
  }
  return result;
}

Distribution parse_exponential(const Arguments& arguments, const DistributionRule& rule) {
  check_bounded("exponential", rule);
  const Exponential result{parse_argument(arguments[0], rule.dimension)};
  if (result.mean == 0.0) {
    throw ValueError("the mean is 0; expected more than 0");
  }
  return result;
}

Distribution parse_lognormal(const Arguments& arguments, const DistributionRule& rule) {
  check_bounded("lognormal", rule);
  const LogNormal result{parse_argument(arguments[0], rule.dimension),
                         parse_argument(arguments[1], Dimension::weight)};
  if (result.median == 0.0) {
    throw ValueError("the median is 0; expected more than 0");
  }
  if (result.sigma > kLargestSigma) {
    throw ValueError(fmt::format("sigma is {}; expected 0 to {}", result.sigma, kLargestSigma));
  }
  return result;
}

Distribution parse_choice(const Arguments& arguments, const DistributionRule& rule) {
  Choice result;
  std::size_t weighted = 0;
  for (const std::string_view argument : arguments) {
    const auto colon = argument.find(':');
    result.values.push_back(
        check_atom(parse_argument(argument.substr(0, colon), rule.dimension), rule));
    const bool has_weight = colon != std::string_view::npos;
    weighted += has_weight ? 1U : 0U;
    result.weights.push_back(
        has_weight ? parse_argument(argument.substr(colon + 1), Dimension::weight) : 1.0);
  }
  if (weighted != 0 && weighted != arguments.size()) {
    throw ValueError(
        "some values have a weight and some have none; expected value: weight of each");
  }
  if (std::all_of(result.weights.begin(), result.weights.end(),
                  [](double w) { return w == 0.0; })) {
    throw ValueError("all weights are 0; expected at least one above 0");
  }
  return result;
}

struct FormParser {
  DistributionForm form;
  std::size_t arguments;  // 0: one or more
  Distribution (*parse)(const Arguments&, const DistributionRule&);
};

const std::vector<FormParser>& form_parsers() {
  static const std::vector<FormParser> parsers = {
      {{"uniform", "low, high", "Even between low (never drawn) and high.", "Q, Q"},
       2,
       parse_uniform},
      {{"normal", "mean, deviation, low, high", "Normal, drawn again until it is in [low, high].",
        "Q, Q, Q, Q"},
       4,
       parse_normal},
      {{"exponential", "mean", "Exponential with this mean.", "Q"}, 1, parse_exponential},
      {{"lognormal", "median, sigma",
        "exp of a normal with mean ln(median) and standard deviation sigma (a bare number).",
        "Q, N"},
       2,
       parse_lognormal},
      {{"choice", "value, ...",
        "One of the values, equally likely or, as `choice(value:weight, ...)`, by weight.",
        "Q(:N)?(, Q(:N)?)*"},
       0,
       parse_choice},
  };
  return parsers;
}

std::vector<std::string> form_names() {
  std::vector<std::string> names;
  for (const DistributionForm& form : distribution_forms()) {
    names.push_back(form.name);
  }
  return names;
}

Distribution parse_form(const CallText& call, const DistributionRule& rule) {
  const auto& parsers = form_parsers();
  const auto it = std::find_if(parsers.begin(), parsers.end(), [&](const FormParser& parser) {
    return parser.form.name == call.name;
  });
  if (it == parsers.end()) {
    const auto names = form_names();
    throw ValueError(fmt::format("unknown distribution \"{}\"; expected {}{}", printable(call.name),
                                 list_of_alternatives(names), did_you_mean(call.name, names)));
  }
  const bool fits =
      it->arguments == 0 ? !call.arguments.empty() : call.arguments.size() == it->arguments;
  if (!fits) {
    throw ValueError(fmt::format("{}; expected {}({})", count_of_arguments(call.arguments),
                                 it->form.name, it->form.arguments));
  }
  return it->parse(call.arguments, rule);
}

}  // namespace

const std::vector<DistributionForm>& distribution_forms() {
  static const std::vector<DistributionForm> forms = [] {
    std::vector<DistributionForm> result;
    for (const FormParser& parser : form_parsers()) {
      result.push_back(parser.form);
    }
    return result;
  }();
  return forms;
}

Distribution parse_distribution(std::string_view text, const DistributionRule& rule) {
  if (const auto call = parse_call(text)) {
    return parse_form(*call, rule);
  }
  if (rule.infinite == Infinite::allowed && trim(text) == "infinite") {
    return Constant{std::numeric_limits<double>::infinity()};
  }
  try {
    return Constant{check_atom(parse_quantity(text, rule.dimension), rule)};
  } catch (const ValueError& error) {
    throw ValueError(error.what() +
                     std::string(rule.infinite == Infinite::allowed ? ", or infinite" : ""));
  }
}

namespace {

double parse_arrival_argument(const CallText& call, std::string_view name, Dimension dimension) {
  if (call.arguments.size() != 1) {
    throw ValueError(fmt::format("{}; expected {}({})", count_of_arguments(call.arguments), name,
                                 dimension == Dimension::time ? "period" : "rate"));
  }
  const double value = parse_argument(call.arguments[0], dimension);
  if (value == 0.0) {
    throw ValueError("0 is no value here; expected more than 0");
  }
  return value;
}

}  // namespace

Arrivals parse_arrivals(std::string_view text) {
  const auto call = parse_call(text);
  const std::string_view name = call ? call->name : trim(text);
  if (call && name == "poisson") {
    return PoissonArrivals{PerSecond{parse_arrival_argument(*call, name, Dimension::frequency)}};
  }
  if (call && name == "periodic") {
    return PeriodicArrivals{Seconds{parse_arrival_argument(*call, name, Dimension::time)}};
  }
  if (!call && name == "closed-loop") {
    return ClosedLoop{};
  }
  if (!call && name == "from-file") {
    return FileArrivals{};
  }
  throw ValueError(fmt::format(
      "unknown arrivals; expected closed-loop, poisson(0.5 /s), periodic(2 s) or from-file{}",
      did_you_mean(name, {"closed-loop", "poisson", "periodic", "from-file"})));
}

}  // namespace mec
