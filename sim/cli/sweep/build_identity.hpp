// Which build of mecsim this is: results of two builds of one version need not be the same.
#pragma once

#include <string>

namespace mec::cli {

/// The GNU build id that the linker has put into the executable, a hash of its contents; where
/// there is none, a hash of the file. mecsim-mpi, which is built of the same sources, says what the
/// mecsim beside it says.
[[nodiscard]] const std::string& program_build();

/// Of any executable. Throws UserError when it cannot be read.
[[nodiscard]] std::string build_of(const std::string& executable);

}  // namespace mec::cli
