#include "scenarios/fingerprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <filesystem>
#include <numeric>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/channel_parser.hpp"
#include "scenarios/option_table.hpp"

namespace mec {

namespace {

// Of the root; the seed has been written, with its default.
bool is_left_out(const std::string& name) {
  return name == "seed" || name == "name" || name == "description" || name == "policies" ||
         name == "replications" || name == "published";
}

class CanonicalWriter {
 public:
  CanonicalWriter(const Sources& sources, const FileHash& hash_of_file)
      : sources_(sources), hash_of_file_(hash_of_file) {}

  void write_root(const YamlNode& root) {
    const YamlNode* seed = find_member(root, "seed");
    write_text(seed == nullptr ? find_option("seed")->default_text : seed->text);
    write_map(root, "");
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  // With its length, so that no two lists of texts look the same.
  void write_text(std::string_view text) {
    fmt::format_to(std::back_inserter(text_), "{}:{},", text.size(), text);
  }

  void write(const YamlNode& node, const std::string& key) {
    switch (node.kind) {
      case YamlNode::Kind::null:
        text_ += "~";
        break;
      case YamlNode::Kind::scalar:
        write_scalar(node, key);
        break;
      case YamlNode::Kind::list:
        text_ += "[";
        for (const YamlNode& item : node.items) {
          write(item, join_key(key, "*"));
        }
        text_ += "]";
        break;
      case YamlNode::Kind::map:
        write_map(node, key);
        break;
    }
  }

  void write_map(const YamlNode& map, const std::string& key) {
    std::vector<std::size_t> order(map.keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const bool fixed_names = find_collection(key) == nullptr && !names_in(key).empty();
    if (fixed_names) {
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return map.keys[a].text < map.keys[b].text;
      });
    }
    text_ += "{";
    for (const std::size_t i : order) {
      if (key.empty() && is_left_out(map.keys[i].text)) {
        continue;
      }
      write_text(map.keys[i].text);
      write(map.items[i], join_key(key, fixed_names ? map.keys[i].text : "*"));
    }
    text_ += "}";
  }

  void write_scalar(const YamlNode& node, const std::string& key) {
    const Option* option = find_option(key);
    if (option == nullptr && key.ends_with(".*")) {
      option = find_option(key.substr(0, key.size() - 2));  // of a map of names
    }
    const std::string& folder = sources_.folder_of(node.source);
    if (option != nullptr && std::holds_alternative<PathOption>(option->type)) {
      write_text(hash_of_file_((std::filesystem::path(folder) / node.text).string()));
    } else if (option != nullptr && (std::holds_alternative<ChannelOption>(option->type) ||
                                     std::holds_alternative<NamedChannelsOption>(option->type))) {
      write_channel(node.text, folder);
    } else {
      write_text(node.text);
    }
  }

  void write_channel(const std::string& text, const std::string& folder) {
    const auto trace = trace_in(text, folder);
    if (!trace) {
      write_text(text);
      return;
    }
    text_ += "(";
    for (const std::string& file : trace->files) {
      write_text(hash_of_file_(file));
    }
    for (const std::string& argument : trace->rest) {
      write_text(argument);
    }
    text_ += ")";
  }

  const Sources& sources_;
  const FileHash& hash_of_file_;
  std::string text_;
};

}  // namespace

std::string digest_of(std::string_view text) {
  boost::uuids::name_generator_sha1 generate(boost::uuids::ns::oid());
  const boost::uuids::uuid digest = generate(text.data(), text.size());
  std::string digits;
  for (const std::uint8_t byte : digest) {
    digits += fmt::format("{:02x}", byte);
  }
  return digits;
}

std::string canonical_text(const YamlNode& document, const Sources& sources,
                           const FileHash& hash_of_file) {
  CanonicalWriter writer(sources, hash_of_file);
  writer.write_root(document);
  return writer.take();
}

}  // namespace mec
