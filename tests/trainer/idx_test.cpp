// The IDX reader on right files and on files that are wrong in one way each.
#include "trainer/data/idx.h"

#include "data_case.h"
#include "trainer/errors.h"

namespace haliclr::trainer {
namespace {

using Idx = DataCase;

const std::string remedy = "get the real file";

// 2 images of 2 x 3.
const std::string two_images =
    idx_header({2, 2, 3}) + std::string("\1\2\3\4\5\6\7\10\11\12\13\14", 12);

TEST_F(Idx, ReadsGzippedAndPlainFiles) {
    for (const auto &file : {write_gzip("a.gz", two_images), write("a", two_images)}) {
        const IdxBytes idx = read_idx(file, 3, remedy);
        EXPECT_EQ(idx.shape, (std::vector<int64_t>{2, 2, 3}));
        EXPECT_EQ(idx.values, (std::vector<uint8_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
    }
}

TEST_F(Idx, GreyImagesBecomeThreeEqualChannels) {
    const PackedImages images =
        read_idx_images(write_gzip("images.gz", two_images),
                        write_gzip("labels.gz", idx_header({2}) + "\7\3"), remedy);
    EXPECT_EQ(images.height, 2);
    EXPECT_EQ(images.width, 3);
    EXPECT_EQ(images.labels, (std::vector<int64_t>{7, 3}));
    ASSERT_EQ(images.pixels.size(), 36u);
    for (size_t i = 0; i < images.pixels.size(); i++) {
        EXPECT_EQ(images.pixels[i], i / 3 + 1);
    }
}

struct WrongFile {
    const char *name;
    std::string bytes;
    std::vector<std::string> complaint;
};

TEST_F(Idx, RefusesWrongFiles) {
    const std::string more(5, 'x');
    const std::vector<WrongFile> files{
        {"empty", "", {"empty", "00000803"}},
        {"magic", "PK\3\4" + more, {"starts with 504b0304", "expected 00000803"}},
        {"rank", idx_header({12}) + two_images.substr(16), {"00000801", "3 dimensions"}},
        {"type", idx_header({2, 2, 3}, 0x0d) + more, {"00000d03"}},
        {"three-bytes", idx_header({2, 2, 3}).substr(0, 3), {"000008", "00000803"}},
        {"cut-header", idx_header({2, 2, 3}).substr(0, 9), {"truncated", "header"}},
        {"cut", two_images.substr(0, 20), {"truncated: 4 values", "declares 12"}},
        {"long", two_images + "x", {"more than the 12 values"}},
        {"no-image", idx_header({0, 2, 3}), {"length 0"}},
        {"huge", idx_header({0xffffffff, 0xffffffff, 3}) + more, {"length 4294967295"}},
        {"lie", idx_header({0x7ffffff, 4, 4}) + more, {"truncated: 5 values"}},
    };
    for (const WrongFile &wrong : files) {
        SCOPED_TRACE(wrong.name);
        std::vector<std::string> texts = wrong.complaint;
        texts.insert(texts.end(), {wrong.name, remedy});
        const auto plain = write(wrong.name, wrong.bytes);
        expect_error<DataError>([&] { read_idx(plain, 3, remedy); }, texts);
        const auto gzipped = write_gzip(std::string(wrong.name) + ".gz", wrong.bytes);
        expect_error<DataError>([&] { read_idx(gzipped, 3, remedy); }, texts);
    }
}

TEST_F(Idx, RefusesMissingFilesAndFolders) {
    expect_error<DataError>([&] { read_idx(folder / "none.gz", 3, remedy); },
                            {"none.gz", "not found", remedy});
    expect_error<DataError>([&] { read_idx(folder, 3, remedy); }, {folder.string(), remedy});
}

TEST_F(Idx, RefusesDamagedGzipData) {
    const auto file = write_gzip("a.gz", idx_header({40, 10, 10}) + std::string(4000, 'p'));
    std::ifstream stream(file, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    expect_error<DataError>(
        [&] { read_idx(write("cut.gz", bytes.substr(0, bytes.size() / 2)), 3, remedy); },
        {"cut.gz", remedy});
    expect_error<DataError>(
        [&] { read_idx(write("tail.gz", bytes.substr(0, bytes.size() - 3)), 3, remedy); },
        {"tail.gz", "checksum", remedy});
    bytes[bytes.size() - 6] ^= 1; // in the checksum at the end
    expect_error<DataError>([&] { read_idx(write("bad.gz", bytes), 3, remedy); },
                            {"bad.gz", "damaged", remedy});
}

TEST_F(Idx, RefusesLabelsThatDoNotFit) {
    const auto images = write_gzip("images.gz", two_images);
    expect_error<DataError>(
        [&] { read_idx_images(images, write("l", idx_header({3}) + "\1\2\3"), remedy); },
        {"3 labels", "expected 2", "images.gz", remedy});
    expect_error<DataError>(
        [&] { read_idx_images(images, write("l", idx_header({2}) + "\1\12"), remedy); },
        {"label 10", "expected 0 to 9", remedy});
}

} // namespace
} // namespace haliclr::trainer
