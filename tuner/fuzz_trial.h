// One case of the fuzzer, run: the schedule against the unscheduled algorithm at the same size.
#pragma once

#include "tuner/fuzz_case.h"
#include "tuner/reference.h"

#include <functional>
#include <string>

namespace haliclr::tuner {

struct FuzzVerdict {
    std::string fault;      // in one phrase; empty where both results agree
    OutputDifference worst; // of the output whose difference is the largest beside its tolerance
    bool compared = false;  // whether there are two results

    // "agrees, largest difference 2e-07 of 1e-04", or what is wrong.
    std::string text() const;
};

// Changes the schedule's results before they are compared.
using Tamper = std::function<void(std::vector<Halide::Buffer<>> &)>;

// Both sides compile and run in child processes side by side, at most `limit` seconds each; a
// crash, a hang and an error of either are faults. Outputs hold NaN before, so that an element that
// is not written is a difference. tamper: for tests, which so see a wrong kernel.
FuzzVerdict run_case(const FuzzCase &drawn, const Machine &machine, double limit,
                     const Tamper &tamper = {});

} // namespace haliclr::tuner
