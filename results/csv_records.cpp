#include "results/csv_records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"

namespace mec {

CsvRecords::CsvRecords(const std::string& path) : path_(path), file_(path, std::ios::binary) {
  if (!file_) {
    throw UserError(fmt::format("cannot read {}", path));
  }
}

bool CsvRecords::next(std::string_view& record) {
  std::size_t end = end_of_record();
  while (end == std::string::npos && read_more()) {
    end = end_of_record();
  }
  line_ = next_line_;
  if (end == std::string::npos) {
    if (begin_ < block_.size()) {
      throw UserError(fmt::format("{}:{}: the file ends in the middle of a row", path_, line_));
    }
    return false;
  }
  record = std::string_view(block_).substr(begin_, end - begin_);
  next_line_ += 1 + static_cast<std::size_t>(std::count(record.begin(), record.end(), '\n'));
  begin_ = end + 1;
  return true;
}

// The line feed that is not between quotes.
std::size_t CsvRecords::end_of_record() const {
  std::size_t quotes = 0;
  std::size_t from = begin_;
  for (;;) {
    const std::size_t end = block_.find('\n', from);
    if (end == std::string::npos) {
      return end;
    }
    const auto line = std::string_view(block_).substr(from, end - from);
    if (line.find('"') != std::string_view::npos) {
      quotes += static_cast<std::size_t>(std::count(line.begin(), line.end(), '"'));
    }
    if (quotes % 2 == 0) {
      return end;
    }
    from = end + 1;
  }
}

bool CsvRecords::read_more() {
  constexpr std::size_t kBlock = std::size_t{1} << 18U;
  block_.erase(0, begin_);
  begin_ = 0;
  const std::size_t left = block_.size();
  block_.resize(left + kBlock);
  file_.read(block_.data() + left, static_cast<std::streamsize>(kBlock));
  block_.resize(left + static_cast<std::size_t>(file_.gcount()));
  return block_.size() > left;
}

const std::vector<std::string_view>& CsvFields::split(std::string_view record) {
  fields_.clear();
  unquoted_.clear();
  std::size_t begin = 0;
  for (;;) {
    std::size_t end = begin;
    if (begin < record.size() && record[begin] == '"') {
      std::string& field = unquoted_.emplace_back();
      for (end = begin + 1; end < record.size(); ++end) {
        if (record[end] == '"' && (++end >= record.size() || record[end] != '"')) {
          break;  // behind the quote that closes
        }
        field += record[end];
      }
      fields_.emplace_back(field);
      end = record.find(',', end);
    } else {
      end = record.find(',', begin);
      fields_.push_back(record.substr(begin, end - begin));
    }
    if (end == std::string_view::npos) {
      return fields_;
    }
    begin = end + 1;
  }
}

}  // namespace mec
