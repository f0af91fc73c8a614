// Device code made by the build for each CUDA kernel: cubins by chip, and the PTX where it differs
// from the text that Halide embeds in the kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace haliclr::runtime {

struct DeviceImage {
    const char *kernel; // such as haliclr_unit_rows_cuda
    uint64_t text_hash; // of the embedded PTX, see text_hash.h
    uint64_t text_size; // bytes of it without its ending
    int chip;           // 80 for sm_80; 0 for PTX
    // The cubin; or PTX with a zero byte behind it, null where the embedded text is the PTX.
    const unsigned char *begin;
    size_t bytes;
};

// Every image of this build. Each kernel has one entry for chip 0, and one for each chip that ptxas
// assembled it for; none at all in a program without the kernels' images.
std::span<const DeviceImage> device_images();

// Chips that the images are for, ascending, without 0.
std::vector<int> image_chips(std::span<const DeviceImage> images);

// What to try in turn on a device, for the kernel whose embedded text is given: a cubin runs on
// chips of its own major number that are not older (sm_86 runs sm_80's, sm_90 does not), the newest
// first; then the PTX. Empty for an unknown text.
std::vector<const DeviceImage *> images_for(std::span<const DeviceImage> images,
                                            std::string_view text, int chip);

} // namespace haliclr::runtime
