#include "core/platform.hpp"

#include <algorithm>

namespace mec {

// Greedy with one step back: the last `*` takes one more letter whenever the rest does not fit.
bool matches(std::string_view pattern, std::string_view name) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = kNone;
  std::size_t resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != kNone) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == kNone;
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [name](const std::string& pattern) { return matches(pattern, name); });
}

namespace {

bool all_found(const std::vector<std::string>& patterns, const std::vector<PlatformHost>& hosts) {
  return std::all_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return std::any_of(hosts.begin(), hosts.end(),
                       [&](const PlatformHost& host) { return matches(pattern, host.name); });
  });
}

}  // namespace

HostRoles roles_of(const std::vector<PlatformHost>& hosts, const HostSelection& selection) {
  HostRoles roles;
  roles.names_found = all_found(selection.devices, hosts) &&
                      (!selection.servers || all_found(*selection.servers, hosts));
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const bool device = matches_any(selection.devices, hosts[i].name);
    const bool server =
        selection.servers ? matches_any(*selection.servers, hosts[i].name) : !device;
    if (device && server) {
      roles.both.push_back(i);
    } else if (device) {
      roles.devices.push_back(i);
    } else if (server) {
      roles.servers.push_back(i);
    }
  }
  return roles;
}

bool are_sound(const HostRoles& roles) {
  return roles.names_found && roles.both.empty() && !roles.devices.empty() &&
         !roles.servers.empty() && within_limits(roles);
}

bool within_limits(const HostRoles& roles) {
  const std::size_t sites = roles.servers.size() + 1;
  return roles.servers.size() <= kMostPlatformServers &&
         roles.devices.size() <= kMostPlatformDevices &&
         roles.devices.size() * sites * sites <= kMostPlatformRoutes;
}

}  // namespace mec
