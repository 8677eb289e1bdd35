// `mecsim report DIR`: figures of a results directory, drawn by report.py from its CSV files only.
#pragma once

#include <string>

namespace mec {

/// Runs report.py on `dir` with the first Python that has matplotlib among $MECSIM_PYTHON, python3
/// on the PATH and /usr/bin/python3. The script is $MECSIM_SHARE/report.py if that variable is set
/// and it is there, otherwise `script_path`. Returns the command's exit code: 0 figures drawn, 2
/// nothing in `dir` to draw (the script has said why), 1 anything else. Throws UserError when there
/// is no such directory, script or Python.
[[nodiscard]] int run_report(const std::string& dir, const std::string& script_path);

}  // namespace mec
