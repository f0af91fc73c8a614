// Event files, read back by a decoder that shares nothing with the writer.
#include "trainer/report/tensorboard.h"

#include "data_case.h"
#include "trainer/errors.h"

#include <cstring>
#include <limits>
#include <map>

namespace haliclr::trainer {
namespace {

using TensorBoard = DataCase;

// CRC-32C by long division of the bit string, most significant coefficient first.
uint32_t divided_crc(const std::string &bytes) {
    std::vector<bool> bits;
    for (unsigned char byte : bytes) {
        for (int bit = 0; bit < 8; bit++) {
            bits.push_back(byte >> bit & 1);
        }
    }
    bits.resize(bits.size() + 32);
    for (int i = 0; i < 32; i++) {
        bits[i] = !bits[i];
    }
    const uint64_t polynomial = 0x11edc6f41;
    for (size_t i = 0; i + 32 < bits.size(); i++) {
        if (bits[i]) {
            for (int j = 0; j <= 32; j++) {
                bits[i + j] = bits[i + j] != (polynomial >> (32 - j) & 1);
            }
        }
    }
    uint32_t crc = 0;
    for (int i = 0; i < 32; i++) {
        crc |= uint32_t(!bits[bits.size() - 32 + i]) << i;
    }
    return crc;
}

uint64_t unsigned_at(const std::string &bytes, size_t at, int count) {
    uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, count);
    return value;
}

uint32_t masked(uint32_t crc) {
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

// The fields of a protobuf message: number -> the last value's bytes.
std::map<int, std::string> fields(const std::string &message) {
    std::map<int, std::string> found;
    size_t at = 0;
    const auto varint = [&] {
        uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const uint8_t byte = message.at(at++);
            value |= uint64_t(byte & 127) << shift;
            if (byte < 128) {
                return value;
            }
        }
    };
    while (at < message.size()) {
        const uint64_t key = varint();
        size_t length = 0;
        switch (key & 7) {
        case 0: {
            const uint64_t value = varint();
            found[key >> 3] = std::string(reinterpret_cast<const char *>(&value), 8);
            continue;
        }
        case 1:
            length = 8;
            break;
        case 2:
            length = varint();
            break;
        case 5:
            length = 4;
            break;
        default:
            ADD_FAILURE() << "wire type " << (key & 7);
        }
        found[key >> 3] = message.substr(at, length);
        at += length;
    }
    return found;
}

// The messages of a TFRecord file, with their checksums verified.
std::vector<std::string> records(const std::filesystem::path &file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    std::vector<std::string> messages;
    for (size_t at = 0; at < bytes.size();) {
        const uint64_t length = unsigned_at(bytes, at, 8);
        EXPECT_EQ(unsigned_at(bytes, at + 8, 4), masked(divided_crc(bytes.substr(at, 8))));
        messages.push_back(bytes.substr(at + 12, length));
        EXPECT_EQ(unsigned_at(bytes, at + 12 + length, 4), masked(divided_crc(messages.back())));
        at += 16 + length;
    }
    return messages;
}

TEST(Crc32c, KnownAnswers) {
    EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau); // RFC 3720, B.4
    EXPECT_EQ(divided_crc("123456789"), 0xe3069283u);
}

TEST_F(TensorBoard, ScalarsComeBack) {
    const std::vector<std::pair<int64_t, float>> written{
        {0, 1.5f}, {1, -0.25f}, {300, 1e-20f}, {int64_t(1) << 40, 3.4e38f}};
    {
        EventWriter writer(folder);
        for (const auto &[step, value] : written) {
            writer.scalar("train/loss", step, value);
        }
        writer.flush();
    }
    const std::filesystem::path file = *std::filesystem::directory_iterator(folder);
    EXPECT_EQ(file.filename().string().find("events.out.tfevents."), 0u);
    const std::vector<std::string> messages = records(file);
    ASSERT_EQ(messages.size(), written.size() + 1);
    EXPECT_EQ(fields(messages[0])[3], "brain.Event:2");
    for (size_t i = 0; i < written.size(); i++) {
        auto event = fields(messages[i + 1]);
        double seconds = 0;
        std::memcpy(&seconds, event.at(1).data(), 8);
        EXPECT_GT(seconds, 1.6e9);
        EXPECT_EQ(int64_t(unsigned_at(event.at(2), 0, 8)), written[i].first);
        auto value = fields(fields(event.at(5)).at(1));
        EXPECT_EQ(value.at(1), "train/loss");
        float read = 0;
        std::memcpy(&read, value.at(2).data(), 4);
        EXPECT_EQ(read, written[i].second);
    }
}

TEST_F(TensorBoard, RefusesAMissingFolder) {
    expect_error<UsageError>([&] { EventWriter writer(folder / "none"); }, {"none", "--out"});
}

} // namespace
} // namespace haliclr::trainer
