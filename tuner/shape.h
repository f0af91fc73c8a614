// The size of the problems that candidates are timed on, and the numbers of their losses.
#pragma once

#include <cstdint>
#include <vector>

namespace haliclr::tuner {

struct ImageSize {
    int height, width;
};

struct Shape {
    int images = 256;                   // of a batch (draws, views)
    int source = 32;                    // side of the square images that views are made of, unless:
    std::vector<ImageSize> image_sizes; // of each image; empty: all are squares of `source`
    int size = 32;                      // side of the views
    int rows = 1024;                    // of z, two views of each image (losses)
    int columns = 128;                  // of z
    int parameters = 8 << 20;           // of the model (updates)
    std::vector<int> tensors; // their sizes, of which `parameters` is the sum; empty: a ResNet's
    float temperature = 0.5F, margin = 0.2F; // of losses that have them
    bool semi_hard = false;                  // only negatives within the margin count
};

} // namespace haliclr::tuner
