#include "sim/cli/sweep/mpi_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/mpi/environment.hpp>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "core/errors.hpp"
#include "core/output_file.hpp"
#include "sim/cli/interrupt.hpp"
#include "sim/cli/sweep/mpi_messages.hpp"

namespace mec::cli {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// Jobs are sent ahead as long as they take less than this on average: what is queued behind a long
// one would wait while other ranks have nothing left to do.
constexpr double kShortJob = 0.5;  // s

void remove_folder(const fs::path& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    throw UserError("cannot read " + path);
  }
  return content;
}

// What a rank is sending back: the files of one job, one after the other.
class Delivery {
 public:
  Delivery(MpiEnd&& end, const fs::path& parent) : end_(std::move(end)) {
    end_.end.folder = parent / fmt::format("{}", end_.end.id);
    remove_folder(end_.end.folder);
    make_folder();
    open_next();
  }

  /// Takes the folder as it is, if it is on this machine and this file system.
  bool move_here() {
    std::error_code error;
    file_.reset();
    remove_folder(end_.end.folder);
    fs::rename(end_.folder, end_.end.folder, error);
    if (!error) {
      next_ = end_.files.size();
      return true;
    }
    make_folder();
    open_next();
    return false;
  }
  void add(const std::string& chunk) {
    file_->write(chunk);
    left_ -= std::min<std::uint64_t>(left_, chunk.size());
    if (left_ == 0) {
      file_->commit();
      ++next_;
      open_next();
    }
  }
  [[nodiscard]] bool complete() const { return next_ == end_.files.size(); }
  [[nodiscard]] JobEnd& end() { return end_.end; }

 private:
  void make_folder() const {
    std::error_code error;
    if (!fs::create_directory(end_.end.folder, error)) {
      throw OutputError(
          fmt::format("cannot make {}: {}", end_.end.folder.string(), error.message()));
    }
  }
  // An empty file has no chunk.
  void open_next() {
    for (file_.reset(); next_ < end_.files.size(); ++next_) {
      const fs::path path = end_.end.folder / end_.files[next_].name;
      std::error_code ignored;
      fs::create_directories(path.parent_path(), ignored);
      file_ = std::make_unique<OutputFile>(path.string());
      left_ = end_.files[next_].size;
      if (left_ > 0) {
        return;
      }
      file_->commit();
    }
  }

  MpiEnd end_;
  std::size_t next_ = 0;
  std::unique_ptr<OutputFile> file_;
  std::uint64_t left_ = 0;
};

struct Worker {
  std::set<std::uint64_t> jobs;  // at that rank, running or queued
  std::set<std::string> models;  // that it has been sent
  std::unique_ptr<Delivery> delivery;
  bool neighbour = false;  // on this machine
  bool stopping = false;   // what it says until `stopped` is of jobs that nobody waits for any more
  bool left = false;
};

// What rank 0 knows of each rank before there is work.
struct Ranks {
  std::vector<bool> neighbour;  // on this machine
  std::vector<bool> left;       // told to end already
};

void check_hello(const MpiHello& hello, int rank, const std::string& sweep) {
  if (!hello.error.empty()) {
    throw UserError(fmt::format("rank {} (on {}): {}", rank, hello.host, hello.error));
  }
  if (hello.sweep != sweep) {
    throw UserError(fmt::format(
        "rank {} (on {}) has loaded another sweep than rank 0: the program, the sweep file, its "
        "scenario and the files that they name have to be the same on all machines",
        rank, hello.host));
  }
}

Ranks greet(const boost::mpi::communicator& world, const std::string& sweep) {
  const std::string here = boost::mpi::environment::processor_name();
  const auto count = static_cast<std::size_t>(world.size());
  Ranks ranks{std::vector<bool>(count), std::vector<bool>(count)};
  ranks.left.front() = true;  // this rank: so that ranks are indices
  std::size_t missing = count - 1;
  for (Pause pause; missing > 0 && !interrupted(); pause.take()) {
    while (const auto message = receive(world)) {
      const auto rank = static_cast<std::size_t>(message->rank);
      if (message->tag == MpiTag::leaving) {
        ranks.left[rank] = true;
      } else if (message->tag == MpiTag::hello) {
        const auto hello = unpacked<MpiHello>(message->bytes);
        check_hello(hello, message->rank, sweep);
        ranks.neighbour[rank] = hello.host == here;
        --missing;
      }
    }
  }
  return ranks;
}

class MpiRunner final : public JobRunner {
 public:
  MpiRunner(const boost::mpi::communicator& world, const Ranks& ranks, RunnerSetup setup)
      : world_(world),
        outbox_(world),
        jobs_(setup.jobs),
        folder_(setup.folder),
        workers_(ranks.left.size()) {
    std::size_t neighbours = 0;
    for (std::size_t rank = 0; rank < workers_.size(); ++rank) {
      workers_[rank].left = ranks.left[rank];
      workers_[rank].neighbour = ranks.neighbour[rank];
      neighbours += ranks.neighbour[rank] ? 1U : 0U;
    }
    setup.jobs *= std::max<std::size_t>(neighbours, 1);
    local_ = make_local_runner(std::move(setup));
  }
  MpiRunner(const MpiRunner&) = delete;
  MpiRunner& operator=(const MpiRunner&) = delete;
  MpiRunner(MpiRunner&&) = delete;
  MpiRunner& operator=(MpiRunner&&) = delete;
  ~MpiRunner() override {
    MpiRunner::stop();
    outbox_.flush();
  }

  [[nodiscard]] std::size_t slots() const override {
    return 2 * jobs_ * static_cast<std::size_t>(world_.size() - 1);
  }
  void start(std::uint64_t id, const Job& job) override;
  [[nodiscard]] std::vector<JobEnd> wait(std::chrono::milliseconds timeout) override;
  void stop() override;

 private:
  void dispatch();
  [[nodiscard]] Worker* least_busy();
  void send(Worker& worker, const MpiOrder& order);
  void handle(const MpiMessage& message);
  void begin_delivery(Worker& worker, const std::string& bytes);
  void finish_delivery(Worker& worker);
  void say_goodbye(Worker& worker, int rank);
  void take_local_ends(std::chrono::milliseconds timeout);

  const boost::mpi::communicator& world_;
  MpiOutbox outbox_;
  std::size_t jobs_;  // processes a rank
  fs::path folder_;
  std::unique_ptr<JobRunner> local_;
  std::size_t local_running_ = 0;
  std::vector<Worker> workers_;
  std::deque<MpiOrder> preparations_;  // that wait for a process of this rank
  std::deque<MpiOrder> cells_;         // that wait for another rank
  std::map<std::string, std::weak_ptr<const std::string>> models_;  // on their way
  std::optional<double> mean_seconds_;                              // of recent jobs
  std::vector<JobEnd> ends_;
};

void MpiRunner::start(std::uint64_t id, const Job& job) {
  (job.kind == JobKind::prepare ? preparations_ : cells_).push_back({id, job});
  dispatch();
}

void MpiRunner::dispatch() {
  while (!preparations_.empty() && local_running_ < local_->slots()) {
    const MpiOrder order = std::move(preparations_.front());
    preparations_.pop_front();
    local_->start(order.id, order.job);
    ++local_running_;
  }
  while (!cells_.empty()) {
    Worker* worker = least_busy();
    if (worker == nullptr) {
      break;
    }
    send(*worker, cells_.front());
    cells_.pop_front();
  }
}

// None: all have as much as they should.
Worker* MpiRunner::least_busy() {
  const std::size_t most = mean_seconds_ && *mean_seconds_ < kShortJob ? 2 * jobs_ : jobs_;
  Worker* best = nullptr;
  for (Worker& worker : workers_) {
    const bool free = !worker.left && !worker.stopping && worker.jobs.size() < most;
    if (free && (best == nullptr || worker.jobs.size() < best->jobs.size())) {
      best = &worker;
    }
  }
  return best;
}

void MpiRunner::send(Worker& worker, const MpiOrder& order) {
  const int rank = static_cast<int>(&worker - workers_.data());
  const std::string& model = order.job.model;
  if (!model.empty() && worker.models.insert(model).second) {
    auto bytes = models_[model].lock();
    if (!bytes) {
      bytes = std::make_shared<const std::string>(packed(MpiModel{model, content_of(model)}));
      models_[model] = bytes;
    }
    outbox_.post(rank, MpiTag::model, std::move(bytes));
  }
  outbox_.post(rank, MpiTag::job, packed(order));
  worker.jobs.insert(order.id);
}

void MpiRunner::handle(const MpiMessage& message) {
  Worker& worker = workers_[static_cast<std::size_t>(message.rank)];
  if (message.tag == MpiTag::stopped) {
    worker.stopping = false;
  } else if (message.tag == MpiTag::leaving) {
    say_goodbye(worker, message.rank);
  } else if (worker.stopping) {
    return;
  } else if (message.tag == MpiTag::end) {
    begin_delivery(worker, message.bytes);
  } else if (message.tag == MpiTag::chunk && worker.delivery) {
    worker.delivery->add(message.bytes);
    finish_delivery(worker);
  }
}

void MpiRunner::begin_delivery(Worker& worker, const std::string& bytes) {
  auto end = unpacked<MpiEnd>(bytes);
  mean_seconds_ = mean_seconds_ ? 0.8 * *mean_seconds_ + 0.2 * end.seconds : end.seconds;
  if (end.end.fate != JobFate::done) {
    worker.jobs.erase(end.end.id);
    ends_.push_back(std::move(end.end));
    return;
  }
  const bool has_files = !end.files.empty();
  worker.delivery = std::make_unique<Delivery>(std::move(end), folder_);
  if (has_files) {
    const bool taken = worker.neighbour && worker.delivery->move_here();
    outbox_.post(static_cast<int>(&worker - workers_.data()),
                 taken ? MpiTag::taken : MpiTag::wanted, std::string());
  }
  finish_delivery(worker);
}

void MpiRunner::finish_delivery(Worker& worker) {
  if (worker.delivery->complete()) {
    worker.jobs.erase(worker.delivery->end().id);
    ends_.push_back(std::move(worker.delivery->end()));
    worker.delivery.reset();
  }
}

// Its jobs are worth another try elsewhere.
void MpiRunner::say_goodbye(Worker& worker, int rank) {
  worker.left = true;
  if (worker.delivery) {
    remove_folder(worker.delivery->end().folder);
    worker.delivery.reset();
  }
  for (const std::uint64_t id : worker.jobs) {
    ends_.push_back(
        {id, JobFate::killed, fmt::format("rank {} was told to end", rank), "", "", {}});
  }
  worker.jobs.clear();
}

void MpiRunner::take_local_ends(std::chrono::milliseconds timeout) {
  for (JobEnd& end : local_->wait(timeout)) {
    --local_running_;
    ends_.push_back(std::move(end));
  }
}

std::vector<JobEnd> MpiRunner::wait(std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const bool interrupted_before = interrupted();
  Pause pause;
  while (true) {
    while (const auto message = receive(world_)) {
      handle(*message);
      pause.reset();
    }
    if (local_running_ > 0) {
      take_local_ends(std::chrono::milliseconds(0));
    }
    dispatch();
    outbox_.pending();
    if (std::all_of(workers_.begin(), workers_.end(), [](const Worker& w) { return w.left; })) {
      throw std::runtime_error("all ranks that run cells were told to end");
    }
    if (!ends_.empty() || Clock::now() >= deadline || (interrupted() && !interrupted_before)) {
      return std::exchange(ends_, {});
    }
    pause.take(deadline);
  }
}

void MpiRunner::stop() {
  preparations_.clear();
  cells_.clear();
  for (std::size_t rank = 1; rank < workers_.size(); ++rank) {
    Worker& worker = workers_[rank];
    if (!worker.jobs.empty()) {
      outbox_.post(static_cast<int>(rank), MpiTag::stop, std::string());
      worker.stopping = true;
      worker.jobs.clear();
    }
    if (worker.delivery) {
      remove_folder(worker.delivery->end().folder);
      worker.delivery.reset();
    }
  }
  local_->stop();
  local_running_ = 0;
  ends_.clear();
}

}  // namespace

RunnerFactory mpi_runners(const boost::mpi::communicator& world, const std::string& sweep) {
  return [&world, ranks = greet(world, sweep)](RunnerSetup setup) {
    return std::make_unique<MpiRunner>(world, ranks, std::move(setup));
  };
}

void dismiss_workers(const boost::mpi::communicator& world) {
  MpiOutbox outbox(world);
  for (int rank = 1; rank < world.size(); ++rank) {
    outbox.post(rank, MpiTag::quit, std::string());
  }
  // What they are still sending has to be received before MPI can be left.
  for (int present = world.size() - 1; present > 0;) {
    Pause pause;
    while (const auto message = receive(world)) {
      present -= message->tag == MpiTag::bye ? 1 : 0;
    }
    pause.take();
  }
  outbox.flush();
}

}  // namespace mec::cli
