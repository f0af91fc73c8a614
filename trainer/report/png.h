// Writes 8-bit RGB pictures in the PNG format (through libspng).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <ATen/core/Tensor.h>

namespace haliclr::trainer {

// rgb: uint8 [height, width, 3]. Replaces an existing file. Throws UsageError if it cannot be
// written.
void write_png(const std::filesystem::path &file, const at::Tensor &rgb);

} // namespace haliclr::trainer
