#include "scenarios/sweep_document.hpp"

#include <memory>
#include <utility>

#include "core/text.hpp"
#include "scenarios/fingerprint.hpp"
#include "scenarios/loader.hpp"
#include "scenarios/overrides.hpp"
#include "scenarios/text_file.hpp"

namespace mec {

PlatformReader once_each(const PlatformReader& read) {
  if (!read) {
    return {};
  }
  using Files = std::map<std::vector<std::string>, PlatformFile>;
  return [read, known = std::make_shared<Files>()](const std::string& path,
                                                   const HostSelection& selection) {
    std::vector<std::string> key = {path, join(selection.devices, "\n")};
    for (const auto& names : {selection.servers, selection.cloud}) {
      key.push_back(names ? "+" + join(*names, "\n") : "");
    }
    auto it = known->find(key);
    if (it == known->end()) {
      it = known->emplace(std::move(key), read(path, selection)).first;
    }
    return it->second;
  };
}

SweepDocument::SweepDocument(const Sources& sources, YamlNode base, std::vector<SweepAxis> axes,
                             const PolicyRegistry& policies, const PlatformReader& read_platform)
    : sources_(sources),
      base_(std::move(base)),
      axes_(std::move(axes)),
      policies_(&policies),
      read_platform_(once_each(read_platform)) {
  for (const SweepAxis& axis : axes_) {
    for (const SweptKey& swept : axis.keys) {
      keys_.push_back(&swept);
    }
  }
}

std::vector<std::size_t> SweepDocument::values_at(std::uint64_t place) const {
  std::vector<std::size_t> values(axes_.size());
  for (std::size_t axis = axes_.size(); axis-- > 0;) {
    values[axis] = static_cast<std::size_t>(place % axes_[axis].size());
    place /= axes_[axis].size();
  }
  return values;
}

std::vector<std::size_t> SweepDocument::by_key(const std::vector<std::size_t>& values) const {
  std::vector<std::size_t> result;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    result.insert(result.end(), axes_[axis].keys.size(), values[axis]);
  }
  return result;
}

YamlNode SweepDocument::document(const std::vector<std::size_t>& values, Faults& faults) const {
  YamlNode root = base_;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    for (const SweptKey& swept : axes_[axis].keys) {
      try {
        set_value(root, swept.key, swept.place, swept.values[values[axis]]);
      } catch (const DocumentFault& fault) {
        faults.add(swept.place, "axes.key", fault.message);
      }
    }
  }
  return root;
}

Scenario SweepDocument::read(const YamlNode& document, Faults& faults, Checks checks) const {
  Scenario scenario;
  scenario.name = name_after(sources_.text_of(0));
  read_options(document, {*policies_, read_platform_, &traces_}, scenario, faults, checks);
  return scenario;
}

void SweepDocument::keep_first_policy() {
  for (std::size_t i = 0; i < base_.keys.size(); ++i) {
    YamlNode& value = base_.items[i];
    if (base_.keys[i].text == "policies" && value.kind == YamlNode::Kind::list &&
        value.items.size() > 1) {
      value.items.resize(1);
    }
  }
}

const std::string& SweepDocument::hash_of_file(const std::string& path) const {
  const auto known = hashes_.find(path);
  if (known != hashes_.end()) {
    return known->second;
  }
  return hashes_.emplace(path, digest_of(read_text_file(path))).first->second;
}

}  // namespace mec
