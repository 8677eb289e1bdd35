// What the ranks of a sweep say to each other. Rank 0 hands out jobs, all others run them.
//
// A worker says to rank 0:
//   hello    first of all: who it is, and which sweep it has loaded
//   end      how a job ended, and which files it left
//   chunk    in answer to `wanted`: the contents of these files, piece by piece
//   stopped  in answer to `stop`: of older jobs nothing comes after it
//   leaving  it was told to end (SIGTERM): has dropped its jobs, takes no more
//   bye      in answer to `quit`: its last message
// and rank 0 to a worker:
//   model    a file, ahead of the first job that names it
//   job
//   taken    in answer to an `end` with files: it has moved their folder away, which is on its own
//            file system
//   wanted   or that it could not
//   stop     forget all jobs
//   quit     its last message
//
// Both sides send without waiting and ask for messages now and then (Open MPI's own waiting keeps a
// core busy), so neither ever waits for the other to receive. All ranks are the same program on the
// same kind of machine: numbers travel as they are in memory.
#pragma once

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "sim/cli/sweep/job_runner.hpp"

namespace mec::cli {

enum class MpiTag : int {
  hello = 1,
  end,
  chunk,
  stopped,
  leaving,
  bye,
  model,
  job,
  taken,
  wanted,
  stop,
  quit
};

struct MpiHello {
  std::string host;
  std::string sweep;  // fingerprint of what it has loaded
  std::string error;  // why it could not; empty: it could
};

struct MpiModel {
  std::string path;  // on rank 0; jobs name it so
  std::string content;
};

struct MpiOrder {
  std::uint64_t id = 0;
  Job job;
};

struct MpiFile {
  std::string name;  // relative to the job's folder
  std::uint64_t size = 0;
};

struct MpiEnd {
  JobEnd end;  // without its folder
  double seconds = 0.0;
  std::string folder;  // of the files, on the worker's machine
  std::vector<MpiFile> files;
};

/// A file's content travels in pieces of at most so many bytes.
inline constexpr std::size_t kChunkBytes = std::size_t{1} << 22U;

template <class T>
[[nodiscard]] std::string packed(const T& value) {
  std::ostringstream bytes;
  boost::archive::binary_oarchive(bytes, boost::archive::no_header) << value;
  return std::move(bytes).str();
}

template <class T>
[[nodiscard]] T unpacked(const std::string& text) {
  std::istringstream bytes(text);
  T value;
  boost::archive::binary_iarchive(bytes, boost::archive::no_header) >> value;
  return value;
}

struct MpiMessage {
  int rank = 0;  // of the sender
  MpiTag tag = MpiTag::hello;
  std::string bytes;
};

/// A message that is there already, if one is.
[[nodiscard]] std::optional<MpiMessage> receive(const boost::mpi::communicator& world);

/// Messages on their way. Those to one rank arrive in the order in which they were posted.
class MpiOutbox {
 public:
  explicit MpiOutbox(const boost::mpi::communicator& world) : world_(world) {}

  void post(int rank, MpiTag tag, std::string bytes);
  /// The same bytes to several ranks, kept once.
  void post(int rank, MpiTag tag, std::shared_ptr<const std::string> bytes);
  /// Forgets those that have gone; how many are left.
  std::size_t pending();
  /// Waits until all have gone, without keeping a core busy.
  void flush();

 private:
  struct Item {
    boost::mpi::request request;
    std::shared_ptr<const std::string> bytes;
  };
  const boost::mpi::communicator& world_;
  std::list<Item> items_;
};

/// Waits a little between two looks at something: 0.2 ms at first, 2 ms once nothing has come for
/// a while.
class Pause {
 public:
  using Clock = std::chrono::steady_clock;
  void take(Clock::time_point deadline = Clock::time_point::max());
  /// What take() waits at most.
  [[nodiscard]] std::chrono::microseconds length() const { return length_; }
  void reset() { length_ = kShortest; }
  void grow();

 private:
  static constexpr std::chrono::microseconds kShortest{200};
  static constexpr std::chrono::microseconds kLongest{2'000};
  std::chrono::microseconds length_ = kShortest;
};

}  // namespace mec::cli

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, mec::CellId& cell, unsigned /*version*/) {
  archive& cell.point& cell.policy& cell.replication;
}
template <class Archive>
void serialize(Archive& archive, mec::cli::Job& job, unsigned /*version*/) {
  archive& job.kind& job.cell& job.key& job.model;
}
template <class Archive>
void serialize(Archive& archive, mec::cli::JobEnd& end, unsigned /*version*/) {
  archive& end.id& end.fate& end.reason& end.errors& end.result;
}
template <class Archive>
void serialize(Archive& archive, mec::cli::MpiHello& hello, unsigned /*version*/) {
  archive& hello.host& hello.sweep& hello.error;
}
template <class Archive>
void serialize(Archive& archive, mec::cli::MpiModel& model, unsigned /*version*/) {
  archive& model.path& model.content;
}
template <class Archive>
void serialize(Archive& archive, mec::cli::MpiOrder& order, unsigned /*version*/) {
  archive& order.id& order.job;
}
template <class Archive>
void serialize(Archive& archive, mec::cli::MpiFile& file, unsigned /*version*/) {
  archive& file.name& file.size;
}
template <class Archive>
void serialize(Archive& archive, mec::cli::MpiEnd& end, unsigned /*version*/) {
  archive& end.end& end.seconds& end.folder& end.files;
}

}  // namespace boost::serialization
