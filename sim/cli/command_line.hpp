// Command lines by Boost.Program_options, with errors a user can act on.
#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mec::cli {

using Arguments = std::vector<std::string>;

/// What one command takes, and what its --help says.
struct CommandSyntax {
  std::string usage;     // after "usage: mecsim "
  std::string summary;   // a paragraph
  std::string examples;  // lines
  boost::program_options::options_description options{"Options"};
  std::string positional;  // name of the one positional argument; empty: none
  bool many = false;       // of it: one or more, as Arguments
  bool optional = false;   // it may be left out
};

/// Parses `arguments` (without the program's and the command's name). Throws UserError that names
/// the option and the nearest valid one; a missing positional argument is one, unless it is
/// optional or --help was given.
[[nodiscard]] boost::program_options::variables_map parse(const Arguments& arguments,
                                                          CommandSyntax& syntax);

/// True if --help was given; then it has been printed to stdout.
[[nodiscard]] bool printed_help(const boost::program_options::variables_map& values,
                                const CommandSyntax& syntax);

/// Key and value of each `key=value`, as the loader of scenarios has accepted them.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> overrides_as_pairs(
    const Arguments& overrides);

}  // namespace mec::cli
