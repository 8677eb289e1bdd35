// topology: the network of a scenario as a picture.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/network.hpp"
#include "core/output_file.hpp"
#include "core/workload.hpp"
#include "scenarios/topology_dot.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/scenario_file.hpp"
#include "sim/graph_drawing.hpp"

namespace mec::cli {

namespace po = boost::program_options;

namespace {

CommandSyntax syntax_of_topology() {
  CommandSyntax syntax;
  syntax.usage = "topology FILE [--out PICTURE] [--set KEY=VALUE]...";
  syntax.summary =
      "Draws the network of a scenario: servers, relays, groups of devices, and links with their\n"
      "mean rates. Prints it as a Graphviz text, or writes it to a file whose name ends in .dot,\n"
      ".svg, .png or .pdf (all but .dot need Graphviz).";
  syntax.examples =
      "  mecsim topology scenarios/quickstart.yaml --out results/out/network.svg\n"
      "  mecsim topology my.yaml | less\n";
  syntax.positional = "FILE";
  syntax.options.add_options()("out", po::value<std::string>(), "the file to write")(
      "set", po::value<Arguments>()->composing(), "override a key: a.b=value");
  return syntax;
}

// The format that a file's name asks for; "dot" is the text itself.
std::string format_of(const std::string& path) {
  static constexpr std::array<const char*, 4> kFormats = {"dot", "svg", "png", "pdf"};
  const std::string ending = std::filesystem::path(path).extension().string();
  const std::string format = ending.empty() ? ending : ending.substr(1);
  if (std::find(kFormats.begin(), kFormats.end(), format) == kFormats.end()) {
    throw UserError(fmt::format(
        "--out {}: unknown kind of picture; expected a name that ends in .dot, .svg, .png or .pdf",
        path));
  }
  return format;
}

}  // namespace

int topology_command(const Arguments& arguments) {
  CommandSyntax syntax = syntax_of_topology();
  const auto values = parse(arguments, syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  const std::string out = values.count("out") ? values["out"].as<std::string>() : std::string();
  const std::string format = out.empty() ? std::string() : format_of(out);
  const auto overrides = values.count("set") ? values["set"].as<Arguments>() : Arguments{};
  const Scenario scenario =
      load_scenario_file(values["FILE"].as<std::string>(), overrides).scenario;
  const std::string dot =
      topology_dot(build_network(scenario.network, device_count(scenario, nullptr)));
  if (out.empty()) {
    fmt::print("{}", dot);
    return 0;
  }
  check_writable(out);
  write_file(out, format == "dot" ? dot : draw_graph(dot, format));
  fmt::print("written: {}\n", out);
  return 0;
}

}  // namespace mec::cli
