// Data SPECs, and the sets of images that they name.
#include "trainer/data/dataset.h"

#include <ATen/ATen.h>

#include "data_case.h"
#include "trainer/data/spec.h"
#include "trainer/errors.h"

namespace haliclr::trainer {
namespace {

using Dataset = DataCase;

TEST(DataSpec, ParsesEveryKind) {
    EXPECT_EQ(parse_data_spec("fashion-mnist").argument, "");
    EXPECT_EQ(parse_data_spec("fashion-mnist:/a:b").argument, "/a:b");
    EXPECT_EQ(parse_data_spec("cifar100:x").kind, "cifar100");
    EXPECT_EQ(parse_data_spec("synthetic:12").count, 12);
}

TEST(DataSpec, NamesTheNearestKind) {
    expect_error<UsageError>(
        [] { parse_data_spec("cifra10:x"); },
        {"unknown kind", "'cifra10'", "did you mean 'cifar10'", "synthetic:N"});
    expect_error<UsageError>([] { parse_data_spec(""); }, {"unknown kind"});
}

TEST(DataSpec, RefusesAMissingOrWrongArgument) {
    for (const char *spec : {"cifar10", "cifar100:", "fashion-mnist:"}) {
        expect_error<UsageError>([&] { parse_data_spec(spec); }, {spec, "no folder", ":DIR"});
    }
    for (const char *spec : {"synthetic", "synthetic:", "synthetic:x", "synthetic:0",
                             "synthetic:-1", "synthetic:5x", "synthetic:99999999"}) {
        expect_error<UsageError>([&] { parse_data_spec(spec); }, {spec, "synthetic:1000"});
    }
}

TEST(Synthetic, IsDeterministicAndItsSplitsDiffer) {
    const ImageSet train = load_images("synthetic:25", Split::Train);
    EXPECT_EQ(train.size(), 25);
    EXPECT_TRUE(train.bytes.equal(load_images("synthetic:25", Split::Train).bytes));
    EXPECT_FALSE(train.bytes.equal(load_images("synthetic:25", Split::Test).bytes));
    // A longer set begins with the shorter one.
    const ImageSet longer = first_images(load_images("synthetic:30", Split::Train), 25);
    EXPECT_TRUE(train.bytes.equal(longer.bytes));
    EXPECT_TRUE(train.labels.equal(at::arange(25) % 10));
}

TEST(Synthetic, TableCoversTheBytes) {
    const ImageSet images = load_images("synthetic:3", Split::Test);
    EXPECT_EQ(images.bytes.scalar_type(), at::kByte);
    EXPECT_EQ(images.bytes.numel(), 3 * 3072);
    EXPECT_EQ(images.image_table.scalar_type(), at::kInt);
    EXPECT_TRUE(images.image_table.equal(
        at::tensor({0, 32, 32, 3072, 32, 32, 6144, 32, 32}, at::kInt).view({3, 3})));
    EXPECT_EQ(images.labels.scalar_type(), at::kLong);
}

TEST(FirstImages, KeepsAPrefix) {
    const ImageSet all = load_images("synthetic:5", Split::Train);
    const ImageSet two = first_images(all, 2);
    EXPECT_EQ(two.size(), 2);
    EXPECT_EQ(two.bytes.numel(), 2 * 3072);
    EXPECT_EQ(two.labels.numel(), 2);
    EXPECT_EQ(first_images(all, 9).size(), 5);
    expect_error<UsageError>([&] { first_images(all, 0); }, {"0", "1 or more"});
}

TEST_F(Dataset, FashionMnistReadsTheFourFilesOfAFolder) {
    write_gzip("train-images-idx3-ubyte.gz", idx_header({2, 1, 2}) + "abcd");
    write_gzip("train-labels-idx1-ubyte.gz", idx_header({2}) + "\1\2");
    write_gzip("t10k-images-idx3-ubyte.gz", idx_header({1, 1, 1}) + "z");
    write_gzip("t10k-labels-idx1-ubyte.gz", idx_header({1}) + "\11");
    const std::string spec = "fashion-mnist:" + folder.string();
    const ImageSet train = load_images(spec, Split::Train);
    EXPECT_TRUE(train.image_table.equal(at::tensor({0, 1, 2, 6, 1, 2}, at::kInt).view({2, 3})));
    EXPECT_EQ(train.bytes[3].item<int>(), 'b');
    EXPECT_EQ(load_images(spec, Split::Test).labels[0].item<int>(), 9);
}

TEST_F(Dataset, MissingFilesNameTheRemedy) {
    expect_error<DataError>(
        [&] { load_images("fashion-mnist:" + folder.string(), Split::Train); },
        {"train-images-idx3-ubyte.gz", "not found", "sudo apt-get install dataset-fashion-mnist"});
    expect_error<DataError>([&] { load_images("cifar10:" + folder.string(), Split::Train); },
                            {"data_batch_1.bin", "not found", "CIFAR-10"});
}

} // namespace
} // namespace haliclr::trainer
