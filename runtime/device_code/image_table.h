// The source of the table of device images (runtime/binding/device_images.h).
#pragma once

#include "runtime/device_code/manifest.h"

#include <string>
#include <vector>

namespace haliclr::device_code {

// C++ that embeds each kernel's cubins, and its PTX where that is not the embedded text itself, and
// defines device_images(). Reads the embedded texts, to hash them; throws std::runtime_error where
// one cannot be read.
std::string image_table(const std::vector<Kernel> &kernels);

} // namespace haliclr::device_code
