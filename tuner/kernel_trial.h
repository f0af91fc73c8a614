// Trials of a real kernel.
#pragma once

#include "tuner/problem.h"
#include "tuner/reference.h"
#include "tuner/trial_process.h"

#include <memory>
#include <string>

namespace haliclr::tuner {

// A kernel with its problem at the tuned shape and at a small odd one, and the results expected of
// both: those of the unscheduled algorithm at the odd shape, of the standard schedule at the other.
class KernelUnderTest {
public:
    KernelUnderTest(const Kernel &kernel, const Shape &shape, const Machine &machine,
                    uint64_t seed);

    // Computes the expected results in two child processes side by side. Where the unscheduled
    // algorithm cannot run, the standard schedule's result stands in for it at the odd shape.
    struct Made {
        std::string unscheduled_fault, fault;   // in one phrase each; empty where all went well
        std::unique_ptr<TrialProcess> standard; // still there, to be timed beside candidates
    };
    Made compute_references(const Scheduling &standard, double limit);

    // Must outlive the trials.
    MakeTrial maker();

    const Kernel kernel;
    const Machine machine;
    const Inputs inputs;
    std::unique_ptr<Problem> full, odd;
    Reference expected, expected_odd;
};

} // namespace haliclr::tuner
