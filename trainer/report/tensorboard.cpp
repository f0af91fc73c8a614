// Encodes Event messages by hand and frames them as TFRecords.
#include "trainer/report/tensorboard.h"

#include <array>
#include <bit>
#include <chrono>

#include <unistd.h>

#include "trainer/errors.h"

namespace haliclr::trainer {

namespace {

// A protobuf key is (field number << 3) | wire type.
constexpr uint64_t varint_type = 0, fixed64_type = 1, length_delimited = 2, fixed32_type = 5;

std::string little_endian(uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; i++) {
        text += static_cast<char>(value >> (8 * i));
    }
    return text;
}

std::string varint(uint64_t value) {
    std::string text;
    for (; value >= 0x80; value >>= 7) {
        text += static_cast<char>(value | 0x80);
    }
    return text + static_cast<char>(value);
}

std::string key(uint64_t field, uint64_t wire_type) {
    return varint(field << 3 | wire_type);
}

std::string bytes_field(uint64_t field, const std::string &bytes) {
    return key(field, length_delimited) + varint(bytes.size()) + bytes;
}

std::string wall_time_field() {
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    return key(1, fixed64_type) + little_endian(std::bit_cast<uint64_t>(now.count()), 8);
}

// TFRecord stores no plain CRC, so that a CRC over data that holds CRCs stays meaningful.
std::string masked_crc(const std::string &bytes) {
    return little_endian(std::rotr(crc32c(bytes), 15) + 0xa282ead8u, 4);
}

std::filesystem::path event_file(const std::filesystem::path &dir) {
    std::array<char, 256> host{"localhost"};
    gethostname(host.data(), host.size() - 1);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    return dir / ("events.out.tfevents." + std::to_string(seconds) + "." + host.data() + "." +
                  std::to_string(getpid()));
}

} // namespace

uint32_t crc32c(const std::string &bytes) {
    uint32_t crc = ~0u;
    for (unsigned char byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
        }
    }
    return ~crc;
}

EventWriter::EventWriter(const std::filesystem::path &dir)
    : file(event_file(dir)), stream(file, std::ios::binary | std::ios::app) {
    record(wall_time_field() + bytes_field(3, "brain.Event:2"));
    flush();
}

void EventWriter::scalar(const std::string &tag, int64_t step, double value) {
    const uint32_t bits = std::bit_cast<uint32_t>(static_cast<float>(value));
    const std::string entry = bytes_field(1, tag) + key(2, fixed32_type) + little_endian(bits, 4);
    record(wall_time_field() + key(2, varint_type) + varint(step) +
           bytes_field(5, bytes_field(1, entry)));
}

void EventWriter::flush() {
    if (!stream.flush()) {
        throw UsageError("[tensorboard] cannot write " + file.string() +
                         ": the folder is missing or the disk is full; choose another --out");
    }
}

void EventWriter::record(const std::string &event) {
    const std::string length = little_endian(event.size(), 8);
    stream << length << masked_crc(length) << event << masked_crc(event);
}

} // namespace haliclr::trainer
