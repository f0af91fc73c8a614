// Checkpoints: the whole training state in one safetensors file, which Python's safetensors loads
// too.
//
// Tensors: encoder.* and projector.* (parameters and buffers), then the optimizer's state:
// momentum.<parameter>, or of AdamW first_moment.*, second_moment.* and adamw.steps. Metadata
// (text): format, arch, step, epoch, images, config (TOML).
#pragma once

#include "trainer/config.h"
#include "trainer/model/encoder.h"
#include "trainer/model/projection_head.h"
#include "trainer/optim/optimizer.h"

#include <filesystem>

namespace haliclr::trainer {

// What a step changes. Modules and optimizer are shared with the loop, not copied.
struct TrainingState {
    Encoder encoder{nullptr};
    ProjectionHead projector{nullptr};
    std::vector<Parameter> parameters; // of encoder, then of projector
    std::shared_ptr<Optimizer> optimizer;
    int64_t step = 0;   // steps done
    int64_t images = 0; // of the training data, on which orders and rates depend; 0 = unknown
};

// Seeds LibTorch's generator with config.seed and builds the model on the device.
TrainingState initial_state(const Config &config, at::Device device);

// Atomic: the file appears complete under its name or not at all.
void save_checkpoint(const std::filesystem::path &file, const Config &config, int64_t epoch,
                     const TrainingState &state);

// Fills state from the file. Throws a UsageError where the file is of another model, a DataError
// where it is damaged.
void load_checkpoint(const std::filesystem::path &file, TrainingState &state);

// The configuration in the file's metadata.
Config checkpoint_config(const std::filesystem::path &file);

struct LoadedEncoder {
    Encoder encoder; // on the CPU, in evaluation mode
    Config config;
};

// path: a checkpoint, or a run directory, of which the newest checkpoint is taken.
LoadedEncoder load_encoder(const std::filesystem::path &path);

// The encoder as it was before the first step of a run with this configuration, in evaluation mode.
Encoder untrained_encoder(const Config &config);

// folder/step-00001234.safetensors, the state after 1234 steps.
std::filesystem::path checkpoint_file(const std::filesystem::path &folder, int64_t step);

// The checkpoints in a folder, that of the latest step first. Empty where there is no folder.
std::vector<std::filesystem::path> checkpoints_newest_first(const std::filesystem::path &folder);

} // namespace haliclr::trainer
