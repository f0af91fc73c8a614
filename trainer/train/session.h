// A training run with all that surrounds the loop: its folder, checkpoints, logs, progress and
// signals.
#pragma once

#include "trainer/config.h"
#include "trainer/data/dataset.h"
#include "trainer/train/run_directory.h"

#include <cstdio>

namespace haliclr::trainer {

// Trains from the newest readable checkpoint of the run, from step 0 where there is none, to the
// last step, and returns that step's number. messages receives progress and notes.
//
// Throws NonFiniteLoss (after writing the sample ids of the step), OutOfMemory naming the batch
// size, Interrupted (after writing a checkpoint) and UsageError where a checkpoint is of another
// configuration. Whatever else ends it, such as a lost GPU, leaves the last checkpoint as it is and
// becomes an Error that names it.
int64_t run_session(const Config &config, const ImageSet &images, const RunDirectory &run,
                    std::FILE *messages = stderr);

} // namespace haliclr::trainer
