#include <string>
#include <vector>

#include "core/errors.hpp"
#include "results/csv_field.hpp"
#include "results/csv_records.hpp"
#include "results/readable_text.hpp"
#include "tests/catch.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/results/messages.hpp"

using namespace mec;
using namespace mec::test;

namespace {

std::vector<std::string> all_records(const std::string& path) {
  CsvRecords records(path);
  std::vector<std::string> all;
  for (std::string_view record; records.next(record);) {
    all.emplace_back(record);
  }
  return all;
}

std::vector<std::string> fields_of(const std::string& record) {
  CsvFields fields;
  const auto& views = fields.split(record);
  return {views.begin(), views.end()};
}

}  // namespace

TEST_CASE("Records end at line feeds that are not between quotes", "[results][csv]") {
  const Scratch scratch;
  const std::string path = scratch.write("a.csv", "a,b\n1,\"x\ny\"\"\nz\"\n\n3,4\n");
  CHECK(all_records(path) == std::vector<std::string>{"a,b", "1,\"x\ny\"\"\nz\"", "", "3,4"});
  CHECK(all_records(scratch.write("empty.csv", "")).empty());
}

TEST_CASE("Records longer than what is read at once stay whole", "[results][csv]") {
  const Scratch scratch;
  std::vector<std::string> written;
  std::string text;
  for (std::size_t i = 0; i < 40; ++i) {
    written.push_back(std::to_string(i) + ",\"" + std::string(40'000 * (i % 9), 'x') + "\n\"");
    text += written.back() + "\n";
  }
  CHECK(all_records(scratch.write("long.csv", text)) == written);
}

TEST_CASE("A torn record is refused with its line", "[results][csv]") {
  const Scratch scratch;
  const std::string torn = scratch.write("torn.csv", "a\n\"1\n2\"\n3");
  CHECK(contains(message_of<UserError>([&torn] { (void)all_records(torn); }), torn + ":4: "));
  const std::string open = scratch.write("open.csv", "a\n\"1\n2\n");
  CHECK(contains(message_of<UserError>([&open] { (void)all_records(open); }), open + ":2: "));
  CHECK(contains(message_of<UserError>([] { CsvRecords("no/such.csv"); }), "no/such.csv"));
}

TEST_CASE("Fields come out as they were written", "[results][csv]") {
  CHECK(fields_of("") == std::vector<std::string>{""});
  CHECK(fields_of("a,,b,") == std::vector<std::string>{"a", "", "b", ""});
  const std::vector<std::string> texts = {"plain", "a,b", "say \"x\"", "two\nlines", "\"", ""};
  CsvBuffer row;
  for (const std::string& text : texts) {
    append_csv_text(row, text);
    row.push_back(',');
  }
  std::vector<std::string> expected = texts;
  expected.emplace_back("");
  CHECK(fields_of(fmt::to_string(row)) == expected);
}

TEST_CASE("What a program wrote becomes text that anything reads", "[results][csv]") {
  CHECK(readable_text("plain \xc3\xa9\tx\r\nline\n\n") == "plain \xc3\xa9\tx\nline");
  CHECK(readable_text(std::string("a\0b\x1b[1m", 7)) == "a?b?[1m");
  CHECK(readable_text("bad \xff byte") == "bad \xef\xbf\xbd byte");
  CHECK(readable_text("").empty());
}
