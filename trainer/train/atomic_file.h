// Files that appear complete under their name or not at all, whatever interrupts the writer.
#pragma once

#include <filesystem>
#include <functional>

namespace haliclr::trainer {

// A sink for the pieces of a file; bytes are written in the order of the calls.
using WriteBytes = std::function<void(const void *bytes, size_t size)>;

// Runs produce with a temporary file of the same folder, makes it durable (fsync), renames it to
// file and makes the folder durable. On failure the temporary file is removed, an existing file is
// untouched and an Error names file and cause.
void write_atomically(const std::filesystem::path &file,
                      const std::function<void(const WriteBytes &)> &produce);

// The same for a text that is there.
void write_atomically(const std::filesystem::path &file, const std::string &text);

} // namespace haliclr::trainer
