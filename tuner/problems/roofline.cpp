// A copy, chains of multiply-adds, and products on tensor cores.
#include "tuner/problems/roofline.h"

#include "dsl/roofline_limits.h"

namespace haliclr::tuner {

namespace {

using Halide::Buffer;

class CopyProblem : public Problem {
public:
    explicit CopyProblem(int elements) : source(elements), target(elements) {
        source.fill(1);
        input("source", source);
        output("target_", target);
    }

    int call(const Halide::Callable &kernel) override { return kernel(source, target); }

private:
    Buffer<float> source, target;
};

} // namespace

std::unique_ptr<Problem> copy_problem(int elements) {
    return std::make_unique<CopyProblem>(elements);
}

ChainsProblem::ChainsProblem(int elements) : start(elements), total(elements) {
    start.fill(0);
    input("start", start);
    output("total", total);
    scalars = {{"factor", factor}, {"addend", addend}, {"rounds", rounds}};
}

int ChainsProblem::call(const Halide::Callable &kernel) {
    return kernel(start, factor, addend, rounds, total);
}

ProductsProblem::ProductsProblem(int warps)
    : start(dsl::roofline_lanes, warps), total(dsl::roofline_lanes, warps) {
    start.fill(0);
    input("start", start);
    output("total", total);
    scalars = {{"rounds", rounds}};
}

int ProductsProblem::call(const Halide::Callable &kernel) {
    return kernel(start, rounds, total);
}

float ChainsProblem::expected() const {
    float sum = 0;
    for (int chain = 0; chain < dsl::roofline_chains; ++chain) {
        auto value = static_cast<float>(chain);
        for (int step = 0; step < dsl::roofline_steps * rounds; ++step) {
            value = value * factor + addend;
        }
        sum += value;
    }
    return sum;
}

} // namespace haliclr::tuner
