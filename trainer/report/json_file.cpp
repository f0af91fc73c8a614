// Checks and writes the files that a command was asked to write.
#include "trainer/report/json_file.h"

#include <fstream>

#include <nlohmann/json.hpp>

#include "trainer/errors.h"

namespace haliclr::trainer {

namespace fs = std::filesystem;

void require_writable_place(const fs::path &file, const std::string &flag) {
    if (file.empty()) {
        return;
    }
    std::error_code ignored;
    const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
    if (!fs::is_directory(folder, ignored)) {
        throw UsageError(flag + " " + file.string() + ": the folder '" + folder.string() +
                         "' does not exist; create it or choose another file");
    }
    if (fs::is_directory(file, ignored)) {
        throw UsageError(flag + " " + file.string() + ": it is a folder; choose a file name");
    }
}

void write_json_file(const fs::path &file, const nlohmann::ordered_json &json) {
    std::ofstream stream(file);
    if (!(stream << json.dump(2) << '\n').flush()) {
        throw UsageError("[json] cannot write " + file.string() +
                         ": no permission or the disk is full; choose another file");
    }
}

} // namespace haliclr::trainer
