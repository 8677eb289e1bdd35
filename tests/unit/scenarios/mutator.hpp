// Damages a text as a careless editor or a broken disk would; the same seed, the same damage.
#pragma once

#include <boost/random/uniform_int_distribution.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/random.hpp"

namespace mec::test {

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : engine_(seed) {}

  std::string damage(std::string text) {
    for (std::size_t i = 0, n = 1 + below(4); i < n; ++i) {
      damage_once(text);
    }
    return text;
  }

 private:
  std::size_t below(std::size_t n) {
    return boost::random::uniform_int_distribution<std::size_t>(0, n - 1)(engine_);
  }

  void damage_once(std::string& text) {
    static const std::vector<std::string> inserts = {"{",
                                                     "}",
                                                     "[",
                                                     "]",
                                                     ":",
                                                     ": ",
                                                     ",",
                                                     "\n",
                                                     "\t",
                                                     "\"",
                                                     "'",
                                                     "#",
                                                     "&a ",
                                                     "*a ",
                                                     "? ",
                                                     "- ",
                                                     "!!",
                                                     "|",
                                                     ">",
                                                     "%",
                                                     "@",
                                                     "0",
                                                     "-",
                                                     "1e999",
                                                     "nan",
                                                     "(",
                                                     ")",
                                                     "\r",
                                                     "\xFF",
                                                     "\xC3\xA9",
                                                     std::string(1, '\0'),
                                                     "--- ",
                                                     "<<: ",
                                                     "9999999999999999999999"};
    if (text.empty()) {
      text = "x";
    }
    const std::size_t at = below(text.size());
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(at, 1 + below(20));
        break;
      case 2:
        text.insert(at, inserts[below(inserts.size())]);
        break;
      case 3:
        text.insert(below(text.size()), text.substr(at, 1 + below(60)));
        break;
      default:
        text.resize(at);
    }
  }

  RandomEngine engine_;
};

}  // namespace mec::test
