#include "scenarios/csv_reader.hpp"
#include "tests/catch.hpp"

using namespace mec;

namespace {

// Each row as "[field|field]LINE:COLUMN of its last field", `!` if not ended, and its fault.
std::string read(const std::string& text) {
  CsvReader reader(text);
  CsvRow row;
  std::string result;
  while (reader.next(row)) {
    result += '[';
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      result += (i == 0 ? "" : "|") + std::string(row.fields[i].text);
    }
    const CsvField& last = row.fields.back();
    result += "]" + std::to_string(last.line) + ":" + std::to_string(last.column);
    result += std::string(row.ended ? "" : "!") + row.fault;
  }
  return result;
}

}  // namespace

TEST_CASE("Rows, fields and places of comma-separated values", "[scenarios][csv]") {
  CHECK(read("").empty());
  CHECK(read("a,b\nc,d\n") == "[a|b]1:3[c|d]2:3");
  CHECK(read("a,b\r\nc,d") == "[a|b]1:3[c|d]2:3!");
  CHECK(read("a\n\n\r\nb\n") == "[a]1:1[b]4:1");
  CHECK(read(",\n") == "[|]1:2");
  CHECK(read("a\rb,c\n") == "[a\rb|c]1:5");
}

TEST_CASE("Quoted fields hold commas, line breaks and quotes", "[scenarios][csv]") {
  CHECK(read("\"a,b\",c\n") == "[a,b|c]1:7");
  CHECK(read("\"a\"\"b\",\"\"\n") == "[a\"b|]1:8");
  CHECK(read("\"a\nb\",c\nd\n") == "[a\nb|c]2:4[d]3:1");
  CHECK(read("a\"b,c\n") == "[a\"b|c]1:5");  // a quote inside a plain field is a character
}

TEST_CASE("Malformed quotes are faults of their field", "[scenarios][csv]") {
  CHECK(read("a,\"b") == "[a|b]1:3!a quoted field does not end; expected a closing quote");
  CHECK(read("\"a\"b,c\n") ==
        "[a|c]1:6text after a closing quote; expected a comma or the end of the line");
}
