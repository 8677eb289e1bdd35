#include "sim/simgrid_platform.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "core/errors.hpp"
#include "sim/platform_bytes.hpp"
#include "sim/simgrid_api.hpp"

namespace mec {

namespace on_simgrid {

namespace {

class PlatformLoader {
 public:
  explicit PlatformLoader(const std::string& path) : path_(path), engine_(&count_, arguments_) {
    // SimGrid's own list is in the order of a hash; it tells of some hosts twice.
    sg::Host::on_creation_cb([this](sg::Host& host) {
      if (known_.insert(&host).second) {
        hosts_.push_back(&host);
      }
    });
    engine_.load_platform(path);
    engine_.seal_platform();  // some routings are worked out only now
  }

  PlatformFile load(const HostSelection& selection) {
    for (const sg::Host* host : hosts_) {
      file_.hosts.push_back(describe(*host));
    }
    const HostRoles roles = roles_of(file_.hosts, selection);
    if (are_sound(roles)) {
      for (const std::size_t from : roles.servers) {
        add_routes_from(from, roles.servers);
      }
      for (const std::size_t device : roles.devices) {
        add_routes_from(device, roles.servers);
        for (const std::size_t server : roles.servers) {
          add_route(server, device);
        }
      }
    }
    return std::move(file_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw UserError(fmt::format("{}: {}", path_, message));
  }

  [[nodiscard]] PlatformHost describe(const sg::Host& host) const {
    PlatformHost described{host.get_cname(), Hertz{host.get_speed()},
                           static_cast<std::uint32_t>(host.get_core_count()), Tier::edge};
    if (!(host.get_speed() > 0.0) || !std::isfinite(host.get_speed())) {
      fail(fmt::format("host {}: a speed of {}; expected more than 0", described.name,
                       host.get_speed()));
    }
    const char* tier = host.get_property("tier");
    const std::string word = tier == nullptr ? "edge" : tier;
    if (word != "edge" && word != "cloud") {
      fail(fmt::format("host {}: property tier \"{}\"; expected edge or cloud", described.name,
                       word));
    }
    described.tier = word == "edge" ? Tier::edge : Tier::cloud;
    return described;
  }

  void add_routes_from(std::size_t from, const std::vector<std::size_t>& all) {
    for (const std::size_t to : all) {
      add_route(from, to);
    }
  }

  // From a host to itself: none, so that the table has its place.
  void add_route(std::size_t from, std::size_t to) {
    std::vector<LinkIndex> route;
    if (from != to) {
      std::vector<sg::Link*> links;
      double latency = 0.0;
      hosts_[from]->route_to(hosts_[to], links, &latency);
      for (const sg::Link* link : links) {
        route.push_back(index_of(*link));
      }
      if (route.empty()) {
        fail(fmt::format("no route of links from {} to {}", file_.hosts[from].name,
                         file_.hosts[to].name));
      }
    }
    file_.routes.add(route);
  }

  LinkIndex index_of(const sg::Link& link) {
    const auto known = links_.find(&link);
    if (known != links_.end()) {
      return known->second;
    }
    if (links_.size() >= kElsewhere) {
      fail(fmt::format("routes cross more than {} links", links_.size()));
    }
    const auto index = static_cast<LinkIndex>(links_.size());
    links_.emplace(&link, index);
    file_.links.push_back(describe(link));
    file_.longest_latency = std::max(file_.longest_latency, Seconds{link.get_latency()});
    return index;
  }

  [[nodiscard]] PlatformLink describe(const sg::Link& link) const {
    using Policy = sg::Link::SharingPolicy;
    const Policy policy = link.get_sharing_policy();
    const double bandwidth = link.get_bandwidth();
    if (policy == Policy::WIFI || policy == Policy::NONLINEAR) {
      fail(
          fmt::format("link {}: a sharing policy that mecsim does not know; expected SHARED, "
                      "SPLITDUPLEX or FATPIPE",
                      link.get_cname()));
    }
    if (!(bandwidth > 0.0) || !std::isfinite(bandwidth)) {
      fail(fmt::format("link {}: a bandwidth of {}; expected more than 0", link.get_cname(),
                       bandwidth));
    }
    return {link.get_cname(), BytesPerSecond{bandwidth}, policy == Policy::FATPIPE, {}};
  }

  std::string path_;
  std::string name_ = "mecsim";
  std::string quiet_ = "--log=root.thresh:critical";
  char* arguments_[3] = {name_.data(), quiet_.data(), nullptr};
  int count_ = 2;
  sg::Engine engine_;
  std::vector<const sg::Host*> hosts_;
  std::set<const sg::Host*> known_;
  std::map<const sg::Link*, LinkIndex> links_;
  PlatformFile file_;
};

}  // namespace

}  // namespace on_simgrid

namespace {

// First letters of what the child sends: the file, or a message.
constexpr char kFile = 'f';
constexpr char kOwnFault = 'u';  // complete
constexpr char kSimgridFault = 's';

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (number_ >= 0) {
      ::close(std::exchange(number_, -1));
    }
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

std::string answer(const std::string& path, const HostSelection& selection) {
  try {
    // Never destroyed: SimGrid would take its time to clean up.
    auto* loader = new on_simgrid::PlatformLoader(path);  // NOLINT(*-owning-memory)
    return kFile + encode(loader->load(selection));
  } catch (const UserError& error) {
    return kOwnFault + std::string(error.what());
  } catch (const std::exception& error) {
    return kSimgridFault + std::string(error.what());
  }
}

[[noreturn]] void run_child(const std::string& path, const HostSelection& selection, int pipe,
                            int messages, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // do not outlive the parent
  ::prctl(PR_SET_DUMPABLE, 0);         // no core file where SimGrid aborts
  if (::getppid() != parent) {
    ::_exit(1);
  }
  // Whoever handles these in the parent would report a crash of its own.
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    std::signal(number, SIG_DFL);
  }
  ::dup2(messages, STDOUT_FILENO);
  ::dup2(messages, STDERR_FILENO);
  const std::string all = answer(path, selection);
  for (std::string_view left = all; !left.empty();) {
    const ssize_t n = ::write(pipe, left.data(), left.size());
    if (n < 0 && errno != EINTR) {
      ::_exit(1);
    }
    left.remove_prefix(n < 0 ? 0 : static_cast<std::size_t>(n));
  }
  ::_exit(0);
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 65536> chunk;  // NOLINT(*-member-init): read() fills what is used
  for (;;) {
    const ssize_t n = ::read(descriptor, chunk.data(), chunk.size());
    if (n > 0) {
      text.append(chunk.data(), static_cast<std::size_t>(n));
    } else if (n == 0 || errno != EINTR) {
      return text;
    }
  }
}

struct Outcome {
  std::string answer;    // empty: it died
  std::string messages;  // its standard error
  int status = 0;
};

Outcome ask_child(const std::string& path, const HostSelection& selection) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  }
  const Descriptor out(ends[0]);
  Descriptor in(ends[1]);
  const Descriptor messages(::memfd_create("messages", MFD_CLOEXEC));
  std::fflush(nullptr);  // what is buffered here must not be printed again by the child
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    run_child(path, selection, in.number(), messages.number(), parent);
  }
  in.close();
  if (child < 0) {
    throw std::runtime_error(fmt::format("cannot start a process: {}", std::strerror(errno)));
  }
  Outcome outcome;
  outcome.answer = read_all(out.number());
  while (::waitpid(child, &outcome.status, 0) < 0 && errno == EINTR) {
  }
  ::lseek(messages.number(), 0, SEEK_SET);
  outcome.messages = read_all(messages.number());
  return outcome;
}

// "[0.000000] ./src/x.cpp:529: [root/CRITICAL] Not a valid model!" is "Not a valid model!".
std::string without_log_marks(std::string_view line) {
  const std::size_t mark = line.find("] ", line.find("/CRITICAL"));
  return std::string(mark == std::string_view::npos || line.find("/CRITICAL") > mark
                         ? line
                         : line.substr(mark + 2));
}

// The first line of what SimGrid says, after the file's name if that is not in it already.
std::string fault_of(const std::string& path, std::string_view text) {
  constexpr std::string_view kPrefix = "Parse error at ";
  text = text.substr(0, text.find('\n'));
  if (text.starts_with(kPrefix)) {
    text.remove_prefix(kPrefix.size());
  }
  const std::string message = without_log_marks(text);
  return message.starts_with(path) ? message : fmt::format("{}: {}", path, message);
}

std::string fate_of(const Outcome& outcome) {
  if (!outcome.messages.empty()) {
    return outcome.messages;
  }
  return WIFSIGNALED(outcome.status)
             ? fmt::format("SimGrid ends on it with signal {}", WTERMSIG(outcome.status))
             : std::string("SimGrid ends on it without a word");
}

std::string read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::error_code error;
  if (file.number() < 0 || std::filesystem::is_directory(path, error)) {
    throw UserError(
        fmt::format("{}: {}", path, file.number() < 0 ? std::strerror(errno) : "Is a directory"));
  }
  return read_all(file.number());
}

// SimGrid does not tell of profiles. To say too often that they are ignored does no harm.
bool mentions_profiles(std::string_view text) {
  constexpr std::string_view kMarks[] = {"bandwidth_file", "speed_file",        "latency_file",
                                         "state_file",     "availability_file", "<trace_connect"};
  return std::any_of(std::begin(kMarks), std::end(kMarks), [text](std::string_view mark) {
    return text.find(mark) != std::string_view::npos;
  });
}

}  // namespace

PlatformFile read_simgrid_platform(const std::string& path, const HostSelection& selection) {
  const bool has_profiles = mentions_profiles(read_file(path));
  const Outcome outcome = ask_child(path, selection);
  const std::string_view answer = outcome.answer;
  if (answer.empty()) {
    throw UserError(fault_of(path, fate_of(outcome)));
  }
  if (answer.front() != kFile) {
    const std::string_view message = answer.substr(1);
    throw UserError(answer.front() == kOwnFault ? std::string(message) : fault_of(path, message));
  }
  PlatformFile file = decode_platform(answer.substr(1));
  file.has_profiles = has_profiles;
  return file;
}

}  // namespace mec
