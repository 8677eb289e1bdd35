#include "scenarios/document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

namespace mec {

namespace {

constexpr std::size_t kMostNodes = 20'000;  // aliases of aliases grow exponentially
constexpr std::size_t kDeepest = 32;

std::size_t count_nodes(const YamlNode& node) {
  std::size_t count = 1 + node.keys.size();
  for (const YamlNode& item : node.items) {
    count += count_nodes(item);
  }
  return count;
}

std::size_t depth_of(const YamlNode& node) {
  std::size_t deepest = 0;
  for (const YamlNode& item : node.items) {
    deepest = std::max(deepest, depth_of(item));
  }
  return deepest + 1;
}

// Whether `text`, from a quoted scalar on, lacks the closing quote: the parser does not mind, and
// takes the rest of the file for the scalar.
bool is_open_quote(std::string_view text) {
  while (text.starts_with('&') || text.starts_with('!')) {  // an anchor or a tag comes first
    text.remove_prefix(std::min(text.find_first_of(" \n"), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  }
  if (!text.starts_with('"') && !text.starts_with('\'')) {
    return false;
  }
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool escaped = quote == '"' && text[i] == '\\';
    const bool doubled = quote == '\'' && text.substr(i).starts_with("''");
    if (escaped || doubled) {
      ++i;
    } else if (text[i] == quote) {
      return false;
    }
  }
  return true;
}

// Builds the tree from the parser's events.
class TreeBuilder : public YAML::EventHandler {
 public:
  /// `text` is what is parsed, and outlives this.
  explicit TreeBuilder(const std::string& text) : text_(text) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(leaf(YamlNode::Kind::null, mark, {}), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (tag == "!" && is_open_quote(std::string_view(text_).substr(offset(mark)))) {
      throw DocumentFault{position(mark), "a quote is not closed; expected it before the end"};
    }
    if (value.find('\0') != std::string::npos) {  // where the name of a file would end
      throw DocumentFault{position(mark), "a NUL character, \"\\0\"; expected a text without it"};
    }
    add(leaf(YamlNode::Kind::scalar, mark, value), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) {
      throw DocumentFault{position(mark),
                          "an alias inside its own anchor; expected a finite value"};
    }
    check_depth(depth_of(it->second), position(mark));
    add(it->second, YAML::NullAnchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(leaf(YamlNode::Kind::list, mark, {}), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(leaf(YamlNode::Kind::map, mark, {}), anchor);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] YamlNode take_root() { return std::move(root_); }
  /// Where the innermost list or map that is still open starts.
  [[nodiscard]] const TextPosition* innermost_open() const {
    return stack_.empty() ? nullptr : &stack_.back().node.at;
  }

  static TextPosition position(const YAML::Mark& mark) {
    const auto count = [](int zero_based) {
      return static_cast<std::size_t>(std::max(0, zero_based)) + 1;
    };
    return {count(mark.line), count(mark.column)};
  }

 private:
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor;
    bool has_key = false;  // map: a key waits for its value
  };

  static YamlNode leaf(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& text) {
    YamlNode node;
    node.kind = kind;
    node.text = text;
    node.at = position(mark);
    return node;
  }

  void check_depth(std::size_t more, const TextPosition& at) const {
    if (stack_.size() + more > kDeepest) {
      throw DocumentFault{at,
                          fmt::format("nested too deeply; expected at most {} levels", kDeepest)};
    }
  }

  void open(YamlNode node, YAML::anchor_t anchor) {
    check_depth(1, node.at);
    stack_.push_back({std::move(node), anchor});
  }

  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(YamlNode node, YAML::anchor_t anchor) {
    nodes_ += count_nodes(node);
    if (nodes_ > kMostNodes) {
      throw DocumentFault{node.at, fmt::format("too many values; expected at most {}", kMostNodes)};
    }
    if (anchor != YAML::NullAnchor) {
      anchors_[anchor] = node;
    }
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.kind == YamlNode::Kind::list) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.has_key) {
      parent.node.keys.push_back(std::move(node));
      parent.has_key = true;
    } else {
      add_value(parent, std::move(node));
    }
  }

  static void add_value(Open& parent, YamlNode node) {
    if (node.kind == YamlNode::Kind::null) {
      node.at = parent.node.keys.back().at;  // the parser's own mark is that of the next token
    }
    parent.node.items.push_back(std::move(node));
    parent.has_key = false;
  }

  [[nodiscard]] std::size_t offset(const YAML::Mark& mark) const {
    return std::min(static_cast<std::size_t>(std::max(0, mark.pos)), text_.size());
  }

  const std::string& text_;
  YamlNode root_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  std::size_t nodes_ = 0;
};

std::string line_at(const std::string& text, std::size_t line) {
  std::istringstream lines(text);
  std::string found;
  for (std::size_t i = 0; i < line && std::getline(lines, found); ++i) {
  }
  return found;
}

// The parser's message, and what usually is the reason.
DocumentFault explain(const YAML::ParserException& error, const std::string& text,
                      const TextPosition* open) {
  TextPosition at = TreeBuilder::position(error.mark);
  const std::string line = line_at(text, at.line);
  const auto first = line.find_first_not_of(" \t");
  const auto tab = line.substr(0, first).find('\t');
  if (tab != std::string::npos && first != std::string::npos) {
    return {{at.line, tab + 1}, "a tab indents this line; expected spaces"};
  }
  std::string message = fmt::format("not YAML: {}", printable(error.msg));
  if (error.msg == YAML::ErrorMsg::MAP_VALUE) {
    message +=
        "; expected the same indentation as the line above, and quotes around a value that "
        "contains \": \"";
  }
  if ((error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW ||
       error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW) &&
      open != nullptr) {
    at = *open;  // where it was opened; the parser reports the start of the text
  }
  return {at, message};
}

// Line breaks as \n, whatever system the file was written on.
std::string unify_line_breaks(const std::string& text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result.push_back(text[i]);
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      result.push_back('\n');
    }
  }
  return result;
}

}  // namespace

void set_source(YamlNode& node, std::size_t source) {
  node.source = source;
  for (YamlNode& key : node.keys) {
    set_source(key, source);
  }
  for (YamlNode& item : node.items) {
    set_source(item, source);
  }
}

const YamlNode* find_member(const YamlNode& map, std::string_view key) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].is_scalar() && map.keys[i].text == key) {
      return &map.items[i];
    }
  }
  return nullptr;
}

YamlNode parse_document(const std::string& raw) {
  const std::size_t invalid = find_invalid_utf8(raw);
  if (invalid != std::string::npos) {
    throw DocumentFault{position_of(raw, invalid), "not UTF-8; expected a text file in UTF-8"};
  }
  const std::size_t nul = raw.find('\0');
  if (nul != std::string::npos) {
    throw DocumentFault{position_of(raw, nul), "NUL byte; expected a text file"};
  }
  const std::string text = unify_line_breaks(raw);
  TreeBuilder builder(text);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    YamlNode root = builder.take_root();
    if (root.kind == YamlNode::Kind::null) {
      root.at = {};  // the parser's mark is the end
    }
    TreeBuilder rest(text);
    if (parser.HandleNextDocument(rest)) {
      throw DocumentFault{rest.take_root().at, "a second document starts; expected only one"};
    }
    return root;
  } catch (const YAML::ParserException& error) {
    throw explain(error, text, builder.innermost_open());
  }
}

}  // namespace mec
