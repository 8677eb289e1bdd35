#include "scenarios/sweep_conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "core/text.hpp"
#include "scenarios/quantity.hpp"
#include "scenarios/sweep_columns.hpp"
#include "scenarios/text_file.hpp"
#include "scenarios/value_error.hpp"

namespace mec {

namespace {

using Node = SweepCondition::Node;
using Operand = SweepCondition::Operand;
using Sign = SweepCondition::Sign;

constexpr std::array<std::pair<std::string_view, Sign>, 6> kSigns = {{{"<=", Sign::less_equal},
                                                                      {">=", Sign::greater_equal},
                                                                      {"==", Sign::equal},
                                                                      {"!=", Sign::unequal},
                                                                      {"<", Sign::less},
                                                                      {">", Sign::greater}}};

struct Token {
  enum class Kind : std::uint8_t { end, word, quoted, number, sign, open, close };
  Kind kind = Kind::end;
  std::string text;
};

bool is_sign(char c) { return c == '<' || c == '>' || c == '=' || c == '!'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool starts_number(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '+';
}

Token take_quoted(std::string_view& text) {
  const auto end = text.find(text.front(), 1);
  if (end == std::string_view::npos) {
    throw ValueError("a quote is not closed; expected it before the end");
  }
  Token token{Token::Kind::quoted, std::string(text.substr(1, end - 1))};
  text.remove_prefix(end + 1);
  return token;
}

Token take_token(std::string_view& text) {
  if (text.front() == '(' || text.front() == ')') {
    const bool opens = text.front() == '(';
    text.remove_prefix(1);
    return {opens ? Token::Kind::open : Token::Kind::close, opens ? "(" : ")"};
  }
  if (text.front() == '"' || text.front() == '\'') {
    return take_quoted(text);
  }
  const bool sign = is_sign(text.front());
  const auto ends = [&](char c) {
    return is_sign(c) != sign || is_space(c) || c == '(' || c == ')' || c == '"' || c == '\'';
  };
  const auto end = std::find_if(text.begin(), text.end(), ends);
  const std::string word(text.begin(), end);
  text.remove_prefix(word.size());
  const auto kind = sign                          ? Token::Kind::sign
                    : starts_number(word.front()) ? Token::Kind::number
                                                  : Token::Kind::word;
  return {kind, word};
}

bool is_joint(const Token& token) {
  return token.kind == Token::Kind::word &&
         (token.text == "and" || token.text == "or" || token.text == "not");
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    Token token = take_token(text);
    // A unit may stand apart from its number.
    if (token.kind == Token::Kind::word && !is_joint(token) && !tokens.empty() &&
        tokens.back().kind == Token::Kind::number) {
      tokens.back().text += " " + token.text;
    } else {
      tokens.push_back(std::move(token));
    }
  }
  tokens.emplace_back();
  return tokens;
}

class ConditionParser {
 public:
  ConditionParser(std::string_view text, const std::vector<const SweptKey*>& swept,
                  const std::set<const SweptKey*>& refused)
      : tokens_(tokens_of(text)), swept_(swept), refused_(refused) {
    for (const SweptKey* key : swept) {
      names_.push_back(key->name);
    }
  }

  Node parse() {
    Node node = parse_any();
    if (next().kind != Token::Kind::end) {
      refuse("and, or, or the end");
    }
    return node;
  }

 private:
  static constexpr std::size_t kDeepest = 50;

  [[nodiscard]] const Token& next() const { return tokens_[at_]; }
  Token take() { return tokens_[at_ + 1 == tokens_.size() ? at_ : at_++]; }

  [[noreturn]] void refuse(const std::string& expected) const {
    throw ValueError(
        next().kind == Token::Kind::end
            ? fmt::format("it ends too early; expected {}", expected)
            : fmt::format("unexpected \"{}\"; expected {}", printable(next().text), expected));
  }

  bool take_joint(std::string_view word) {
    const bool is_it = next().kind == Token::Kind::word && next().text == word;
    at_ += is_it ? 1U : 0U;
    return is_it;
  }

  template <class Part>
  Node parse_list(Node::Kind kind, std::string_view joint, Part part) {
    Node first = (this->*part)();
    if (!(next().kind == Token::Kind::word && next().text == joint)) {
      return first;
    }
    Node node;
    node.kind = kind;
    node.parts.push_back(std::move(first));
    while (take_joint(joint)) {
      node.parts.push_back((this->*part)());
    }
    return node;
  }

  Node parse_any() { return parse_list(Node::Kind::any, "or", &ConditionParser::parse_all); }
  Node parse_all() { return parse_list(Node::Kind::all, "and", &ConditionParser::parse_one); }

  Node parse_one() {
    if (++depth_ > kDeepest) {
      throw ValueError(fmt::format("nested too deeply; expected at most {} levels", kDeepest));
    }
    Node node;
    if (take_joint("not")) {
      node.kind = Node::Kind::none;
      node.parts.push_back(parse_one());
    } else if (next().kind == Token::Kind::open) {
      take();
      node = parse_any();
      if (next().kind != Token::Kind::close) {
        refuse("and, or, or \")\"");
      }
      take();
    } else {
      node = parse_comparison();
    }
    --depth_;
    return node;
  }

  Token take_operand() {
    const auto kind = next().kind;
    if (is_joint(next()) ||
        (kind != Token::Kind::word && kind != Token::Kind::quoted && kind != Token::Kind::number)) {
      refuse("the name of an axis: " + list_of_alternatives(names_));
    }
    return take();
  }

  Node parse_comparison() {
    const Token left = take_operand();
    const auto sign = std::find_if(kSigns.begin(), kSigns.end(), [&](const auto& known) {
      return next().kind == Token::Kind::sign && known.first == next().text;
    });
    if (sign == kSigns.end()) {
      refuse("<, <=, ==, !=, >= or >");
    }
    take();
    const Token right = take_operand();
    Node node;
    node.kind = Node::Kind::compare;
    node.sign = sign->second;
    node.left = axis_of(left);
    node.right = axis_of(right);
    if (node.left.swept == nullptr && node.right.swept == nullptr) {
      refuse_unknown(left.kind == Token::Kind::word ? left : right);
    }
    if (refused_.contains(node.left.swept) || refused_.contains(node.right.swept)) {
      return node;
    }
    resolve(left, node.left, node.right, node.sign);
    resolve(right, node.right, node.left, node.sign);
    check_dimensions(node);
    return node;
  }

  [[nodiscard]] Operand axis_of(const Token& token) const {
    for (std::size_t i = 0; i < swept_.size() && token.kind == Token::Kind::word; ++i) {
      if (swept_[i]->name == token.text || swept_[i]->column.name == token.text) {
        return {swept_[i], i};
      }
    }
    return {};
  }

  [[noreturn]] void refuse_unknown(const Token& token) const {
    throw ValueError(fmt::format("unknown axis \"{}\"; expected {}{}", printable(token.text),
                                 list_of_alternatives(names_), did_you_mean(token.text, names_)));
  }

  static bool has_numbers(const SweptKey& swept) {
    return std::any_of(swept.numbers.begin(), swept.numbers.end(),
                       [](const std::optional<double>& n) { return n.has_value(); });
  }

  // What a constant is, seen from the axis that it is compared with.
  void resolve(const Token& token, Operand& operand, const Operand& other, Sign sign) const {
    if (operand.swept != nullptr) {
      return;
    }
    const SweptKey& swept = *other.swept;
    operand.text = token.text;
    if (token.kind == Token::Kind::number && swept.rule) {
      try {
        operand.number = parse_quantity(token.text, swept.rule->dimension, swept.rule->bare);
        return;
      } catch (const ValueError& error) {
        throw ValueError(fmt::format("\"{}\": {}", printable(token.text), error.what()));
      }
    }
    resolve_text(token, swept, sign);
  }

  void resolve_text(const Token& token, const SweptKey& swept, Sign sign) const {
    const auto& texts = swept.fields;
    const bool is_value = std::find(texts.begin(), texts.end(), token.text) != texts.end();
    if (swept.column.numeric && token.kind == Token::Kind::word) {
      refuse_unknown(token);
    }
    if (sign != Sign::equal && sign != Sign::unequal) {
      throw ValueError(
          fmt::format("\"{}\" is no number; expected == or != beside it", printable(token.text)));
    }
    if (!is_value) {
      throw ValueError(fmt::format("\"{}\" is no value of {}; expected one{}",
                                   printable(token.text), swept.name,
                                   did_you_mean(token.text, texts)));
    }
  }

  static void check_dimensions(const Node& node) {
    const SweptKey* left = node.left.swept;
    const SweptKey* right = node.right.swept;
    if (left == nullptr || right == nullptr || !has_numbers(*left) || !has_numbers(*right)) {
      return;
    }
    if (units_of(left->rule->dimension).empty() != units_of(right->rule->dimension).empty() ||
        (!units_of(left->rule->dimension).empty() &&
         left->rule->dimension != right->rule->dimension)) {
      throw ValueError(fmt::format("{} is {} and {} is {}; expected two of one kind", left->name,
                                   noun_of(left->rule->dimension), right->name,
                                   noun_of(right->rule->dimension)));
    }
  }

  std::vector<Token> tokens_;
  const std::vector<const SweptKey*>& swept_;
  const std::set<const SweptKey*>& refused_;
  std::vector<std::string> names_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

struct Value {
  std::optional<double> number;
  const std::string* text;
};

Value value_of(const Operand& operand, std::span<const std::size_t> values) {
  if (operand.swept == nullptr) {
    return {operand.number, &operand.text};
  }
  const std::size_t i = values[operand.position];
  return {operand.swept->numbers[i], &operand.swept->fields[i]};
}

bool compare(const Value& left, Sign sign, const Value& right) {
  const bool numbers = left.number && right.number;
  const bool same = numbers ? *left.number == *right.number
                            : !left.number && !right.number && *left.text == *right.text;
  const bool less = numbers && *left.number < *right.number;
  const bool greater = numbers && *left.number > *right.number;
  switch (sign) {
    case Sign::less:
      return less;
    case Sign::less_equal:
      return less || (numbers && same);
    case Sign::equal:
      return same;
    case Sign::unequal:
      return !same;
    case Sign::greater_equal:
      return greater || (numbers && same);
    case Sign::greater:
      return greater;
  }
  return false;
}

bool is_true(const Node& node, std::span<const std::size_t> values) {
  const auto part_is_true = [&](const Node& part) { return is_true(part, values); };
  switch (node.kind) {
    case Node::Kind::all:
      return std::all_of(node.parts.begin(), node.parts.end(), part_is_true);
    case Node::Kind::any:
      return std::any_of(node.parts.begin(), node.parts.end(), part_is_true);
    case Node::Kind::none:
      return !part_is_true(node.parts.front());
    case Node::Kind::compare:
      return compare(value_of(node.left, values), node.sign, value_of(node.right, values));
  }
  return false;
}

}  // namespace

SweepCondition::SweepCondition(const std::string& text, const std::vector<const SweptKey*>& swept,
                               const std::set<const SweptKey*>& refused)
    : root_(ConditionParser(text, swept, refused).parse()) {}

bool SweepCondition::holds(std::span<const std::size_t> values) const {
  return is_true(root_, values);
}

}  // namespace mec
