// A folder for one test's files.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace haliclr::tuner {

class ScratchFolder : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "haliclr-tuner-XXXXXX";
        folder = mkdtemp(name.data());
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    void write(const std::string &name, const std::string &text) const {
        std::ofstream(folder / name) << text;
    }
    std::string read(const std::string &name) const {
        std::ostringstream text;
        text << std::ifstream(folder / name).rdbuf();
        return text.str();
    }

    std::filesystem::path folder;
};

} // namespace haliclr::tuner
