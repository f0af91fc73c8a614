// One call of a kernel with its buffers: what a candidate is checked and timed on.
#pragma once

#include "tuner/machine.h"
#include "tuner/reference.h"
#include "tuner/shape.h"
#include "tuner/tables.h"
#include "tuner/work.h"

#include <Halide.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace haliclr::tuner {

class Problem {
public:
    virtual ~Problem() = default;
    // Runs the kernel once; on a GPU it may return before the work is done. Halide's error code.
    virtual int call(const Halide::Callable &kernel) = 0;
    // So many calls one after another; returns when the device is done. Buffers that a call brought
    // to the device stay there. Throws where a call fails.
    void run(const Halide::Callable &kernel, int calls);
    // Brings back inputs that a call overwrites.
    virtual void restore() {}
    // Unless a problem knows better: every input read once, every output written once.
    virtual Work work() const;

    const std::vector<Halide::Buffer<>> &outputs() const { return compared; }
    // Buffers and scalars by the generator's names, as estimates for an autoscheduler.
    std::map<std::string, Halide::Buffer<>> buffers;
    std::map<std::string, double> scalars;
    ResultFormat format; // of the outputs

protected:
    std::vector<Halide::Buffer<>> compared;

    template <typename Buffer>
    Buffer &input(const std::string &name, Buffer &buffer) {
        buffer.set_host_dirty();
        buffers[name] = buffer;
        return buffer;
    }
    template <typename Buffer>
    Buffer &output(const std::string &name, Buffer &buffer) {
        buffers[name] = buffer;
        compared.push_back(buffer);
        return buffer;
    }
};

// What the problem needs that is made elsewhere, before the child processes start.
struct Inputs {
    int images = 0;
    std::vector<float> draws; // of their views, rows of the sequence's columns
};

// Throws a UsageError for a kernel that the tuner has no problem for.
std::unique_ptr<Problem> make_problem(const Kernel &kernel, const Shape &shape,
                                      const Machine &machine, const Inputs &inputs, uint64_t seed);
// For this shape, and for those with fewer images of the same size.
Inputs make_inputs(const Kernel &kernel, const Shape &shape, uint64_t seed);

// "512 views of 32x32 from images of 32x32, crop(...) | flip".
std::string description(const Kernel &kernel, const Shape &shape);

// Small, with sizes that no vector or tile divides, for the check against the unscheduled
// algorithm.
Shape odd_shape(const Kernel &kernel, const Shape &shape);

} // namespace haliclr::tuner
