#include "sim/cli/command_line.hpp"

#include <fmt/format.h>

#include <sstream>

#include "core/errors.hpp"
#include "core/text.hpp"

namespace mec::cli {

namespace po = boost::program_options;

namespace {

std::vector<std::string> option_names(const CommandSyntax& syntax) {
  std::vector<std::string> names;
  for (const auto& option : syntax.options.options()) {
    names.push_back("--" + option->long_name());
  }
  return names;
}

[[noreturn]] void fail(const CommandSyntax& syntax, const std::string& message) {
  throw UserError(fmt::format("{}\nusage: mecsim {}", message, syntax.usage));
}

}  // namespace

po::variables_map parse(const Arguments& arguments, CommandSyntax& syntax) {
  syntax.options.add_options()("help,h", "show this help");
  po::options_description all;
  all.add(syntax.options);
  po::positional_options_description positions;
  if (!syntax.positional.empty()) {
    if (syntax.many) {
      all.add_options()(syntax.positional.c_str(), po::value<Arguments>());
    } else {
      all.add_options()(syntax.positional.c_str(), po::value<std::string>());
    }
    positions.add(syntax.positional.c_str(), syntax.many ? -1 : 1);
  }
  // No guessing of abbreviated options: a script must not change its meaning when an option is
  // added.
  const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
  po::variables_map values;
  try {
    po::store(
        po::command_line_parser(arguments).options(all).positional(positions).style(style).run(),
        values);
    po::notify(values);
  } catch (const po::unknown_option& error) {
    const std::string& name = error.get_option_name();
    fail(syntax,
         fmt::format("unknown option {}{}", name, did_you_mean(name, option_names(syntax))));
  } catch (const po::too_many_positional_options_error&) {
    fail(syntax, "too many arguments");
  } catch (const po::error& error) {
    fail(syntax, error.what());
  }
  if (!syntax.positional.empty() && !syntax.optional && values.count("help") == 0 &&
      values.count(syntax.positional) == 0) {
    fail(syntax, fmt::format("{} is missing", syntax.positional));
  }
  return values;
}

bool printed_help(const po::variables_map& values, const CommandSyntax& syntax) {
  if (values.count("help") == 0) {
    return false;
  }
  std::ostringstream options;
  options << syntax.options;
  fmt::print("usage: mecsim {}\n\n{}\n\n{}\nExamples:\n{}", syntax.usage, syntax.summary,
             options.str(), syntax.examples);
  return true;
}

std::vector<std::pair<std::string, std::string>> overrides_as_pairs(const Arguments& overrides) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& text : overrides) {
    const auto equals = text.find('=');  // there is one
    pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return pairs;
}

}  // namespace mec::cli
