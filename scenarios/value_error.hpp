// What is wrong with one value, without its place: whoever knows the place adds it.
#pragma once

#include <stdexcept>

namespace mec {

class ValueError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace mec
