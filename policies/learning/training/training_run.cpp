#include "policies/learning/training/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "core/errors.hpp"
#include "core/file_lock.hpp"
#include "core/hash.hpp"
#include "core/output_file.hpp"
#include "core/text.hpp"
#include "core/topology.hpp"
#include "policies/learning/features/chain_fit.hpp"
#include "policies/learning/model/model_file.hpp"

namespace mec::learning {

namespace {

constexpr const char* kCurveHead = "epoch,train_loss,validation_loss,validation_ratio\n";
constexpr const char* kDescriptionKey = "description";

// The description, one line: metadata of a model file has no lines.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ';');
  return text;
}

bool is_trained(const std::string& path, const std::string& description) {
  if (!std::filesystem::exists(path)) {
    return false;
  }
  try {
    const Model model = load_model(path);
    const auto found = model.provenance.find(kDescriptionKey);
    return found != model.provenance.end() && found->second == description;
  } catch (const UserError&) {  // damaged: it is trained again
    return false;
  }
}

constexpr auto kPollLock = std::chrono::milliseconds(100);

// Returns when nobody else trains this model, as far as can be known.
void wait_for(FileLock& lock, const PreparationContext& context, const std::string& name) {
  bool told = false;
  while (lock.try_lock() == FileLock::Attempt::busy) {
    if (!told) {
      context.observer.note(
          fmt::format("{}: waiting for another process that trains the same model", name));
      told = true;
    }
    if (context.stop) {
      throw PreparationStopped(
          fmt::format("{}: interrupted while another process trains the same model", name));
    }
    std::this_thread::sleep_for(kPollLock);
  }
}

}  // namespace

std::string curve_csv(const std::vector<CurvePoint>& curve) {
  std::string text = kCurveHead;
  for (const CurvePoint& point : curve) {
    text += fmt::format("{},{},{},{}\n", point.epoch, point.train_loss, point.validation_loss,
                        point.validation_ratio);
  }
  return text;
}

std::vector<CurvePoint> read_curve(const std::string& path, std::size_t most) {
  std::vector<CurvePoint> curve;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (curve.size() < most && std::getline(file, line)) {
    std::vector<double> values;
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, ',');) {
      const auto value = parse_double(field);
      if (!value) {
        return curve;
      }
      values.push_back(*value);
    }
    if (values.size() != 4) {
      return curve;
    }
    curve.push_back({static_cast<std::uint64_t>(values[0]), values[1], values[2], values[3]});
  }
  return curve;
}

void TrainingRun::check_stop() const {
  if (stop) {
    throw PreparationStopped(
        std::filesystem::exists(checkpoint)
            ? fmt::format(
                  "{}: training interrupted; {} is kept, and the same command goes on from it",
                  name, checkpoint)
            : fmt::format("{}: training interrupted before its first checkpoint", name));
  }
}

void TrainingRun::progress(const std::string& what, double done, double loss) const {
  observer.progress({fmt::format("{}: {}", name, what), done, loss});
}

std::string trained_model(const PreparationContext& context, const std::string& name,
                          const std::string& description,
                          const std::function<Model(const TrainingRun&)>& train) {
  const std::string line = one_line(description);
  const std::string stem = fmt::format("{}/{}-{:016x}", context.cache, name, fnv1a64(line));
  const std::string path = stem + ".onnx";
  if (is_trained(path, line)) {
    return path;
  }
  std::error_code error;
  std::filesystem::create_directories(context.cache, error);
  if (error) {
    throw UserError(
        fmt::format("{}: cannot make this folder for models: {}", context.cache, error.message()));
  }
  FileLock lock(stem + ".lock");
  wait_for(lock, context, name);
  if (is_trained(path, line)) {
    return path;
  }
  const TrainingRun run{
      name, line, stem + ".checkpoint.onnx", stem + ".curve.csv", context.observer, context.stop};
  Model model = train(run);
  model.provenance[kDescriptionKey] = line;
  save_model(model, path);
  std::filesystem::remove(run.checkpoint, error);
  return path;
}

}  // namespace mec::learning
