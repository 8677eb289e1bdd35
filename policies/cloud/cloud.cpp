// Facts
//   name:       cloud
//   decides:    I_t = 2 for every t
//   parameters: none
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1
#include "policies/cloud/cloud.hpp"

#include "policies/constant/constant.hpp"

namespace mec {

PolicyEntry cloud_policy() {
  return constant_policy("cloud", kCloud, "every subtask in the cloud");
}

}  // namespace mec
