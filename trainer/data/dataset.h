// Labelled images in memory, named by a SPEC such as `fashion-mnist`, `cifar10:DIR` or
// `synthetic:N`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <ATen/core/Tensor.h>

namespace haliclr::trainer {

struct ImageSet {
    at::Tensor bytes;        // uint8 [B]: interleaved RGB rows, image after image
    at::Tensor image_table;  // int32 [N, 3]: offset into bytes, height, width
    at::Tensor labels;       // int64 [N]: class, or -1 where unknown
    std::string description; // one line for people, e.g. "Fashion-MNIST, 60000 training images"

    int64_t size() const { return image_table.size(0); }
};

enum class Split { Train, Test };

// Reads a split into memory. Kinds of SPEC:
//   fashion-mnist[:DIR]  gzipped IDX files (default DIR: Debian's package dataset-fashion-mnist)
//   cifar10:DIR          binary version, in DIR or DIR/cifar-10-batches-bin
//   cifar100:DIR         binary version with the fine labels, in DIR or DIR/cifar-100-binary
//   synthetic:N          N generated images a split, 32 x 32, 10 classes
// Throws UsageError for a SPEC of another form, or for images of another size than a specialized
// binary takes, and DataError for files that cannot be read.
ImageSet load_images(const std::string &spec, Split split);

// The images of Fashion-MNIST in a folder, "" = that of Debian's package.
std::filesystem::path fashion_mnist_file(const std::string &folder, Split split);

// The first `count` images of the set, or all of a smaller set. Throws UsageError if count < 1.
ImageSet first_images(ImageSet set, int64_t count);

} // namespace haliclr::trainer
