// Reader of the binary versions of CIFAR-10 and CIFAR-100.
//
// A file is a row of records: 1 label byte (CIFAR-10) or 2 (CIFAR-100: coarse, fine), then the red,
// green and blue plane of 32 x 32 bytes. Source: A. Krizhevsky, "Learning multiple layers of
// features from tiny images" (2009).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "trainer/data/packed_images.h"

namespace haliclr::trainer {

inline constexpr int cifar_side = 32; // of every image

struct CifarFormat {
    std::string name;                     // "CIFAR-10"
    std::string folder;                   // its usual name, looked for inside the given folder
    std::vector<std::string> train_files; // in order
    std::vector<std::string> test_files;
    int label_bytes; // the last one is the class
    int classes;
    int records_per_file_train; // of the published files
    int records_per_file_test;
};

const CifarFormat &cifar10_format();
const CifarFormat &cifar100_format();

// Of one image with its labels.
int64_t record_bytes(const CifarFormat &format);

// Reads one file. Throws DataError if it is missing, empty, longer than the published file, not
// whole records, or has a label that the format does not know.
PackedImages read_cifar_file(const std::filesystem::path &file, const CifarFormat &format,
                             Split split);

// Reads a split from `folder` or `folder`/format.folder. The files may be a small sample of the
// published ones, but where one file is complete all must be: a download cut between two records is
// refused.
PackedImages read_cifar(const std::filesystem::path &folder, const CifarFormat &format,
                        Split split);

} // namespace haliclr::trainer
