// Reader of (gzipped) IDX files of bytes, the format of MNIST and Fashion-MNIST.
//
// Layout: two zero bytes, the type (8 = unsigned byte), the rank, then one big-endian 32-bit length
// a dimension, then the values with the last dimension innermost. Source: Y. LeCun, C. Cortes, C.
// Burges, "The MNIST database of handwritten digits".
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "trainer/data/packed_images.h"

namespace haliclr::trainer {

struct IdxBytes {
    std::vector<int64_t> shape;
    std::vector<uint8_t> values; // exactly the product of the shape
};

// Reads a file of `rank` dimensions, gzipped or plain. Throws DataError, which ends in `remedy`, if
// the file is missing, empty, damaged, of another format or rank, or shorter or longer than it
// declares.
IdxBytes read_idx(const std::filesystem::path &file, int rank, const std::string &remedy);

// The shape that the header declares, with the errors of read_idx for it.
std::vector<int64_t> read_idx_shape(const std::filesystem::path &file, int rank,
                                    const std::string &remedy);

// Reads a pair of files: grey images, returned as three equal channels, and their labels (0..9).
PackedImages read_idx_images(const std::filesystem::path &images,
                             const std::filesystem::path &labels, const std::string &remedy);

} // namespace haliclr::trainer
