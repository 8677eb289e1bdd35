// The policies of mecsim_toy: some of mecsim's own, and `learner`, which learns by waiting. Its
// model is one site, on which it places everything; it has a NUL byte, as models may. And `faulty`,
// which does what no policy should.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "core/file_lock.hpp"
#include "core/output_file.hpp"
#include "policies/greedy/greedy.hpp"
#include "policies/local/local.hpp"
#include "policies/registry.hpp"

namespace mec {

namespace {

using Clock = std::chrono::steady_clock;

class Learner final : public Policy {
 public:
  explicit Learner(SiteIndex site) : site_(site) {}
  Placement decide(const DecisionRequest& request) override {
    return Placement(request.task.size(), site_);
  }

 private:
  SiteIndex site_;
};

[[noreturn]] void stop_training(const std::string& checkpoint) {
  write_file(checkpoint, "half a site\n");
  throw PreparationStopped("learner: interrupted; what it has learned is in " + checkpoint +
                           ", and the same command goes on from there");
}

void train(const PreparationContext& context, const std::string& model) {
  std::ofstream(context.cache + "/trainings.log", std::ios::app) << model << "\n";
  const double seconds = std::stod(context.parameters.at("seconds"));
  const auto start = Clock::now();
  for (int epoch = 1;; ++epoch) {
    const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    if (context.stop) {
      stop_training(model + ".checkpoint");
    }
    if (elapsed >= seconds) {
      break;
    }
    context.observer.progress(
        {"learner: epoch " + std::to_string(epoch), elapsed / seconds, 1.0 / epoch});
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  write_file(model, std::string("\0", 1) + context.parameters.at("site"));
}

PolicyParameters prepare(const PreparationContext& context) {
  PolicyParameters ready = context.parameters;
  const std::string& site = ready.at("site");
  const std::string model = context.cache + "/learner-" + site + ".model";
  if (site == "0") {
    throw PolicyError("policy learner: nothing is to be learned of the device");
  }
  if (site == "2") {
    context.observer.warn("learner: the cloud is far away");
  }
  std::filesystem::create_directories(context.cache);
  FileLock lock(model + ".lock");
  while (lock.try_lock() == FileLock::Attempt::busy) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (std::filesystem::exists(model)) {
    context.observer.note("learner: found " + model);
  } else {
    train(context, model);
  }
  ready[kModelParameter] = model;
  return ready;
}

PolicyEntry learner_policy() {
  using Type = PolicyParameter::Type;
  PolicyEntry entry;
  entry.name = "learner";
  entry.summary = "places everything on the site that it has learned";
  entry.reference = "no paper";
  entry.parameters = {{"site", Type::integer, "1", "what to learn", {}, 0, 2},
                      {"seconds", Type::number, "0", "how long to learn", {}, 0, 1000},
                      {kModelParameter, Type::text, "", "file of the model; empty: learn it", {}}};
  entry.make = [](const PolicyContext& context) -> std::unique_ptr<Policy> {
    std::ifstream file(context.parameters.at(kModelParameter), std::ios::binary);
    std::string bytes;
    std::getline(file, bytes);
    if (bytes.size() != 2) {
      throw PolicyError("policy learner: it has not learned anything");
    }
    return std::make_unique<Learner>(static_cast<SiteIndex>(bytes[1] - '0'));
  };
  entry.prepare = prepare;
  return entry;
}

// Places everything on the device, once it has got so far.
class Faulty final : public Policy {
 public:
  Placement decide(const DecisionRequest& request) override {
    return Placement(request.task.size(), kDevice);
  }
};

void misbehave(const std::string& how, double seconds, const std::string& until) {
  if (!until.empty() && std::filesystem::exists(until)) {
    return;
  }
  std::fprintf(stderr, "faulty: about to %s\n", how.c_str());
  if (how == "throw") {
    throw std::runtime_error("faulty: it was told to, \"so\"");
  }
  if (how == "crash") {
    std::signal(SIGSEGV, SIG_DFL);  // a sanitizer would catch it
    std::raise(SIGSEGV);
  }
  if (how == "die") {  // as if memory had run out
    write_file(until, "");
    std::raise(SIGKILL);
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

PolicyEntry faulty_policy() {
  using Type = PolicyParameter::Type;
  PolicyEntry entry;
  entry.name = "faulty";
  entry.summary = "throws, crashes, dies or waits before it places everything on the device";
  entry.reference = "no paper";
  entry.parameters = {{"how", Type::text, "wait", "what to do", {"throw", "crash", "die", "wait"}},
                      {"seconds", Type::number, "0", "how long to wait", {}, 0, 1000},
                      {"until", Type::text, "", "not any more once there is this file", {}}};
  entry.make = [](const PolicyContext& context) -> std::unique_ptr<Policy> {
    const PolicyParameters& parameters = context.parameters;
    misbehave(parameters.at("how"), std::stod(parameters.at("seconds")), parameters.at("until"));
    return std::make_unique<Faulty>();
  };
  return entry;
}

}  // namespace

const PolicyRegistry& policy_registry() {
  static const PolicyRegistry registry = [] {
    PolicyRegistry all;
    all.add(local_policy());
    all.add(greedy_policy());
    all.add(learner_policy());
    all.add(faulty_policy());
    return all;
  }();
  return registry;
}

}  // namespace mec
