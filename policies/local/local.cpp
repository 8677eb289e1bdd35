// Facts
//   name:       local
//   decides:    I_t = 0 for every t
//   parameters: none
//   reference:  Chen, Zeng, Yu, Chen 2020, Section 5.1
#include "policies/local/local.hpp"

#include "policies/constant/constant.hpp"

namespace mec {

PolicyEntry local_policy() {
  return constant_policy("local", kDevice, "every subtask on the device");
}

}  // namespace mec
