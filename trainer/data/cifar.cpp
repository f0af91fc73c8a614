// Reads CIFAR's binary records and turns their colour planes into interleaved rows.
#include "trainer/data/cifar.h"

#include <fstream>

#include "trainer/errors.h"

namespace haliclr::trainer {

namespace fs = std::filesystem;

namespace {

constexpr int side = cifar_side;
constexpr int plane = side * side;

int64_t full_records(const CifarFormat &format, Split split) {
    return split == Split::Train ? format.records_per_file_train : format.records_per_file_test;
}

const std::vector<std::string> &files_of(const CifarFormat &format, Split split) {
    return split == Split::Train ? format.train_files : format.test_files;
}

[[noreturn]] void fail(const fs::path &file, const CifarFormat &format, const std::string &what) {
    throw DataError(file.string() + ": " + what + "; unpack the binary version of " + format.name +
                    " (https://www.cs.toronto.edu/~kriz/cifar.html) and pass its folder");
}

void check_size(const fs::path &file, const CifarFormat &format, Split split, int64_t bytes) {
    const int64_t record = record_bytes(format);
    const int64_t full = full_records(format, split) * record;
    if (bytes == 0) {
        fail(file, format, "empty, expected " + std::to_string(full) + " bytes");
    }
    if (bytes % record != 0 || bytes > full) {
        fail(file, format,
             std::to_string(bytes) + " bytes, expected " + std::to_string(full) +
                 ", or fewer whole records of " + std::to_string(record) + " bytes");
    }
}

void append_record(const fs::path &file, const CifarFormat &format, const uint8_t *record,
                   PackedImages &images) {
    for (int byte = 0; byte < format.label_bytes; byte++) {
        // A coarse label, too, is below the number of fine classes.
        if (record[byte] >= format.classes) {
            fail(file, format,
                 "record " + std::to_string(images.labels.size()) + " has label " +
                     std::to_string(record[byte]) + ", expected 0 to " +
                     std::to_string(format.classes - 1));
        }
    }
    images.labels.push_back(record[format.label_bytes - 1]);
    const uint8_t *red = record + format.label_bytes;
    for (int pixel = 0; pixel < plane; pixel++) {
        for (int channel = 0; channel < 3; channel++) {
            images.pixels.push_back(red[channel * plane + pixel]);
        }
    }
}

fs::path folder_of(const fs::path &folder, const CifarFormat &format) {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) {
        fail(folder, format,
             std::string(fs::exists(folder, ignored) ? "not a folder" : "not found") +
                 ", expected a folder with " + format.train_files[0]);
    }
    const fs::path inner = folder / format.folder;
    return fs::is_directory(inner, ignored) ? inner : folder;
}

// A short file beside a complete one was cut at the boundary of two records.
void check_complete(const fs::path &folder, const CifarFormat &format) {
    std::string complete, cut;
    int64_t cut_bytes = 0, expected = 0;
    for (Split split : {Split::Train, Split::Test}) {
        const int64_t full = full_records(format, split) * record_bytes(format);
        for (const std::string &name : files_of(format, split)) {
            std::error_code missing;
            const auto bytes = static_cast<int64_t>(fs::file_size(folder / name, missing));
            if (missing) {
                continue;
            }
            if (bytes >= full) {
                complete = name;
            } else if (cut.empty()) {
                cut = name;
                cut_bytes = bytes;
                expected = full;
            }
        }
    }
    if (!complete.empty() && !cut.empty()) {
        fail(folder / cut, format,
             "truncated: " + std::to_string(cut_bytes) + " bytes, expected " +
                 std::to_string(expected) + " since " + complete + " beside it is complete");
    }
}

} // namespace

int64_t record_bytes(const CifarFormat &format) {
    return format.label_bytes + 3 * plane;
}

const CifarFormat &cifar10_format() {
    static const CifarFormat format{"CIFAR-10",
                                    "cifar-10-batches-bin",
                                    {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                     "data_batch_4.bin", "data_batch_5.bin"},
                                    {"test_batch.bin"},
                                    1,
                                    10,
                                    10000,
                                    10000};
    return format;
}

const CifarFormat &cifar100_format() {
    static const CifarFormat format{
        "CIFAR-100", "cifar-100-binary", {"train.bin"}, {"test.bin"}, 2, 100, 50000, 10000};
    return format;
}

PackedImages read_cifar_file(const fs::path &file, const CifarFormat &format, Split split) {
    std::error_code missing;
    if (!fs::is_regular_file(file, missing)) {
        fail(file, format,
             "not found, expected " + std::to_string(full_records(format, split)) + " records of " +
                 std::to_string(record_bytes(format)) + " bytes");
    }
    const auto bytes = static_cast<int64_t>(fs::file_size(file));
    check_size(file, format, split, bytes);
    std::vector<uint8_t> records(bytes);
    std::ifstream stream(file, std::ios::binary);
    if (!stream.read(reinterpret_cast<char *>(records.data()), bytes)) {
        fail(file, format, "cannot be read to its end");
    }
    PackedImages images{side, side, {}, {}};
    images.pixels.reserve(bytes);
    for (int64_t at = 0; at < bytes; at += record_bytes(format)) {
        append_record(file, format, records.data() + at, images);
    }
    return images;
}

PackedImages read_cifar(const fs::path &folder, const CifarFormat &format, Split split) {
    const fs::path inner = folder_of(folder, format);
    PackedImages all{side, side, {}, {}};
    for (const std::string &name : files_of(format, split)) {
        const PackedImages part = read_cifar_file(inner / name, format, split);
        all.pixels.insert(all.pixels.end(), part.pixels.begin(), part.pixels.end());
        all.labels.insert(all.labels.end(), part.labels.begin(), part.labels.end());
    }
    check_complete(inner, format);
    return all;
}

} // namespace haliclr::trainer
