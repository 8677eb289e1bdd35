// Pictures of Graphviz texts, drawn by its program `dot`.
#pragma once

#include <string>

namespace mec {

/// The bytes of a picture of `dot_text` in `format`, as dot's -T takes it: svg, png or pdf. Throws
/// UserError when Graphviz is not installed, std::runtime_error when it fails.
[[nodiscard]] std::string draw_graph(const std::string& dot_text, const std::string& format);

}  // namespace mec
