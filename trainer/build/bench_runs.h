// A specialized binary beside the generic one: the same results, and the times of both.
#pragma once

#include "trainer/build/project.h"

#include <filesystem>
#include <string>
#include <vector>

namespace haliclr::trainer {

// One part of a training step.
struct PartTimes {
    std::string part, problem;                // "views", "a batch of 28x28"
    std::vector<double> generic, specialized; // medians of the runs in ms, in pairs
    double bound = 0;                         // ms, by the roofline; 0 where none is stated
    double difference =
        0; // of the results, relative to the largest value; of views, loss, optimizer
};

struct BenchRuns {
    int runs;       // of each binary
    double seconds; // of a run
    int threads;    // 0: LibTorch's choice
};

// Runs `haliclr bench --config` of both binaries in turn, and checks that their results agree
// before it tells a time. Throws an Error where they do not, or where a run fails.
std::vector<PartTimes> compare_binaries(const BuildFolder &folder, const std::string &device,
                                        const std::string &backend, const BenchRuns &effort);

} // namespace haliclr::trainer
