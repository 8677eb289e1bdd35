// Samples on disk: a line of text, the request in words, then the arrays as they lie in memory,
// then an FNV-1a hash of it all. Little-endian machines only share files with their like; a file
// that does not fit is drawn anew, never an error.
#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "core/errors.hpp"
#include "core/file_lock.hpp"
#include "core/hash.hpp"
#include "core/output_file.hpp"
#include "policies/learning/training/samples.hpp"

namespace mec::learning {

namespace {

// Calls `visit` on every array of the set, which is sized already.
template <class Set, class Visit>
void each_array(Set& samples, Visit visit) {
  visit(samples.features);
  visit(samples.work);
  visit(samples.data);
  visit(samples.costs);
  visit(samples.optimal_cost);
  visit(samples.optimal);
}

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

SampleSet sized_set(const SampleRequest& request) {
  const std::size_t n = request.schema.subtasks;
  SampleSet samples;
  samples.schema = request.schema;
  samples.count = request.count;
  samples.features.resize(request.count * request.schema.size());
  samples.work.resize(request.count * n);
  samples.data.resize(request.count * (n + 1));
  samples.costs.resize(request.count * 12);
  samples.optimal_cost.resize(request.count);
  samples.optimal.resize(request.count * n);
  return samples;
}

bool read(const std::string& path, const std::string& head, SampleSet& samples) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::size_t expected = head.size() + sizeof(std::uint64_t);
  each_array(samples, [&expected](const auto& values) { expected += bytes_of(values).size(); });
  if (text.size() != expected || !text.starts_with(head)) {
    return false;
  }
  std::uint64_t hash = 0;
  const std::string_view body(text.data(), text.size() - sizeof hash);
  std::memcpy(&hash, text.data() + body.size(), sizeof hash);
  if (hash != fnv1a64(body)) {
    return false;
  }
  const char* from = text.data() + head.size();
  each_array(samples, [&from](auto& values) {
    const std::size_t size = bytes_of(values).size();
    std::memcpy(values.data(), from, size);
    from += size;
  });
  return true;
}

void write(const std::string& path, const std::string& head, const SampleSet& samples) {
  OutputFile file(path);
  std::uint64_t hash = kFnvStart;
  const auto put = [&](std::string_view bytes) {
    file.write(bytes);
    hash = fnv1a64(bytes, hash);
  };
  put(head);
  each_array(samples, [&put](const auto& values) { put(bytes_of(values)); });
  file.write({reinterpret_cast<const char*>(&hash), sizeof hash});
  file.commit();
}

constexpr auto kPollLock = std::chrono::milliseconds(20);

}  // namespace

SampleSet cached_samples(const SampleRequest& request, const std::string& folder) {
  const std::string words = describe(request);
  const std::string head = "mecsim samples\n" + words + '\n';
  const std::string path = fmt::format("{}/samples-{:016x}.bin", folder, fnv1a64(head));
  SampleSet samples = sized_set(request);
  if (std::filesystem::is_regular_file(path) && read(path, head, samples)) {
    return samples;
  }
  std::filesystem::create_directories(folder);
  // Several policies learn from the same samples, perhaps in processes of their own.
  FileLock lock(path + ".lock");
  while (lock.try_lock() == FileLock::Attempt::busy) {
    std::this_thread::sleep_for(kPollLock);
  }
  if (std::filesystem::is_regular_file(path) && read(path, head, samples)) {
    return samples;
  }
  samples = draw_samples(request);
  write(path, head, samples);
  return samples;
}

}  // namespace mec::learning
