// How much memory a training step takes, by formulas that docs/training.md states.
#pragma once

#include "trainer/plan/model_outline.h"

#include <string>
#include <vector>

namespace haliclr::trainer {

struct MemoryPart {
    std::string name; // "gradients"
    double bytes;
    std::string formula; // one line
};

// The data set, the libraries' workspaces and temporaries are not counted.
std::vector<MemoryPart> memory_estimate(const Config &config, const ModelOutline &model);

double total_bytes(const std::vector<MemoryPart> &parts);

} // namespace haliclr::trainer
