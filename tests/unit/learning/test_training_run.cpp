#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "core/errors.hpp"
#include "core/file_lock.hpp"
#include "policies/learning/model/model_file.hpp"
#include "policies/learning/training/training_run.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning/model_support.hpp"
#include "tests/unit/learning/training_support.hpp"

namespace mec::learning {

namespace {

// Ranges of features as wide as they can be, or none.
Model any_model(float low = -1e30F, float high = 1e30F) {
  Model model = test::random_model(HeadKind::plan);
  model.feature_low.assign(model.features.size(), low);
  model.feature_high.assign(model.features.size(), high);
  return model;
}

// A cache with a scenario, and trainings that are counted.
struct Cache {
  test::Scratch folder;
  test::Witness witness;
  std::atomic<bool> stop{false};
  PolicyParameters parameters;
  Scenario scenario = test::paper_tasks(3);
  const std::vector<RecordedTask>* recorded = nullptr;
  int trainings = 0;

  [[nodiscard]] PreparationContext context(const std::string& cache = "cache") {
    return {parameters, scenario, recorded, folder / cache, witness, stop};
  }
  std::string model(const std::string& description) {
    return trained_model(context(), "toy", description, [this](const TrainingRun& run) {
      ++trainings;
      test::put_file(run.checkpoint, "a checkpoint");
      return any_model();
    });
  }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "cache")) {
      names.push_back(entry.path().string());
    }
    return names;
  }
};

std::string lock_of(const std::string& model) {
  return std::filesystem::path(model).replace_extension(".lock").string();
}

// One process tells another to go on, also by its end.
class Pipe {
 public:
  Pipe() {
    if (::pipe(ends_) != 0) {
      throw std::runtime_error("no pipe");
    }
  }
  void put() const { REQUIRE(::write(ends_[1], "x", 1) == 1); }
  void wait() const {
    char byte = 0;
    static_cast<void>(::read(ends_[0], &byte, 1));
  }
  void close_writer() {
    ::close(ends_[1]);
    ends_[1] = -1;
  }
  ~Pipe() {
    ::close(ends_[0]);
    if (ends_[1] >= 0) {
      ::close(ends_[1]);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  Pipe(Pipe&&) = delete;
  Pipe& operator=(Pipe&&) = delete;

 private:
  int ends_[2] = {-1, -1};
};

// In a child: trains, but does not end before it is told to.
[[noreturn]] void train_slowly(Cache& cache, Pipe& started, Pipe& finished) {
  int status = 1;
  try {
    finished.close_writer();
    const std::string path = trained_model(cache.context(), "toy", "this", [&](const TrainingRun&) {
      started.put();
      finished.wait();
      return any_model();
    });
    status = std::filesystem::exists(path) ? 0 : 2;
  } catch (...) {
  }
  ::_exit(status);
}

CurvePoint point(std::uint64_t epoch) {
  const double x = 1.0 / static_cast<double>(epoch);
  return {epoch, x, x / 3.0, 1.0 + 1e-17 * x};
}

bool same(const CurvePoint& a, const CurvePoint& b) {
  return a.epoch == b.epoch && a.train_loss == b.train_loss &&
         a.validation_loss == b.validation_loss && a.validation_ratio == b.validation_ratio;
}

RecordedTask recorded_task(double work) {
  RecordedTask task;
  task.chain = test::chain({work, work, work}, {1e6, 1e6, 1e6, 1e6});
  return task;
}

}  // namespace

TEST_CASE("A model is trained once and then found", "[learning][cache]") {
  Cache cache;
  const std::string path = cache.model("this and\nthat");
  REQUIRE(cache.trainings == 1);
  REQUIRE(std::filesystem::exists(path));
  REQUIRE(path.find(cache.folder / "cache/toy-") == 0);
  const std::string bytes = test::read_file(path);
  REQUIRE(cache.model("this and\nthat") == path);
  REQUIRE(cache.trainings == 1);
  REQUIRE((test::read_file(path) == bytes));
  REQUIRE(load_model(path).provenance.at("description") == "this and;that");
}

TEST_CASE("Another description is another model", "[learning][cache]") {
  Cache cache;
  const std::string path = cache.model("this");
  REQUIRE(cache.model("that") != path);
  REQUIRE(cache.trainings == 2);
}

TEST_CASE("What a training leaves is its model", "[learning][cache]") {
  Cache cache;
  const std::string path = cache.model("this");
  REQUIRE(cache.files() == std::vector<std::string>{path});  // no checkpoint, no lock
}

TEST_CASE("A damaged model is trained anew", "[learning][cache]") {
  Cache cache;
  const std::string path = cache.model("this");
  const std::string whole = test::read_file(path);
  int expected = 1;
  for (const std::string& bytes : {std::string(), std::string("no model"), whole.substr(0, 500),
                                   whole.substr(0, whole.size() - 1)}) {
    test::put_file(path, bytes);
    CAPTURE(bytes.size());
    REQUIRE(cache.model("this") == path);
    REQUIRE(cache.trainings == ++expected);
    REQUIRE((test::read_file(path) == whole));
  }
}

TEST_CASE("A model of another description under the same name is not taken", "[learning][cache]") {
  Cache cache;
  const std::string path = cache.model("this");
  std::filesystem::copy_file(cache.model("that"), path,
                             std::filesystem::copy_options::overwrite_existing);
  REQUIRE(cache.model("this") == path);
  REQUIRE(cache.trainings == 3);
  REQUIRE(load_model(path).provenance.at("description") == "this");
}

TEST_CASE("Two processes that need one model at once train it once", "[learning][cache]") {
  Cache cache;
  Pipe started;   // by the child, once it trains
  Pipe finished;  // by the parent, once it waits: or by its end
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    train_slowly(cache, started, finished);
  }
  started.close_writer();
  started.wait();
  cache.witness.on_note = [&finished](const std::string&) { finished.put(); };
  const std::string path = cache.model("this");
  finished.close_writer();
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(cache.trainings == 0);
  CHECK(cache.witness.notes ==
        std::vector<std::string>{"toy: waiting for another process that trains the same model"});
  CHECK(load_model(path).provenance.at("description") == "this");
  CHECK(cache.files() == std::vector<std::string>{path});
}

TEST_CASE("Who waits for another process can be stopped", "[learning][cache]") {
  Cache cache;
  const std::string path = cache.model("this");
  std::filesystem::remove(path);
  FileLock other(lock_of(path));
  REQUIRE(other.try_lock() == FileLock::Attempt::held);
  cache.stop = true;
  REQUIRE(test::message_of<PreparationStopped>([&] { return cache.model("this"); }) ==
          "toy: interrupted while another process trains the same model");
  REQUIRE(cache.trainings == 1);
}

TEST_CASE("A model is trained where no lock can be had", "[learning][cache]") {
  Cache cache;
  const std::string path = cache.model("this");
  std::filesystem::remove(path);
  std::filesystem::create_directory(lock_of(path));
  REQUIRE(cache.model("this") == path);
  REQUIRE(cache.trainings == 2);
}

TEST_CASE("A lock that a killed process left means nothing", "[learning][cache]") {
  Cache cache;
  const std::string path = cache.model("this");
  std::filesystem::remove(path);
  test::put_file(lock_of(path), "");
  REQUIRE(cache.model("this") == path);
  REQUIRE(cache.trainings == 2);
  REQUIRE(cache.files() == std::vector<std::string>{path});
}

TEST_CASE("A folder that cannot be made is the user's mistake", "[learning][cache]") {
  Cache cache;
  test::put_file(cache.folder / "file", "");
  const auto train = [&] {
    return trained_model(cache.context("file/cache"), "toy", "this",
                         [](const TrainingRun&) { return any_model(); });
  };
  const std::string message = test::message_of<UserError>(train);
  REQUIRE(message.find(cache.folder / "file/cache: cannot make this folder for models") == 0);
}

TEST_CASE("A learning curve reads back as it was", "[learning][curve]") {
  const test::Scratch folder;
  const std::vector<CurvePoint> curve = {point(1), point(2), point(3)};
  const std::string text = curve_csv(curve);
  REQUIRE(text.find("epoch,train_loss,validation_loss,validation_ratio\n1,1,") == 0);
  const std::string path = folder.write("curve.csv", text);
  const std::vector<CurvePoint> read = read_curve(path, 10);
  REQUIRE(read.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(same(read[i], curve[i]));
  }
  REQUIRE(read_curve(path, 2).size() == 2);
  REQUIRE(read_curve(path, 0).empty());
}

TEST_CASE("A torn learning curve ends where it is torn", "[learning][curve]") {
  const test::Scratch folder;
  const std::string text = curve_csv({point(1), point(2), point(3)});
  const auto points = [&](const std::string& bytes) {
    return read_curve(folder.write("curve.csv", bytes), 10).size();
  };
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  const std::size_t comma = text.rfind(',');
  REQUIRE(points(text) == 3);
  REQUIRE(points(text.substr(0, comma)) == 2);
  REQUIRE(points(text.substr(0, comma + 1)) == 2);
  REQUIRE(points(text.substr(0, last)) == 2);
  REQUIRE(points(text.substr(0, last) + "3,x,1,1\n") == 2);
  REQUIRE(points(text.substr(0, last) + "3,1,1,1,1\n") == 2);
  REQUIRE(points("") == 0);
  REQUIRE(read_curve(folder / "none.csv", 10).empty());
}

TEST_CASE("A stop says what is kept", "[learning]") {
  test::TrainingPlace place;
  const TrainingRun run = place.run();
  REQUIRE_NOTHROW(run.check_stop());
  place.stop = true;
  const auto stopped = [&] {
    return test::message_of<PreparationStopped>([&] {
      run.check_stop();
      return 0;
    });
  };
  REQUIRE(stopped() == "toy: training interrupted before its first checkpoint");
  test::put_file(run.checkpoint, "");
  REQUIRE(stopped() == "toy: training interrupted; " + run.checkpoint +
                           " is kept, and the same command goes on from it");
}

TEST_CASE("Tasks like those of the training raise no warning", "[learning][range]") {
  Cache cache;
  warn_if_out_of_range(any_model(), "toy", cache.context());
  Model silent = any_model();
  silent.feature_low.clear();  // a model that does not say what it was trained on
  silent.feature_high.clear();
  warn_if_out_of_range(silent, "toy", cache.context());
  REQUIRE(cache.witness.warnings.empty());
}

TEST_CASE("The feature most out of range is named, with both ranges", "[learning][range]") {
  // Work uniform to 2 Gcycles; the model has seen 1 Gcycle of subtask 1 at most: half of the tasks
  // are outside, to within a standard error of 1.1 %. b1 of 0.1 to 2 MB/s leaves 5 % outside.
  Cache cache;
  Model model = any_model();
  model.features = {FeatureKind::raw, 3, false};
  model.feature_low.assign(model.features.size(), 0.0F);
  model.feature_high.assign(model.features.size(), 1e30F);
  model.feature_high[1] = 1.0F;
  model.feature_low[9] = 0.1F;
  warn_if_out_of_range(model, "toy", cache.context());
  REQUIRE(cache.witness.warnings.size() == 1);
  const std::string& warning = cache.witness.warnings.front();
  CAPTURE(warning);
  REQUIRE(warning.find("toy: the tasks of this scenario are not like those") == 0);
  REQUIRE(warning.find("feature e1 is from 0.") != std::string::npos);
  REQUIRE(warning.find("and was from 0 to 1 in training") != std::string::npos);
  const std::size_t share = warning.find('(');
  REQUIRE(std::stod(warning.substr(share + 1)) == Approx(49.0).margin(5.0));  // beyond 1.02
}

TEST_CASE("A warning about recorded tasks is about these", "[learning][range]") {
  Cache cache;
  const std::vector<RecordedTask> usual(30, recorded_task(1e9));
  std::vector<RecordedTask> unusual = usual;
  unusual[7] = recorded_task(9e9);
  Model model = any_model();
  model.features = {FeatureKind::raw, 3, false};
  model.feature_low.assign(model.features.size(), 0.0F);
  model.feature_high.assign(model.features.size(), 2.0F);
  for (const std::size_t speed_or_rate : {7U, 8U, 9U, 10U}) {
    model.feature_high[speed_or_rate] = 1e30F;
  }
  cache.recorded = &usual;
  warn_if_out_of_range(model, "toy", cache.context());
  REQUIRE(cache.witness.warnings.empty());
  cache.recorded = &unusual;
  warn_if_out_of_range(model, "toy", cache.context());
  REQUIRE(cache.witness.warnings.size() == 1);
  const std::string& warning = cache.witness.warnings.front();
  REQUIRE(warning.find("feature e0 is from 1 to 9 here") != std::string::npos);
  REQUIRE(warning.find("(3.3 % of the tasks are outside)") != std::string::npos);  // 1 of 30
}

}  // namespace mec::learning
