#include "sim/cli/sweep/build_identity.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <vector>

#include "results/content_hash.hpp"

namespace mec::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMpiEnding = "-mpi";

// Reads `count` objects at an offset; nothing where the file ends before.
template <class T>
std::vector<T> read_at(std::ifstream& file, std::uint64_t offset, std::size_t count) {
  std::vector<T> objects(count);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reinterpret_cast<char*>(objects.data()),
            static_cast<std::streamsize>(count * sizeof(T)));
  return file ? objects : std::vector<T>();
}

std::size_t aligned(std::size_t size) { return (size + 3) / 4 * 4; }

// The build id among the notes of a segment (ELF-64 Object File Format, "Note Section").
std::optional<std::string> build_id_in(const std::vector<char>& notes) {
  std::size_t at = 0;
  while (at + sizeof(Elf64_Nhdr) <= notes.size()) {
    Elf64_Nhdr head{};
    std::memcpy(&head, notes.data() + at, sizeof head);
    const std::size_t name = at + sizeof head;
    const std::size_t value = name + aligned(head.n_namesz);
    const std::size_t end = value + head.n_descsz;
    if (end > notes.size()) {
      break;
    }
    const std::string_view owner(notes.data() + name, head.n_namesz);
    if (head.n_type == NT_GNU_BUILD_ID && owner == std::string_view("GNU\0", 4)) {
      std::string id;
      for (std::size_t i = value; i < end; ++i) {
        id += fmt::format("{:02x}", static_cast<unsigned char>(notes[i]));
      }
      return id;
    }
    at = value + aligned(head.n_descsz);
  }
  return std::nullopt;
}

std::optional<std::string> build_id(const std::string& executable) {
  std::ifstream file(executable, std::ios::binary);
  const auto head = read_at<Elf64_Ehdr>(file, 0, 1);
  if (head.empty() || std::memcmp(head[0].e_ident, ELFMAG, SELFMAG) != 0 ||
      head[0].e_ident[EI_CLASS] != ELFCLASS64) {
    return std::nullopt;
  }
  for (const Elf64_Phdr& segment : read_at<Elf64_Phdr>(file, head[0].e_phoff, head[0].e_phnum)) {
    if (segment.p_type == PT_NOTE) {
      if (const auto id = build_id_in(read_at<char>(file, segment.p_offset, segment.p_filesz))) {
        return id;
      }
    }
  }
  return std::nullopt;
}

std::string executable_of_this_program() {
  const std::string own = fs::read_symlink("/proc/self/exe").string();
  if (own.ends_with(kMpiEnding)) {
    const std::string plain = own.substr(0, own.size() - kMpiEnding.size());
    std::error_code ignored;
    if (fs::is_regular_file(plain, ignored)) {
      return plain;
    }
  }
  return "/proc/self/exe";  // also there when the file has been replaced by now
}

}  // namespace

std::string build_of(const std::string& executable) {
  const auto id = build_id(executable);
  return id ? *id : content_hash_of_file(executable);
}

const std::string& program_build() {
  static const std::string build = build_of(executable_of_this_program());
  return build;
}

}  // namespace mec::cli
