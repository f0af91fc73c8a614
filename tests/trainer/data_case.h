// Tiny data files for the readers' tests, right and wrong in one way each.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace haliclr::trainer {

// A test with a folder of its own.
class DataCase : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "haliclr-data-XXXXXX";
        folder = mkdtemp(name.data());
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    std::filesystem::path write(const std::string &name, const std::string &bytes) const {
        const std::filesystem::path file = folder / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << bytes;
        return file;
    }

    std::filesystem::path write_gzip(const std::string &name, const std::string &bytes) const {
        const std::filesystem::path file = folder / name;
        gzFile stream = gzopen(file.c_str(), "wb");
        gzwrite(stream, bytes.data(), bytes.size());
        gzclose(stream);
        return file;
    }

    std::filesystem::path folder;
};

// Expects an error of this type, of one line, with every given text in it.
template <typename ErrorType, typename Call>
void expect_error(const Call &call, const std::vector<std::string> &texts) {
    try {
        call();
        ADD_FAILURE() << "no error";
    } catch (const ErrorType &error) {
        const std::string line = error.what();
        EXPECT_EQ(line.find('\n'), line.npos) << line;
        for (const std::string &text : texts) {
            EXPECT_NE(line.find(text), line.npos) << "'" << text << "' is not in: " << line;
        }
    }
}

// Header of an IDX file of bytes.
inline std::string idx_header(const std::vector<uint32_t> &shape, char type = 8) {
    std::string header{0, 0, type, static_cast<char>(shape.size())};
    for (uint32_t length : shape) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            header += static_cast<char>(length >> shift);
        }
    }
    return header;
}

// A CIFAR record whose planes count up from `red`, `red` + 1 and `red` + 2, modulo 251.
inline std::string cifar_record(const std::string &labels, int red) {
    std::string record = labels;
    for (int channel = 0; channel < 3; channel++) {
        for (int pixel = 0; pixel < 1024; pixel++) {
            record += static_cast<char>((red + channel + pixel) % 251);
        }
    }
    return record;
}

} // namespace haliclr::trainer
