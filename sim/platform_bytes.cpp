#include "sim/platform_bytes.hpp"

#include <cstring>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace mec {

namespace {

template <class Value>
void put(std::string& bytes, const Value& value) {
  static_assert(std::is_trivially_copyable_v<Value>);
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& bytes, const std::string& text) {
  put(bytes, text.size());
  bytes += text;
}

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : left_(bytes) {}

  std::string_view take(std::size_t size) {
    if (size > left_.size()) {
      throw std::runtime_error("a platform's bytes end early");
    }
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  template <class Value>
  Value get() {
    Value value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string get_text() { return std::string(take(get<std::size_t>())); }

 private:
  std::string_view left_;
};

}  // namespace

std::string encode(const PlatformFile& file) {
  std::string bytes;
  put(bytes, file.hosts.size());
  for (const PlatformHost& host : file.hosts) {
    put_text(bytes, host.name);
    put(bytes, host.speed.value());
    put(bytes, host.cores);
    put(bytes, host.tier);
  }
  put(bytes, file.links.size());
  for (const PlatformLink& link : file.links) {
    put_text(bytes, link.name);
    put(bytes, link.bandwidth.value());
    put(bytes, link.unlimited);
  }
  put(bytes, file.routes.size());
  for (std::size_t i = 0; i < file.routes.size(); ++i) {
    const auto route = file.routes[i];
    put(bytes, route.size());
    bytes.append(reinterpret_cast<const char*>(route.data()), route.size_bytes());
  }
  put(bytes, file.longest_latency.value());
  return bytes;
}

PlatformFile decode_platform(std::string_view bytes) {
  ByteReader from(bytes);
  PlatformFile file;
  for (auto left = from.get<std::size_t>(); left > 0; --left) {
    PlatformHost host;
    host.name = from.get_text();
    host.speed = Hertz{from.get<double>()};
    host.cores = from.get<std::uint32_t>();
    host.tier = from.get<Tier>();
    file.hosts.push_back(std::move(host));
  }
  for (auto left = from.get<std::size_t>(); left > 0; --left) {
    PlatformLink link;
    link.name = from.get_text();
    link.bandwidth = BytesPerSecond{from.get<double>()};
    link.unlimited = from.get<bool>();
    file.links.push_back(std::move(link));
  }
  std::vector<LinkIndex> route;
  for (auto left = from.get<std::size_t>(); left > 0; --left) {
    route.resize(from.get<std::size_t>());
    const std::string_view hops = from.take(route.size() * sizeof(LinkIndex));
    if (!route.empty()) {
      std::memcpy(route.data(), hops.data(), hops.size());
    }
    file.routes.add(route);
  }
  file.longest_latency = Seconds{from.get<double>()};
  return file;
}

}  // namespace mec
