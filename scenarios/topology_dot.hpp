// A picture of a network as a Graphviz text: servers with speed and cores, relays as points, each
// group of devices as one node, links with their mean rates and how these come about.
#pragma once

#include <string>

#include "core/network.hpp"

namespace mec {

[[nodiscard]] std::string topology_dot(const Network& network);

}  // namespace mec
