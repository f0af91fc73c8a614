// Problems of the roofline's kernels (dsl/roofline.h), whose work is known.
#pragma once

#include "tuner/problem.h"

namespace haliclr::tuner {

// Copies a float32 vector; elements come in whole runs of dsl::roofline_run.
std::unique_ptr<Problem> copy_problem(int elements);

// Chains of multiply-adds of so many elements, in whole runs. A call is one launch of `rounds`.
class ChainsProblem : public Problem {
public:
    explicit ChainsProblem(int elements);

    int call(const Halide::Callable &kernel) override;
    // What every element of the output is after a call.
    float expected() const;

    int rounds = 1;

private:
    static constexpr float factor = 0.999f, addend = 1e-3f;
    Halide::Buffer<float> start, total;
};

// Products on tensor cores of so many warps, whole runs of dsl::roofline_warps. A call is one
// launch of `rounds`.
class ProductsProblem : public Problem {
public:
    explicit ProductsProblem(int warps);

    int call(const Halide::Callable &kernel) override;

    int rounds = 1;

private:
    Halide::Buffer<float> start, total;
};

} // namespace haliclr::tuner
