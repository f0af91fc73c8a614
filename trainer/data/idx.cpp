// Reads IDX files through zlib, which passes files that are not gzipped through unchanged.
#include "trainer/data/idx.h"

#include <algorithm>
#include <memory>

#include <zlib.h>

#include "trainer/errors.h"

namespace haliclr::trainer {

namespace {

constexpr int64_t chunk_bytes = 1 << 20;
constexpr int64_t max_values = int64_t(1) << 31;
constexpr uint8_t unsigned_byte = 8;
constexpr int64_t class_count = 10;

class GzipReader {
public:
    GzipReader(const std::filesystem::path &path, std::string remedy)
        : path(path), remedy(std::move(remedy)) {
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(path, ignored)) {
            fail("not found, expected a gzipped IDX file");
        }
        file.reset(gzopen(path.c_str(), "rb"));
        if (!file) {
            fail("cannot be opened for reading");
        }
    }

    // Appends up to `count` bytes and returns how many there were. It grows in chunks, so that a
    // header that lies about the size costs no memory.
    int64_t append(std::vector<uint8_t> &bytes, int64_t count) {
        int64_t done = 0;
        while (done < count) {
            const int64_t want = std::min(count - done, chunk_bytes);
            bytes.resize(bytes.size() + want);
            const int got = gzread(file.get(), bytes.data() + bytes.size() - want, want);
            int code = Z_OK;
            const char *text = gzerror(file.get(), &code);
            if (got < 0 && code != Z_BUF_ERROR) {
                fail(std::string("damaged gzip data (") + text + "), expected a gzipped IDX file");
            }
            bytes.resize(bytes.size() - want + std::max(got, 0));
            done += std::max(got, 0);
            if (got < want) {
                break;
            }
        }
        return done;
    }

    // Whether the compressed data ended with its checksum, after all values were read.
    bool complete() const {
        int code = Z_OK;
        gzerror(file.get(), &code);
        return code == Z_OK;
    }

    [[noreturn]] void fail(const std::string &what) const {
        throw DataError(path.string() + ": " + what + "; " + remedy);
    }

private:
    struct Close {
        void operator()(gzFile_s *open) const { gzclose(open); }
    };

    std::filesystem::path path;
    std::string remedy;
    std::unique_ptr<gzFile_s, Close> file;
};

int64_t big_endian(const uint8_t *bytes) {
    return (int64_t(bytes[0]) << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3];
}

std::string hex_of(const std::vector<uint8_t> &bytes) {
    static const char digits[] = "0123456789abcdef";
    std::string text;
    for (uint8_t byte : bytes) {
        text += {digits[byte >> 4], digits[byte & 15]};
    }
    return text;
}

std::vector<int64_t> read_shape(GzipReader &reader, int rank) {
    std::vector<uint8_t> magic;
    const int64_t found = reader.append(magic, 4);
    const std::vector<uint8_t> expected{0, 0, unsigned_byte, static_cast<uint8_t>(rank)};
    if (found == 0) {
        reader.fail("empty, expected an IDX file that starts with " + hex_of(expected));
    }
    if (magic != expected) {
        reader.fail("starts with " + hex_of(magic) + ", expected " + hex_of(expected) +
                    " (IDX, unsigned bytes, " + std::to_string(rank) + " dimensions)");
    }
    std::vector<uint8_t> lengths;
    if (reader.append(lengths, 4 * rank) < 4 * rank) {
        reader.fail("truncated within its header of " + std::to_string(4 + 4 * rank) + " bytes");
    }
    std::vector<int64_t> shape;
    int64_t values = 1;
    for (int d = 0; d < rank; d++) {
        shape.push_back(big_endian(&lengths[4 * d]));
        if (shape.back() < 1 || shape.back() > max_values / values) {
            reader.fail("declares length " + std::to_string(shape.back()) + " in dimension " +
                        std::to_string(d) + ", expected 1 or more and at most " +
                        std::to_string(max_values) + " values in all");
        }
        values *= shape.back();
    }
    return shape;
}

} // namespace

IdxBytes read_idx(const std::filesystem::path &file, int rank, const std::string &remedy) {
    GzipReader reader(file, remedy);
    IdxBytes idx{read_shape(reader, rank), {}};
    int64_t expected = 1;
    for (int64_t length : idx.shape) {
        expected *= length;
    }
    const int64_t found = reader.append(idx.values, expected);
    if (found < expected) {
        reader.fail("truncated: " + std::to_string(found) + " values, its header declares " +
                    std::to_string(expected));
    }
    std::vector<uint8_t> rest;
    if (reader.append(rest, 1) > 0) {
        reader.fail("holds more than the " + std::to_string(expected) +
                    " values that its header declares");
    }
    if (!reader.complete()) {
        reader.fail("truncated within its gzip checksum");
    }
    return idx;
}

std::vector<int64_t> read_idx_shape(const std::filesystem::path &file, int rank,
                                    const std::string &remedy) {
    GzipReader reader(file, remedy);
    return read_shape(reader, rank);
}

PackedImages read_idx_images(const std::filesystem::path &images,
                             const std::filesystem::path &labels, const std::string &remedy) {
    const IdxBytes grey = read_idx(images, 3, remedy);
    const IdxBytes classes = read_idx(labels, 1, remedy);
    if (classes.shape[0] != grey.shape[0]) {
        throw DataError(labels.string() + ": " + std::to_string(classes.shape[0]) +
                        " labels, expected " + std::to_string(grey.shape[0]) +
                        " as many as images in " + images.filename().string() + "; " + remedy);
    }
    PackedImages packed{grey.shape[1], grey.shape[2], {}, {}};
    packed.pixels.reserve(grey.values.size() * 3);
    for (uint8_t value : grey.values) {
        packed.pixels.insert(packed.pixels.end(), 3, value);
    }
    for (uint8_t label : classes.values) {
        if (label >= class_count) {
            throw DataError(labels.string() + ": label " + std::to_string(label) +
                            ", expected 0 to 9; " + remedy);
        }
        packed.labels.push_back(label);
    }
    return packed;
}

} // namespace haliclr::trainer
