// Writing and checked reading of safetensors files.
#include "trainer/train/safetensors.h"

#include "trainer/errors.h"
#include "trainer/train/atomic_file.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>

namespace haliclr::trainer {

namespace {

using Json = nlohmann::ordered_json;

struct DtypeName {
    at::ScalarType type;
    const char *name;
};
constexpr DtypeName dtypes[] = {
    {at::kDouble, "F64"}, {at::kLong, "I64"},      {at::kFloat, "F32"}, {at::kInt, "I32"},
    {at::kHalf, "F16"},   {at::kBFloat16, "BF16"}, {at::kByte, "U8"},
};
constexpr uint64_t most_header_bytes = 100'000'000; // the format's own limit

const char *dtype_name(at::ScalarType type) {
    for (const DtypeName &row : dtypes) {
        if (row.type == type) {
            return row.name;
        }
    }
    throw Error(std::string("[safetensors] no name for tensors of type ") + c10::toString(type));
}

[[noreturn]] void damaged(const std::filesystem::path &file, const std::string &cause) {
    throw DataError("[checkpoint] '" + file.string() +
                    "' is damaged or of another format: " + cause + "; use another checkpoint");
}

struct Header {
    Json json;
    uint64_t data_begin; // bytes from the start of the file
    uint64_t data_size;
};

Header read_header(const std::filesystem::path &file, std::ifstream &stream) {
    std::error_code missing;
    const uint64_t size = std::filesystem::file_size(file, missing);
    stream.open(file, std::ios::binary);
    if (missing || !stream) {
        throw UsageError("[checkpoint] cannot read '" + file.string() + "'; check the path");
    }
    uint64_t length = 0; // little-endian, as every machine we build for is
    if (size < sizeof length || !stream.read(reinterpret_cast<char *>(&length), sizeof length)) {
        damaged(file, "it has " + std::to_string(size) + " bytes");
    }
    if (length > most_header_bytes || length > size - sizeof length) {
        damaged(file, "its header claims " + std::to_string(length) + " of " +
                          std::to_string(size) + " bytes");
    }
    std::string text(length, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(length));
    Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
        damaged(file, "its header is no JSON object");
    }
    return {std::move(json), sizeof length + length, size - sizeof length - length};
}

// One entry of the header as a tensor that still waits for its data.
at::Tensor allocate(const std::filesystem::path &file, const std::string &name, const Json &entry,
                    uint64_t data_size) {
    const auto dtype = entry.at("dtype").get<std::string>();
    const auto shape = entry.at("shape").get<std::vector<int64_t>>();
    const auto offsets = entry.at("data_offsets").get<std::vector<uint64_t>>();
    const auto *row = std::find_if(std::begin(dtypes), std::end(dtypes),
                                   [&](const DtypeName &known) { return known.name == dtype; });
    if (row == std::end(dtypes)) {
        damaged(file, name + " has the unknown type " + dtype);
    }
    uint64_t bytes = c10::elementSize(row->type);
    for (const int64_t extent : shape) {
        if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<uint64_t>(extent), &bytes)) {
            damaged(file, name + " has an impossible shape");
        }
    }
    const bool inside = offsets.size() == 2 && offsets[0] <= offsets[1] && offsets[1] <= data_size;
    if (!inside || offsets[1] - offsets[0] != bytes) {
        damaged(file,
                name + " does not fit into its " + std::to_string(data_size) + " bytes of data");
    }
    return at::empty(shape, row->type);
}

Metadata metadata_of(const std::filesystem::path &file, const Json &header) {
    Metadata metadata;
    if (!header.contains("__metadata__")) {
        return metadata;
    }
    for (const auto &[key, value] : header["__metadata__"].items()) {
        if (!value.is_string()) {
            damaged(file, "its metadata '" + key + "' is no text");
        }
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

} // namespace

void write_safetensors(const std::filesystem::path &file,
                       std::vector<std::pair<std::string, at::Tensor>> tensors,
                       const Metadata &metadata) {
    // Wide elements first, so that every tensor starts at a multiple of its element's size.
    std::stable_sort(tensors.begin(), tensors.end(), [](const auto &a, const auto &b) {
        return a.second.element_size() > b.second.element_size();
    });
    Json header;
    header["__metadata__"] = metadata;
    uint64_t offset = 0;
    for (const auto &[name, tensor] : tensors) {
        const uint64_t end = offset + tensor.nbytes();
        header[name] = {{"dtype", dtype_name(tensor.scalar_type())},
                        {"shape", tensor.sizes().vec()},
                        {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');

    write_atomically(file, [&](const WriteBytes &write) {
        const uint64_t length = text.size();
        write(&length, sizeof length);
        write(text.data(), text.size());
        for (const auto &item : tensors) {
            // One tensor at a time: no second copy of the whole state.
            const at::Tensor values = item.second.detach().cpu().contiguous();
            write(values.const_data_ptr(), values.nbytes());
        }
    });
}

SafetensorsFile read_safetensors(const std::filesystem::path &file) {
    std::ifstream stream;
    const Header header = read_header(file, stream);
    SafetensorsFile result{{}, metadata_of(file, header.json)};
    try {
        for (const auto &[name, entry] : header.json.items()) {
            if (name == "__metadata__") {
                continue;
            }
            at::Tensor tensor = allocate(file, name, entry, header.data_size);
            const auto begin = entry["data_offsets"][0].get<uint64_t>();
            stream.seekg(static_cast<std::streamoff>(header.data_begin + begin));
            stream.read(static_cast<char *>(tensor.mutable_data_ptr()),
                        static_cast<std::streamsize>(tensor.nbytes()));
            if (!stream) {
                damaged(file, name + " cannot be read");
            }
            result.tensors.emplace(name, tensor);
        }
    } catch (const nlohmann::json::exception &) {
        damaged(file, "its header describes no tensors");
    }
    return result;
}

Metadata read_safetensors_metadata(const std::filesystem::path &file) {
    std::ifstream stream;
    return metadata_of(file, read_header(file, stream).json);
}

} // namespace haliclr::trainer
