// Whole runs of the tiny configuration in a folder of their own, and what they leave.
#pragma once

#include "trainer/train/session.h"
#include "trainer_case.h"

#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

namespace haliclr::trainer {

class TinyRun : public testing::Test {
protected:
    const TemporaryFolder folder;
    const Config config = tiny_config();

    std::filesystem::path start(const std::string &name) const {
        return create_run(folder.path / name, config).root;
    }

    void run(const std::filesystem::path &root) const {
        std::FILE *nowhere = std::fopen("/dev/null", "w");
        const std::unique_ptr<std::FILE, int (*)(std::FILE *)> closed(nowhere, std::fclose);
        run_session(config, load_images("synthetic:37", Split::Train), {root}, nowhere);
    }

    static std::string bytes_of(const std::filesystem::path &file) {
        std::ostringstream bytes;
        bytes << std::ifstream(file, std::ios::binary).rdbuf();
        return bytes.str();
    }
    static std::string last_checkpoint(const std::filesystem::path &root) {
        const auto files = checkpoints_newest_first(RunDirectory{root}.checkpoints());
        return files.empty() ? "none" : files.front().string();
    }
};

} // namespace haliclr::trainer
