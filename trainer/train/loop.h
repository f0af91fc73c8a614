// The training loop of SimCLR: two views of each image, one step for each batch.
#pragma once

#include "trainer/config.h"
#include "trainer/data/dataset.h"
#include "trainer/train/checkpoint.h"
#include "trainer/train/metrics.h"

#include <functional>

namespace haliclr::trainer {

struct StepReport {
    StepMetrics metrics;
    const at::Tensor &ids; // int64 [batch_size]: the images of the batch
    std::string problem;   // of a gradient that is not finite, which updated nothing; else empty
};

// Called after each step; false ends the loop there, as a problem does.
using StepDone = std::function<bool(const StepReport &)>;

// Whole batches of an epoch; the incomplete one at its end is dropped. Throws a UsageError where
// the batch is larger than the data.
int64_t steps_per_epoch(const Config &config, int64_t images);

// Steps of the whole run: all epochs, or train.max_steps if that is less.
int64_t total_steps(const Config &config, int64_t images);

// Continues from state.step to the last step. Step s depends on the configuration, the images, the
// state and s alone, so a run that stopped and was restored goes on as if it had not.
void train(const Config &config, const ImageSet &images, TrainingState &state,
           const StepDone &step_done);

} // namespace haliclr::trainer
