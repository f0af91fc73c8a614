// What the readers of fixed-size image formats return, and its packing into an ImageSet.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trainer/data/dataset.h"

namespace haliclr::trainer {

struct PackedImages {
    int64_t height = 0;
    int64_t width = 0;
    std::vector<uint8_t> pixels; // count x height x width x 3, interleaved RGB
    std::vector<int64_t> labels; // count
};

ImageSet image_set(const PackedImages &images, const std::string &description);

} // namespace haliclr::trainer
