// A run small enough for a test: its configuration, folder and comparison.
#pragma once

#include "trainer/train/checkpoint.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace haliclr::trainer {

// A new folder, removed with its content at the end.
struct TemporaryFolder {
    TemporaryFolder() {
        std::string name = testing::TempDir() + "haliclr-XXXXXX";
        path = mkdtemp(name.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    std::filesystem::path path;
};

// 4 steps an epoch on 37 images; one image is left over.
inline Config tiny_config() {
    Config config;
    config.data.source = "synthetic:37";
    config.view.size = 16;
    config.model.arch = "resnet8";
    config.model.width = 0.125;
    config.model.stem_stride = 2;
    config.head.dim = 8;
    config.rate.warmup_epochs = 1;
    config.optimizer.trust = 0.05;
    config.train.batch_size = 9;
    config.train.epochs = 3;
    config.train.device = "cpu";
    return config;
}

inline void expect_same_tensors(const std::vector<at::Tensor> &a,
                                const std::vector<at::Tensor> &b) {
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
        EXPECT_TRUE(at::equal(a[i], b[i])) << "tensor " << i;
    }
}

inline void expect_same_state(const TrainingState &a, const TrainingState &b) {
    EXPECT_EQ(a.step, b.step);
    expect_same_tensors(a.encoder->parameters(), b.encoder->parameters());
    expect_same_tensors(a.encoder->buffers(), b.encoder->buffers());
    expect_same_tensors(a.projector->parameters(), b.projector->parameters());
    expect_same_tensors(a.projector->buffers(), b.projector->buffers());
    const NamedTensors first = a.optimizer->state(), second = b.optimizer->state();
    ASSERT_EQ(first.size(), second.size());
    for (size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(first[i].first, second[i].first);
        EXPECT_TRUE(at::equal(first[i].second, second[i].second)) << first[i].first;
    }
}

} // namespace haliclr::trainer
