// The size of the problems that candidates are timed on.
#pragma once

#include <cstdint>
#include <vector>

namespace haliclr::tuner {

struct Shape {
    int images = 256;         // of a batch (draws, views)
    int source = 32;          // side of the square images that views are made of
    int size = 32;            // side of the views
    int rows = 1024;          // of z, two views of each image (losses)
    int columns = 128;        // of z
    int parameters = 8 << 20; // of the model (updates)
    std::vector<int> tensors; // their sizes, of which `parameters` is the sum; empty: a ResNet's
};

} // namespace haliclr::tuner
