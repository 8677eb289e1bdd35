// The finished cells of a sweep: DIR/cells/KEY.csv, the rows, and DIR/cells/KEY.json, the report,
// which is written last and says how long the rows are and what their hash is, that of each file in
// KEY.activities, and its own. A cell whose report is not there, is damaged or does not fit its
// files, is not finished: a process that is killed at any moment leaves either a whole cell or
// none. KEY.failed.json says how a cell failed.
//
// results/README.md describes the files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "results/sweep_results.hpp"

namespace mec {

/// Of the rows and of the report; part of what a cell's key is the hash of.
inline constexpr int kCellFormat = 2;

/// The program that simulates.
struct CellOrigin {
  std::string version;  // of mecsim
  std::string build;    // of the executable; differs where the code differs

  friend bool operator==(const CellOrigin&, const CellOrigin&) = default;
};

/// Cells of another build of the same version: taken as they are, or a reason to refuse the folder.
enum class OtherBuilds : std::uint8_t { refused, taken };

/// What of a cell's rows is checked when it is read: a file that has just been written need not be
/// read again.
enum class RowCheck : std::uint8_t { size, contents };

/// Throws UserError, which says what to do, where `directory` holds results of another program.
void check_origin(const CellOrigin& found, const CellOrigin& ours, OtherBuilds builds,
                  const std::filesystem::path& directory);

/// 32 hexadecimal digits of the text, the same on every machine.
[[nodiscard]] std::string cell_key(const std::string& text);

/// What is in the store under a key.
struct StoredCell {
  CellStatus status = CellStatus::missing;
  CellReport report;   // completed
  std::string reason;  // failed, timed out
  std::string errors;  // failed, timed out
  /// Missing, although there are files: what is wrong with them, one line.
  std::string fault;
};

/// In the folder where a cell ran, whose rows are complete: writes its report. Throws OutputError,
/// UserError.
void write_cell_report(const std::filesystem::path& folder, const std::string& key,
                       const CellOrigin& origin, const CellReport& report);

class CellStore {
 public:
  /// Makes the folder `directory`/cells. Throws UserError.
  CellStore(const std::filesystem::path& directory, CellOrigin origin, OtherBuilds builds);

  /// For reading only: makes nothing, and finds nothing where there is no folder.
  [[nodiscard]] static CellStore existing(const std::filesystem::path& directory, CellOrigin origin,
                                          OtherBuilds builds);

  /// Reads the report and checks rows and activities against it. Throws UserError on a cell of
  /// another version or (OtherBuilds::refused) build.
  [[nodiscard]] StoredCell read(const std::string& key, RowCheck check = RowCheck::contents) const;
  /// Moves a finished cell here from a folder that holds nothing else, and removes that folder.
  /// Throws OutputError.
  void take(const std::string& key, const std::filesystem::path& folder) const;
  /// The same from another store, whose files stay: links where the file system can, else copies.
  void copy(const std::string& key, const CellStore& from) const;
  /// Records how a cell has failed (status: failed or timed_out). Throws OutputError; then nothing
  /// is known of it, not even an earlier failure.
  void record_failure(const std::string& key, const StoredCell& failure) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path rows(const std::string& key) const;
  /// The folder of what the first tasks of a cell went through; there for some cells only.
  [[nodiscard]] std::filesystem::path activities(const std::string& key) const;

 private:
  CellStore(CellOrigin origin, OtherBuilds builds, std::filesystem::path folder);
  [[nodiscard]] std::optional<StoredCell> read_failure(const std::string& key) const;

  std::filesystem::path folder_;
  CellOrigin origin_;
  OtherBuilds builds_;
};

}  // namespace mec
