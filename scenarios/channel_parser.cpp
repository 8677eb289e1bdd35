#include "scenarios/channel_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <optional>

#include "core/text.hpp"
#include "scenarios/call_text.hpp"
#include "scenarios/scenario_error.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/trace_file.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

using Arguments = std::vector<std::string_view>;

constexpr double kRowTolerance = 1e-9;
constexpr std::string_view kMahimahi = "mahimahi";

struct Context {
  const DistributionRule& rule;
  const std::string& folder;
  TraceCache* traces;
};

// `name(argument, ...)` whose arguments may hold calls themselves. Nothing if `text` has no
// parenthesis.
std::optional<CallText> parse_nested_call(std::string_view text) {
  text = trim(text);
  const auto open = text.find('(');
  if (open == std::string_view::npos) {
    return std::nullopt;
  }
  CallText call{trim(text.substr(0, open)), {}};
  std::size_t depth = 0;
  std::size_t start = open + 1;
  for (std::size_t i = open; i < text.size(); ++i) {
    const char c = text[i];
    depth += c == '(' ? 1U : 0U;
    depth -= c == ')' ? 1U : 0U;
    if (depth == 0 && i + 1 != text.size()) {
      throw ValueError("unexpected text after \")\"; expected name(argument, ...)");
    }
    if (depth == 0 || (depth == 1 && c == ',')) {
      call.arguments.push_back(trim(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  if (depth != 0) {
    throw ValueError("missing \")\"; expected name(argument, ...), in quotes inside { } or [ ]");
  }
  if (call.arguments.size() == 1 && call.arguments[0].empty()) {
    call.arguments.clear();
  }
  if (std::find(call.arguments.begin(), call.arguments.end(), "") != call.arguments.end()) {
    throw ValueError("an argument is empty; expected name(argument, ...)");
  }
  return call;
}

// A fault of one argument names it.
template <class Parser>
auto in_argument(std::string_view text, Parser parser) {
  try {
    return parser(text);
  } catch (const ValueError& error) {
    throw ValueError(fmt::format("argument \"{}\": {}", printable(text), error.what()));
  }
}

double parse_number(std::string_view text, Dimension dimension) {
  return in_argument(text, [&](std::string_view t) { return parse_quantity(t, dimension); });
}

BytesPerSecond parse_rate(std::string_view text) {
  return BytesPerSecond{parse_number(text, Dimension::rate)};
}

Seconds parse_slot(std::string_view text) {
  return in_argument(text, [](std::string_view t) {
    const Seconds slot{parse_quantity(t, Dimension::time)};
    if (slot.value() == 0.0) {
      throw ValueError("a slot of 0; expected a time above 0");
    }
    return slot;
  });
}

[[noreturn]] void refuse_standstill() {
  throw ValueError("the rate is 0 for ever; expected a rate above 0 at some time");
}

ChannelModel parse_every(const Arguments& arguments, const Context& context) {
  const Seconds slot = parse_slot(arguments[0]);
  DistributionRule rule = context.rule;
  rule.positive = false;
  rule.infinite = Infinite::refused;
  RedrawnRate result{slot, in_argument(arguments[1], [&](std::string_view t) {
                       return parse_distribution(t, rule);
                     })};
  if (support(result.rate).high == 0.0) {
    refuse_standstill();
  }
  return result;
}

ChannelModel parse_gauss_markov(const Arguments& arguments, const Context&) {
  const auto memory = [](std::string_view text) {
    const double value = parse_quantity(text, Dimension::weight);
    if (!(value < 1.0)) {
      throw ValueError("out of range; expected a memory from 0 to below 1");
    }
    return value;
  };
  const GaussMarkovRate result{parse_slot(arguments[0]), parse_rate(arguments[1]),
                               parse_rate(arguments[2]), in_argument(arguments[3], memory),
                               parse_rate(arguments[4]), parse_rate(arguments[5])};
  if (result.low > result.high) {
    throw ValueError("the low bound is above the high one; expected low <= high");
  }
  const bool still = result.deviation.value() == 0.0;
  if (result.high.value() == 0.0 || (still && mean_rate(result).value() == 0.0)) {
    refuse_standstill();
  }
  return result;
}

ChannelModel parse_gilbert(const Arguments& arguments, const Context&) {
  const Seconds slot = parse_slot(arguments[0]);
  const auto duration = [&](std::string_view text) {
    const Seconds value{parse_quantity(text, Dimension::time)};
    if (value < slot) {
      throw ValueError(
          fmt::format("a mean time shorter than the slot; expected at least {} s", slot.value()));
    }
    return value;
  };
  const GilbertRate result{slot, parse_rate(arguments[1]), parse_rate(arguments[2]),
                           in_argument(arguments[3], duration),
                           in_argument(arguments[4], duration)};
  if (result.good.value() == 0.0 && result.bad.value() == 0.0) {
    refuse_standstill();
  }
  return result;
}

std::vector<double> parse_row(std::string_view text, std::size_t states) {
  std::vector<double> row;
  for (text = trim(text); !text.empty();) {
    const auto stop = std::min(text.find_first_of(" \t\r\n"), text.size());
    row.push_back(parse_quantity(text.substr(0, stop), Dimension::weight));
    text = trim(text.substr(stop));
  }
  if (row.size() != states) {
    throw ValueError(fmt::format("{} probabilit{}; expected one for each of the {} states",
                                 row.size(), row.size() == 1 ? "y" : "ies", states));
  }
  const double sum = std::accumulate(row.begin(), row.end(), 0.0);
  if (!(std::abs(sum - 1.0) <= kRowTolerance)) {
    throw ValueError(fmt::format("the probabilities sum to {:.12g}; expected 1", sum));
  }
  return row;
}

ChannelModel parse_markov(const Arguments& arguments, const Context&) {
  MarkovRate result;
  result.slot = parse_slot(arguments[0]);
  const std::size_t states = arguments.size() - 1;
  for (std::size_t i = 0; i < states; ++i) {
    in_argument(arguments[i + 1], [&](std::string_view text) {
      const auto colon = text.find(':');
      if (colon == std::string_view::npos) {
        throw ValueError(
            "no probabilities; expected rate: probability of each state to be the next");
      }
      result.rates.emplace_back(parse_quantity(text.substr(0, colon), Dimension::rate));
      result.transitions.push_back(parse_row(text.substr(colon + 1), states));
    });
  }
  // The first state is drawn from the chain's limit: a mean of 0 is 0 from the start.
  if (mean_rate(result).value() == 0.0) {
    refuse_standstill();
  }
  return result;
}

TraceFormat parse_format(std::string_view text) {
  std::vector<std::string> names;
  for (const Unit& unit : units_of(Dimension::rate)) {
    if (unit.name == text) {
      return TwoColumnTrace{unit};
    }
    names.push_back(unit.name);
  }
  if (text == kMahimahi) {
    return MahimahiTrace{};
  }
  names.emplace_back(kMahimahi);
  throw ValueError(fmt::format("unknown format of a trace; expected the unit of its rates, {}{}",
                               list_of_alternatives(names), did_you_mean(text, names)));
}

TraceRate::AtEnd parse_at_end(std::string_view text) {
  if (text == "repeat") {
    return TraceRate::AtEnd::repeat;
  }
  if (text == "hold") {
    return TraceRate::AtEnd::hold;
  }
  throw ValueError(fmt::format("unknown end of a trace; expected repeat or hold{}",
                               did_you_mean(text, {"repeat", "hold"})));
}

void parse_start(std::string_view text, TraceRate& result) {
  if (text == "random") {
    result.start = TraceRate::Start::random;
    return;
  }
  try {
    result.offset = Seconds{parse_quantity(text, Dimension::time)};
  } catch (const ValueError& error) {
    throw ValueError(fmt::format("{}, or random{}", error.what(), did_you_mean(text, {"random"})));
  }
}

ChannelModel parse_trace(const Arguments& arguments, const Context& context) {
  TraceRate result;
  const TraceFormat format = in_argument(arguments[1], parse_format);
  if (arguments.size() > 2) {
    result.at_end = in_argument(arguments[2], parse_at_end);
  }
  if (arguments.size() > 3) {
    in_argument(arguments[3], [&](std::string_view text) { parse_start(text, result); });
  }
  result.file = (std::filesystem::path(context.folder) / arguments[0]).string();
  try {
    result.trace = find_traces(result.file, format, arguments[1], context.traces);
  } catch (const UserError& error) {
    throw ValueError(error.what());
  }
  return result;
}

struct FormParser {
  ChannelForm form;
  std::size_t fewest;
  std::size_t most;
  ChannelModel (*parse)(const Arguments&, const Context&);
};

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

const std::vector<FormParser>& form_parsers() {
  static const std::vector<FormParser> parsers = {
      {{"every", "slot, distribution", "Drawn anew in every slot.", "T, D"}, 2, 2, parse_every},
      {{"gauss-markov", "slot, mean, deviation, memory, low, high",
        "A normal rate that a slot remembers from the one before by `memory` (a bare number from 0 "
        "to below 1), clipped to [low, high].",
        "T, Q, Q, N, Q, Q"},
       6,
       6,
       parse_gauss_markov},
      {{"gilbert", "slot, good, bad, mean good time, mean bad time",
        "Two rates in turn, each for a number of slots that is geometric with this mean time.",
        "T, Q, Q, T, T"},
       5,
       5,
       parse_gilbert},
      {{"markov", "slot, rate: probability ..., ...",
        "A Markov chain of rates: beside each, separated by spaces, the probability of each rate, "
        "in the order given, to be the next slot's.",
        "T(, Q:[0-9.eE+ -]+)+"},
       2,
       kAny,
       parse_markov},
      {{"trace", "file, unit or mahimahi, repeat or hold, offset or random",
        "A recorded rate; a file name with * in it joins all files that it matches, each from its "
        "first row on. At its end it starts again (`repeat`, the default) or keeps the last "
        "rate (`hold`). Device d starts at d times the offset (0 by default) or at a random date.",
        "F, (U|mahimahi)(, (repeat|hold)(, (T|random))?)?"},
       2,
       4,
       parse_trace},
  };
  return parsers;
}

[[noreturn]] void refuse_name(std::string_view name) {
  std::vector<std::string> names;
  for (const DistributionForm& form : distribution_forms()) {
    names.push_back(form.name);
  }
  for (const ChannelForm& form : channel_forms()) {
    names.push_back(form.name);
  }
  throw ValueError(fmt::format("unknown channel \"{}\"; expected {}{}", printable(name),
                               list_of_alternatives(names), did_you_mean(name, names)));
}

}  // namespace

const std::vector<ChannelForm>& channel_forms() {
  static const std::vector<ChannelForm> forms = [] {
    std::vector<ChannelForm> result;
    for (const FormParser& parser : form_parsers()) {
      result.push_back(parser.form);
    }
    return result;
  }();
  return forms;
}

ChannelModel parse_channel(std::string_view text, const DistributionRule& rate_rule,
                           const std::string& folder, TraceCache* traces) {
  const auto call = parse_nested_call(text);
  const std::string_view name = call ? call->name : std::string_view{};
  const auto& forms = distribution_forms();
  const bool drawn = std::any_of(forms.begin(), forms.end(),
                                 [&](const DistributionForm& form) { return form.name == name; });
  if (!call || drawn) {
    return parse_distribution(text, rate_rule);
  }
  const auto& parsers = form_parsers();
  const auto it = std::find_if(parsers.begin(), parsers.end(),
                               [&](const FormParser& parser) { return parser.form.name == name; });
  if (it == parsers.end()) {
    refuse_name(name);
  }
  const std::size_t count = call->arguments.size();
  if (count < it->fewest || count > it->most) {
    throw ValueError(fmt::format("{} argument{}; expected {}({})", count, count == 1 ? "" : "s",
                                 it->form.name, it->form.arguments));
  }
  return it->parse(call->arguments, {rate_rule, folder, traces});
}

std::optional<TraceText> trace_in(std::string_view text, const std::string& folder) {
  const auto call = parse_nested_call(text);
  if (!call || call->name != "trace" || call->arguments.empty()) {
    return std::nullopt;
  }
  const auto path = std::filesystem::path(folder) / call->arguments[0];
  return TraceText{files_of_trace(path), {call->arguments.begin() + 1, call->arguments.end()}};
}

}  // namespace mec
