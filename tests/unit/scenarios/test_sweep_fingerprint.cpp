#include <filesystem>
#include <set>

#include "scenarios/fingerprint.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenarios/sweep_support.hpp"

using namespace mec;
using namespace mec::test;

namespace {

constexpr auto kTwoPoints = "axes: [{key: device.count, values: [1, 2]}]\n";

// Of the first point of a sweep over this base scenario.
std::string fingerprint(const std::string& base, const std::string& sweep = kTwoPoints,
                        const std::vector<std::string>& overrides = {}) {
  return fingerprint_of(SweepFolder(base).load(sweep, overrides), 0);
}

}  // namespace

TEST_CASE("A digest is the version 5 UUID of the text", "[scenarios][sweep]") {
  // uuid.uuid5(uuid.NAMESPACE_OID, "mecsim") of Python's standard library.
  CHECK(digest_of("mecsim") == "6e016471134052c2ad9a02b1be716243");
  CHECK(digest_of("").size() == 32);
  CHECK(digest_of("a") != digest_of("b"));
}

TEST_CASE("A fingerprint counts neither comments, nor order, nor names", "[scenarios][sweep]") {
  const std::string plain = fingerprint(minimal_yaml());
  CHECK(plain.size() == 32);
  CHECK(plain.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(plain == fingerprint("# a comment\n" + minimal_yaml() + "# another\n"));
  CHECK(plain ==
        fingerprint("name: x\ndescription: y\nreplications: 7\nseed: 1\n" + minimal_yaml()));
  CHECK(plain == fingerprint("published: {latency: {local: 2}}\n" + minimal_yaml()));
  CHECK(plain == fingerprint("policies: [edge]\n"
                             "links: {b2: 2 MB/s, b1: 1 MB/s}\n"
                             "edge:\n"
                             "  speed: \"2 GHz\"\n"
                             "device: {speed: 500 MHz}\n"
                             "task: {data: 2 MB, work: 5 Mcycles}\n"));
  CHECK(plain == fingerprint(minimal_yaml(), "seed: 1\npolicies: [cloud]\nreplications: 3\n" +
                                                 std::string(kTwoPoints)));
}

TEST_CASE("A fingerprint tells scenarios apart", "[scenarios][sweep]") {
  const SweepFolder folder;
  const Sweep sweep = folder.load(kTwoPoints);
  std::set<std::string> all = {fingerprint_of(sweep, 0), fingerprint_of(sweep, 1)};
  all.insert(fingerprint_of(folder.load(kTwoPoints, {"seed=2"}), 0));
  all.insert(fingerprint_of(folder.load(kTwoPoints, {"edge.speed=3 GHz"}), 0));
  all.insert(fingerprint_of(folder.load(kTwoPoints, {"workload.tasks=3"}), 0));
  all.insert(fingerprint_of(
      folder.load("set: {training.task.work: 1 Mcycles}\n" + std::string(kTwoPoints)), 0));
  CHECK(all.size() == 6);
}

TEST_CASE("Points that say the same have one fingerprint, whatever sweep they are of",
          "[scenarios][sweep]") {
  const SweepFolder folder;
  const Sweep wide = folder.load("axes: [{key: device.count, range: {from: 1, to: 9, step: 1}}]\n");
  const Sweep narrow = folder.load("set: {device.count: 4}\n");
  CHECK(fingerprint_of(wide, 3) == fingerprint_of(narrow, 0));
  CHECK(fingerprint_of(wide, 3) == fingerprint_of(folder.load("", {"device.count=4"}), 0));
}

TEST_CASE("The order of nodes counts, for they are numbered by it", "[scenarios][sweep]") {
  const std::string one = two_edges_yaml();
  std::string other = one;
  const std::string cameras =
      "    cameras: {count: 3, speed: 600 MHz, at: east, bandwidth: 1 MB/s}\n";
  other.erase(other.find(cameras), cameras.size());
  other.insert(other.find("    phones:\n"), cameras);
  CHECK(fingerprint(one, "") == fingerprint(one + "# comment\n", ""));
  CHECK(fingerprint(one, "") != fingerprint(other, ""));
}

TEST_CASE("The contents of a scenario's files count, their names do not", "[scenarios][sweep]") {
  const auto of = [](const std::string& sweep, const std::string& name, const std::string& text) {
    const SweepFolder folder;
    folder.scratch().write(name, text);
    return fingerprint_of(folder.load(sweep), 0);
  };
  SECTION("a trace") {
    const auto trace = [&](const std::string& name, const std::string& text,
                           const std::string& more = "") {
      return of("set: {links.b1: \"trace(" + name + ", MB/s" + more + ")\"}\n", name, text);
    };
    const std::string plain = trace("a.csv", "0,1\n1,2\n");
    CHECK(plain == trace("b.csv", "0,1\n1,2\n"));
    CHECK(plain != trace("a.csv", "0,1\n1,3\n"));
    CHECK(plain != trace("a.csv", "0,1\n1,2\n", ", hold"));
  }
  SECTION("several traces") {
    const auto both = [](const std::string& second) {
      const SweepFolder folder;
      folder.scratch().write("t1.csv", "0,1\n1,2\n");
      folder.scratch().write("t2.csv", second);
      return fingerprint_of(folder.load("set: {links.b2: \"trace(t*.csv, MB/s)\"}\n"), 0);
    };
    CHECK(both("0,1\n1,2\n") == both("0,1\n1,2\n"));
    CHECK(both("0,1\n1,2\n") != both("0,1\n1,4\n"));
  }
  SECTION("a workload") {
    const auto workload = [&](const std::string& name, const std::string& work) {
      return of("set: {workload.file: " + name + "}\n", name,
                "task,device,release_s,work_cycles,data_bytes\n0,0,0," + work + ",1 1\n");
    };
    CHECK(workload("a.csv", "5") == workload("b.csv", "5"));
    CHECK(workload("a.csv", "5") != workload("a.csv", "6"));
  }
  SECTION("decision costs") {
    const auto costs = [&](const std::string& cycles) {
      return of("set: {decision.cost.calibrated: c.csv}\n", "c.csv",
                "policy,cycles\nlocal," + cycles + "\n");
    };
    CHECK(costs("5") == costs("5"));
    CHECK(costs("5") != costs("6"));
  }
}
