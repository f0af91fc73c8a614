// The CIFAR readers on right files and on files that are wrong in one way each.
#include "trainer/data/cifar.h"

#include "data_case.h"
#include "trainer/errors.h"

namespace haliclr::trainer {
namespace {

using Cifar = DataCase;

TEST_F(Cifar, TurnsPlanesIntoInterleavedPixels) {
    const auto file = write("data_batch_1.bin", cifar_record("\3", 10) + cifar_record("\11", 50));
    const PackedImages images = read_cifar_file(file, cifar10_format(), Split::Train);
    EXPECT_EQ(images.labels, (std::vector<int64_t>{3, 9}));
    ASSERT_EQ(images.pixels.size(), 2u * 3072);
    for (int pixel = 0; pixel < 1024; pixel++) {
        for (int channel = 0; channel < 3; channel++) {
            ASSERT_EQ(images.pixels[3 * pixel + channel], (10 + channel + pixel) % 251);
            ASSERT_EQ(images.pixels[3072 + 3 * pixel + channel], (50 + channel + pixel) % 251);
        }
    }
}

TEST_F(Cifar, ReadsFineLabelsOfCifar100) {
    const auto file = write("test.bin", cifar_record("\23\143", 0));
    EXPECT_EQ(read_cifar_file(file, cifar100_format(), Split::Test).labels,
              (std::vector<int64_t>{99}));
}

TEST_F(Cifar, ReadsAllBatchesInOrderFromEitherFolder) {
    for (int batch = 1; batch <= 5; batch++) {
        write("cifar-10-batches-bin/data_batch_" + std::to_string(batch) + ".bin",
              cifar_record(std::string(1, static_cast<char>(batch)), 0));
    }
    for (const auto &place : {folder, folder / "cifar-10-batches-bin"}) {
        const PackedImages images = read_cifar(place, cifar10_format(), Split::Train);
        EXPECT_EQ(images.labels, (std::vector<int64_t>{1, 2, 3, 4, 5}));
    }
    expect_error<DataError>([&] { read_cifar(folder, cifar10_format(), Split::Test); },
                            {"test_batch.bin", "not found", "10000 records of 3073 bytes"});
}

TEST_F(Cifar, RefusesWrongFiles) {
    const CifarFormat &format = cifar10_format();
    const auto refused = [&](const std::string &bytes, const std::vector<std::string> &texts) {
        const auto file = write("test_batch.bin", bytes);
        expect_error<DataError>([&] { read_cifar_file(file, format, Split::Test); }, texts);
    };
    const std::string record = cifar_record("\1", 0);
    refused("", {"test_batch.bin", "empty", "30730000", "binary version of CIFAR-10"});
    refused(record.substr(0, 3000), {"3000 bytes", "whole records of 3073"});
    refused(record + "x", {"3074 bytes"});
    refused(record + cifar_record("\12", 0), {"record 1 has label 10", "0 to 9"});
}

TEST_F(Cifar, RefusesMoreRecordsThanTheFormatHas) {
    CifarFormat tiny = cifar10_format();
    tiny.records_per_file_test = 2;
    const std::string record = cifar_record("\1", 0);
    const auto file = write("test_batch.bin", record + record + record);
    expect_error<DataError>([&] { read_cifar_file(file, tiny, Split::Test); },
                            {"9219 bytes", "expected 6146"});
}

TEST_F(Cifar, RefusesAFileCutBetweenRecords) {
    CifarFormat tiny = cifar10_format();
    tiny.train_files = {"a.bin", "b.bin"};
    tiny.records_per_file_train = 2;
    const std::string record = cifar_record("\1", 0);
    write("a.bin", record + record);
    write("b.bin", record);
    expect_error<DataError>([&] { read_cifar(folder, tiny, Split::Train); },
                            {"b.bin", "truncated: 3073 bytes", "expected 6146", "a.bin"});
}

TEST_F(Cifar, RefusesAMissingFolderAndAFile) {
    expect_error<DataError>([&] { read_cifar(folder / "none", cifar100_format(), Split::Train); },
                            {"none", "not found", "train.bin", "CIFAR-100"});
    expect_error<DataError>(
        [&] { read_cifar(write("file", "x"), cifar100_format(), Split::Train); }, {"not a folder"});
}

} // namespace
} // namespace haliclr::trainer
