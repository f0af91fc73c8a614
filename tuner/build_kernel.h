// From a generator and its parameters to code that this process can call.
#pragma once

#include "tuner/machine.h"
#include "tuner/problem.h"
#include "tuner/space.h"
#include "tuner/tables.h"

#include <Halide.h>

#include <string>

namespace haliclr::tuner {

// The name that stands for no schedule: each Func but the inputs computed once, in loops as they
// come. It is the reference that schedules are checked against, and runs on the CPU.
inline constexpr const char *unscheduled = "unscheduled";

// What schedules a kernel: the hand-written schedule with these values, or, where a name is given,
// `unscheduled` or one of Halide's autoschedulers.
struct Scheduling {
    Values values;
    std::string autoscheduler;

    std::string text() const { return autoscheduler.empty() ? to_text(values) : autoscheduler; }
};

// That schedule, given to each Func of the pipeline.
void compute_each_once(const Halide::Pipeline &pipeline);

// Throws what Halide or a schedule throws. problem: gives an autoscheduler its estimates.
Halide::Callable build_kernel(const Kernel &kernel, const Scheduling &scheduling,
                              const Machine &machine, Problem &problem);

// The same kernel's assembly, without Halide's runtime, into a file. Throws like build_kernel().
void write_assembly(const std::string &file, const Kernel &kernel, const Scheduling &scheduling,
                    const Machine &machine, Problem &problem);

// The library of one of Halide's autoschedulers, beside Halide's own.
std::string autoscheduler_file(const std::string &name);

} // namespace haliclr::tuner
