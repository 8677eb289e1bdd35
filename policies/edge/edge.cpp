// Facts
//   name:       edge
//   decides:    I_t = 1 for every t
//   parameters: none
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1
#include "policies/edge/edge.hpp"

#include "policies/constant/constant.hpp"

namespace mec {

PolicyEntry edge_policy() {
  return constant_policy("edge", kEdge, "every subtask on the edge server");
}

}  // namespace mec
