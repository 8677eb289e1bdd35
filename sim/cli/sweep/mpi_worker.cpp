#include "sim/cli/sweep/mpi_worker.hpp"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/mpi/environment.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "core/file_lock.hpp"
#include "core/output_file.hpp"
#include "sim/cli/interrupt.hpp"

namespace mec::cli {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kScratchName = "mecsim-rank-";
constexpr const char* kLockName = ".lock";

bool is_own_folder(const fs::path& path) {
  struct stat status = {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         status.st_uid == ::geteuid();
}

// Folders that ranks have left which were killed: nobody holds their locks.
void remove_left_folders(const fs::path& parent) {
  std::error_code ignored;
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    if (entry.path().filename().string().starts_with(kScratchName) && is_own_folder(entry.path()) &&
        fs::exists(entry.path() / kLockName, ignored)) {
      left.push_back(entry.path());
    }
  }
  for (const fs::path& path : left) {
    FileLock lock((path / kLockName).string());
    if (lock.try_lock() == FileLock::Attempt::held) {
      fs::remove_all(path, ignored);
    }
  }
}

// Removed with all it holds; if this process is killed, by the next one that makes such a folder.
class ScratchFolder {
 public:
  ScratchFolder() {
    const fs::path parent = fs::temp_directory_path();
    remove_left_folders(parent);
    auto attempt = FileLock::Attempt::busy;
    // Busy or gone: another rank has taken it for one that was left, just before it was locked.
    while (attempt == FileLock::Attempt::busy || !fs::exists(path_)) {
      std::string pattern = (parent / (std::string(kScratchName) + "XXXXXX")).string();
      if (::mkdtemp(pattern.data()) == nullptr) {
        throw UserError(fmt::format("cannot make {}: {}; TMPDIR says where else", pattern,
                                    std::strerror(errno)));
      }
      path_ = pattern;
      attempt = lock_.emplace((path_ / kLockName).string()).try_lock();
    }
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ScratchFolder(ScratchFolder&&) = delete;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] fs::path folder(const std::string& name) const {
    const fs::path path = path_ / name;
    fs::create_directories(path);
    return path;
  }

 private:
  fs::path path_;
  std::optional<FileLock> lock_;
};

// The files of one job on their way to rank 0, read piece by piece.
class Parcel {
 public:
  Parcel(JobEnd end, double seconds) : end_{std::move(end), seconds, "", {}} {
    if (!end_.end.folder.empty()) {
      end_.folder = fs::absolute(end_.end.folder).string();
      for (const auto& entry : fs::recursive_directory_iterator(end_.end.folder)) {
        if (entry.is_regular_file()) {
          end_.files.push_back(
              {fs::relative(entry.path(), end_.end.folder).string(), entry.file_size()});
        }
      }
    }
  }
  Parcel(const Parcel&) = delete;
  Parcel& operator=(const Parcel&) = delete;
  Parcel(Parcel&&) = delete;
  Parcel& operator=(Parcel&&) = delete;
  ~Parcel() {
    std::error_code ignored;
    fs::remove_all(end_.end.folder, ignored);
  }

  [[nodiscard]] std::string announcement() const { return packed(end_); }
  [[nodiscard]] bool has_files() const { return !end_.files.empty(); }
  /// Empty: there is no more.
  [[nodiscard]] std::string next_chunk();

 private:
  MpiEnd end_;
  std::size_t next_ = 0;  // file
  std::uint64_t left_ = 0;
  std::ifstream file_;
};

std::string Parcel::next_chunk() {
  while (left_ == 0) {
    if (next_ == end_.files.size()) {
      return {};
    }
    const MpiFile& file = end_.files[next_++];
    left_ = file.size;
    file_ = std::ifstream(end_.end.folder / file.name, std::ios::binary);
  }
  std::string chunk(static_cast<std::size_t>(std::min<std::uint64_t>(left_, kChunkBytes)), '\0');
  if (!file_.read(chunk.data(), static_cast<std::streamsize>(chunk.size()))) {
    throw std::runtime_error(fmt::format("cannot read what a job has left in {}",
                                         (end_.end.folder / end_.files[next_ - 1].name).string()));
  }
  left_ -= chunk.size();
  return chunk;
}

class Worker {
 public:
  Worker(const boost::mpi::communicator& world, MpiOutbox& outbox, LoadedWork work)
      : world_(world),
        outbox_(outbox),
        slots_(work.jobs),
        scratch_(std::make_unique<ScratchFolder>()) {
    runner_ = make_local_runner(
        {work.jobs, work.cell_timeout, scratch_->folder("jobs"), std::move(work.body)});
  }

  void run();

 private:
  void handle(const MpiMessage& message);
  void keep_model(const MpiModel& model);
  void start_waiting();
  void collect(std::chrono::milliseconds timeout);
  void send_results();
  void answered(MpiTag tag);
  void drop_first();
  void forget_all();
  void leave();

  const boost::mpi::communicator& world_;
  MpiOutbox& outbox_;
  std::size_t slots_;
  std::unique_ptr<ScratchFolder> scratch_;
  std::unique_ptr<JobRunner> runner_;
  std::map<std::string, std::string> models_;  // rank 0's path, ours
  std::deque<MpiOrder> waiting_;
  std::map<std::uint64_t, Clock::time_point> running_;  // since when
  std::deque<std::unique_ptr<Parcel>> results_;         // the first may be under way
  enum class Stage : std::uint8_t { new_one, announced, wanted };
  Stage stage_ = Stage::new_one;  // of the first
  bool left_ = false;
  bool done_ = false;
};

void Worker::run() {
  for (Pause pause; !done_;) {
    while (const auto message = receive(world_)) {
      handle(*message);
      pause.reset();
    }
    if (interrupted() && !left_) {
      leave();
    }
    start_waiting();
    send_results();
    if (!results_.empty()) {
      pause.reset();  // until they are sent
    }
    if (running_.empty()) {
      pause.take();
    } else {
      collect(std::chrono::ceil<std::chrono::milliseconds>(pause.length()));
      pause.grow();
    }
  }
}

void Worker::handle(const MpiMessage& message) {
  switch (message.tag) {
    case MpiTag::model:
      keep_model(unpacked<MpiModel>(message.bytes));
      break;
    case MpiTag::job:
      if (!left_) {
        waiting_.push_back(unpacked<MpiOrder>(message.bytes));
      }
      break;
    case MpiTag::taken:
    case MpiTag::wanted:
      answered(message.tag);
      break;
    case MpiTag::stop:
      forget_all();
      outbox_.post(0, MpiTag::stopped, std::string());
      break;
    case MpiTag::quit:
      forget_all();
      done_ = true;
      break;
    default:
      throw std::logic_error("a message that only rank 0 receives");
  }
}

// Under its own name: it may say what the model is of.
void Worker::keep_model(const MpiModel& model) {
  if (left_) {
    return;
  }
  const fs::path folder = scratch_->folder(fmt::format("models/{}", models_.size()));
  const std::string path = (folder / fs::path(model.path).filename()).string();
  write_file(path, model.content);
  models_[model.path] = path;
}

void Worker::start_waiting() {
  while (!waiting_.empty() && running_.size() < slots_) {
    MpiOrder order = std::move(waiting_.front());
    waiting_.pop_front();
    if (!order.job.model.empty()) {
      order.job.model = models_.at(order.job.model);
    }
    try {
      runner_->start(order.id, order.job);
      running_[order.id] = Clock::now();
    } catch (const OutputError& error) {
      results_.push_back(std::make_unique<Parcel>(
          JobEnd{order.id, JobFate::failed, error.what(), "", "", {}}, 0.0));
    }
  }
}

void Worker::collect(std::chrono::milliseconds timeout) {
  for (JobEnd& end : runner_->wait(timeout)) {
    const auto job = running_.find(end.id);
    const double seconds = std::chrono::duration<double>(Clock::now() - job->second).count();
    running_.erase(job);
    results_.push_back(std::make_unique<Parcel>(std::move(end), seconds));
  }
}

// Two pieces on their way at most: a cell's rows may be larger than the memory.
void Worker::send_results() {
  while (!results_.empty() && stage_ != Stage::announced && outbox_.pending() < 2) {
    Parcel& parcel = *results_.front();
    if (stage_ == Stage::new_one) {
      outbox_.post(0, MpiTag::end, parcel.announcement());
      if (parcel.has_files()) {
        stage_ = Stage::announced;  // until rank 0 says whether it has them
      } else {
        drop_first();
      }
    } else if (std::string chunk = parcel.next_chunk(); !chunk.empty()) {
      outbox_.post(0, MpiTag::chunk, std::move(chunk));
    } else {
      drop_first();
    }
  }
}

// What was announced may have been given up since.
void Worker::answered(MpiTag tag) {
  if (stage_ != Stage::announced) {
    return;
  }
  if (tag == MpiTag::taken) {
    drop_first();
  } else {
    stage_ = Stage::wanted;
  }
}

void Worker::drop_first() {
  results_.pop_front();
  stage_ = Stage::new_one;
}

void Worker::forget_all() {
  if (runner_) {
    runner_->stop();
  }
  waiting_.clear();
  running_.clear();
  results_.clear();
  stage_ = Stage::new_one;
}

// mpirun kills after SIGTERM: nothing may be left on this machine by then.
void Worker::leave() {
  left_ = true;
  forget_all();
  runner_.reset();
  scratch_.reset();
  outbox_.post(0, MpiTag::leaving, std::string());
}

// For one that has nothing to run.
void wait_for_quit(const boost::mpi::communicator& world) {
  for (Pause pause;; pause.take()) {
    while (const auto message = receive(world)) {
      if (message->tag == MpiTag::quit) {
        return;
      }
    }
  }
}

}  // namespace

void work_for(const boost::mpi::communicator& world, const std::function<LoadedWork()>& load) {
  MpiOutbox outbox(world);
  MpiHello hello{boost::mpi::environment::processor_name(), "", ""};
  std::optional<Worker> worker;
  try {
    LoadedWork work = load();
    hello.sweep = work.sweep;
    worker.emplace(world, outbox, std::move(work));
  } catch (const std::exception& error) {
    hello.error = error.what();
  }
  outbox.post(0, MpiTag::hello, packed(hello));
  if (worker) {
    worker->run();
  } else {
    wait_for_quit(world);
  }
  outbox.post(0, MpiTag::bye, std::string());
  outbox.flush();
}

}  // namespace mec::cli
