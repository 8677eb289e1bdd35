#include "sim/cli/sweep/mpi_messages.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace mec::cli {

std::optional<MpiMessage> receive(const boost::mpi::communicator& world) {
  const auto found = world.iprobe(boost::mpi::any_source, boost::mpi::any_tag);
  if (!found) {
    return std::nullopt;
  }
  MpiMessage message{found->source(), static_cast<MpiTag>(found->tag()), {}};
  const int size = found->count<char>().value_or(0);
  message.bytes.resize(static_cast<std::size_t>(size));
  world.recv(found->source(), found->tag(), message.bytes.data(), size);
  return message;
}

void MpiOutbox::post(int rank, MpiTag tag, std::string bytes) {
  post(rank, tag, std::make_shared<const std::string>(std::move(bytes)));
}

void MpiOutbox::post(int rank, MpiTag tag, std::shared_ptr<const std::string> bytes) {
  auto request =
      world_.isend(rank, static_cast<int>(tag), bytes->data(), static_cast<int>(bytes->size()));
  items_.push_back({std::move(request), std::move(bytes)});
}

std::size_t MpiOutbox::pending() {
  items_.remove_if([](Item& item) { return item.request.test().has_value(); });
  return items_.size();
}

void MpiOutbox::flush() {
  for (Pause pause; pending() > 0;) {
    pause.take();
  }
}

void Pause::take(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::microseconds>(
      std::min<Clock::duration>(deadline - Clock::now(), kLongest));
  std::this_thread::sleep_for(std::min(length_, left));
  grow();
}

void Pause::grow() { length_ = std::min(length_ + length_ / 4, kLongest); }

}  // namespace mec::cli
