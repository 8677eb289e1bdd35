// The one file that knows which Catch2 this is: v2 (a single header, Debian 12) or v3 (Debian 13).
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // NOLINT(google-global-names-in-headers): v2's spelling in every test
#else
#include <catch2/catch.hpp>
#include <string>

namespace Catch::Matchers {  // v3's name; its Contains is for ranges
inline auto ContainsSubstring(const std::string& part) { return Contains(part); }
}  // namespace Catch::Matchers
#endif
