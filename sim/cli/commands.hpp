// The commands of mecsim. Each takes the arguments after its name and returns the exit code: 0
// done, 1 run failed. A user's mistake is thrown as a UserError or PolicyError; main turns it into
// exit code 2.
#pragma once

#include "sim/cli/command_line.hpp"

namespace mec::cli {

int run_command(const Arguments& arguments, const Arguments& whole_command);
int sweep_command(const Arguments& arguments, const Arguments& whole_command);
int merge_command(const Arguments& arguments, const Arguments& whole_command);
int train_command(const Arguments& arguments);
int validate_command(const Arguments& arguments);
int list_command(const Arguments& arguments);
int report_command(const Arguments& arguments);
int bench_command(const Arguments& arguments);
int topology_command(const Arguments& arguments);
int channels_command(const Arguments& arguments);

}  // namespace mec::cli
