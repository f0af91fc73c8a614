// The safetensors file format: named tensors and text metadata.
//
// Layout: uint64 little-endian length of the header; the header, a JSON object {name: {dtype,
// shape, data_offsets: [begin, end)}, "__metadata__": {text: text}} padded with blanks to 8 bytes;
// the data. Source: the format's description by Hugging Face (safetensors 0.4).
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace haliclr::trainer {

using Metadata = std::map<std::string, std::string>;

// Atomic (atomic_file.h). Tensors of any device and strides; names must differ.
void write_safetensors(const std::filesystem::path &file,
                       std::vector<std::pair<std::string, at::Tensor>> tensors,
                       const Metadata &metadata);

struct SafetensorsFile {
    std::map<std::string, at::Tensor> tensors; // on the CPU, contiguous
    Metadata metadata;
};

// Throws a UsageError where there is no file and a DataError where it is damaged or of another
// format.
SafetensorsFile read_safetensors(const std::filesystem::path &file);

// The metadata alone, without reading the data.
Metadata read_safetensors_metadata(const std::filesystem::path &file);

} // namespace haliclr::trainer
