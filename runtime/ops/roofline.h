// Work of known size whose memory stays on the device: what a device can do at most.
#pragma once

#include "runtime/binding/call.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace haliclr::runtime {

// Launches of one kernel on float32 vectors that an OpenCL device takes over once, before the first
// launch, and gives back in finish(). Elements come in whole runs of dsl::roofline_run. Failed
// kernels throw as KernelCall::finish does.
class RooflineWork {
public:
    // Copies a vector of `elements` ones.
    static RooflineWork copy(at::Device device, int64_t elements);
    // Each of `elements` runs dsl::roofline_chains chains of dsl::roofline_steps * rounds
    // multiply-adds x := factor x + addend, chain c from c.
    static RooflineWork multiply_adds(at::Device device, int64_t elements, int rounds, float factor,
                                      float addend);
    // On CUDA alone: each of `warps`, whole runs of dsl::roofline_warps, runs
    // dsl::roofline_steps * rounds products of fragments of zeros, ones, twos and threes in each of
    // its dsl::roofline_accumulators, in tf32 or bf16. Throws std::invalid_argument on another back
    // end and for another type.
    static RooflineWork products(at::Device device, const std::string &type, int64_t warps,
                                 int rounds);

    // Queues one execution.
    void launch();
    // Waits for all launches: on the CPU and on OpenCL devices; on CUDA devices they are work of
    // LibTorch's current stream, which is to be waited for.
    void wait();
    // The vector of results, on the call's device.
    const at::Tensor &finish();

private:
    enum class Kind { copy, multiply_adds, tf32_products, bf16_products };

    RooflineWork(Kind kind, at::Device device, const at::Tensor &source, int rounds = 0,
                 float factor = 0, float addend = 0);

    const Kind kind;
    const int rounds;
    const float factor, addend;
    at::Tensor target;
    KernelCall call;
    halide_buffer_t *from, *to;

    int run();
};

} // namespace haliclr::runtime
