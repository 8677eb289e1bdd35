// `mecsim report DIR`: figures, tables and a page about a results directory, made by report.py from
// its CSV files and manifest only.
#pragma once

#include <filesystem>
#include <string>

namespace mec {

/// Runs report.py on `dir`, in the matplotlib style `style` (a file or a name; empty: our own),
/// with $MECSIM_PYTHON if that is set, else the first Python that has matplotlib among python3 on
/// the PATH and /usr/bin/python3. The script is $MECSIM_SHARE/report.py if that variable is set and
/// it is there, otherwise `script_path`. Returns the command's exit code: 0 all written, 2 nothing
/// in `dir` to draw or no such style (the script has said why), 1 anything else. Throws UserError
/// when there is no such directory, script or Python.
[[nodiscard]] int run_report(const std::string& dir, const std::string& style,
                             const std::string& script_path);

/// Removes what an earlier report has left in `dir`: report.html and, in figures/ and tables/, the
/// files that report.py writes; nobody else's. Never fails: what cannot be removed stays.
void remove_report(const std::filesystem::path& dir);

}  // namespace mec
