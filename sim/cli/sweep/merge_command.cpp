// mecsim merge: the command line of merge_shards.
#include "core/errors.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/sweep/merge.hpp"

namespace mec::cli {

namespace po = boost::program_options;

namespace {

void describe(CommandSyntax& syntax) {
  syntax.usage = "merge DIR... --out DIR [--sqlite] [--force] [--keep-builds]";
  syntax.summary =
      "Puts the shards of a sweep (mecsim sweep --shard I/N) together: the same files as if it "
      "had\n"
      "been run at once. Says which cells are missing.";
  syntax.examples = "  mecsim merge results/out/fleet-load-*-of-8 --out results/out/fleet-load\n";
  syntax.positional = "DIR";
  syntax.many = true;
  syntax.options.add_options()("out", po::value<std::string>(), "results directory")(
      "sqlite", "also write all tables to sweep.sqlite")(
      "force", "replace other results that are there already")(
      "keep-builds", "merge what different builds of one version have run");
}

}  // namespace

int merge_command(const Arguments& arguments, const Arguments& whole_command) {
  CommandSyntax syntax;
  describe(syntax);
  const auto values = parse(arguments, syntax);
  if (printed_help(values, syntax)) {
    return 0;
  }
  MergeOptions options;
  options.shards = values["DIR"].as<Arguments>();
  options.out = values.count("out") ? values["out"].as<std::string>() : "";
  if (options.out.empty()) {
    throw UserError("--out: expected a directory for the merged results");
  }
  options.database = values.count("sqlite") ? Database::written : Database::left_out;
  options.force = values.count("force") != 0;
  options.builds = values.count("keep-builds") ? OtherBuilds::taken : OtherBuilds::refused;
  return merge_shards(options, whole_command);
}

}  // namespace mec::cli
