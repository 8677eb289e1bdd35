#include "scenarios/csv_reader.hpp"

namespace mec {

bool CsvReader::at_break() const {
  return text_[at_] == '\n' ||
         (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
}

void CsvReader::take_break() {
  at_ += text_[at_] == '\r' ? 2U : 1U;
  ++line_;
  line_start_ = at_;
}

bool CsvReader::next(CsvRow& row) {
  while (at_ < text_.size() && at_break()) {
    take_break();
  }
  if (at_ >= text_.size()) {
    return false;
  }
  read_row(row);
  return true;
}

void CsvReader::read_row(CsvRow& row) {
  unescaped_.clear();
  row.fields.clear();
  row.line = line_;
  row.fault = "";
  row.ended = false;
  while (true) {
    if (at_ < text_.size() && text_[at_] == '"') {
      read_quoted(row);
    } else {
      read_plain(row);
    }
    if (at_ >= text_.size()) {
      return;
    }
    if (text_[at_] == ',') {
      ++at_;
      continue;
    }
    take_break();
    row.ended = true;
    return;
  }
}

void CsvReader::read_plain(CsvRow& row) {
  const std::size_t start = at_;
  while (at_ < text_.size() && text_[at_] != ',' && !at_break()) {
    ++at_;
  }
  row.fields.push_back({text_.substr(start, at_ - start), line_, start - line_start_ + 1});
}

void CsvReader::read_quoted(CsvRow& row) {
  const CsvField place{{}, line_, column()};
  std::string& field = unescaped_.emplace_back();
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == '"') {
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') {
        break;
      }
      ++at_;  // a doubled quote
    } else if (text_[at_] == '\n') {
      ++line_;
      line_start_ = at_ + 1;
    }
    field.push_back(text_[at_]);
  }
  row.fields.push_back({field, place.line, place.column});
  if (at_ >= text_.size()) {
    row.malformed = row.fields.size() - 1;
    row.fault = "a quoted field does not end; expected a closing quote";
    return;
  }
  ++at_;
  if (at_ < text_.size() && text_[at_] != ',' && !at_break()) {
    row.malformed = row.fields.size() - 1;
    row.fault = "text after a closing quote; expected a comma or the end of the line";
    while (at_ < text_.size() && text_[at_] != ',' && !at_break()) {
      ++at_;
    }
  }
}

}  // namespace mec
