// Runs a multi-tensor update of a MultiTensorCase under a schedule.
#pragma once

#include "dsl/multi_tensor.h"
#include "tests/dsl/multi_tensor_case.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace haliclr::testing {

struct UpdateRun {
    std::string rule;
    std::vector<double> scalars;
    dsl::MultiTensorForm form;
    bool in_place = false;
    std::vector<float> carried; // by chunk, where the form carries
};

struct UpdateOutput {
    Halide::Buffer<float> params, momenta, weight_squares, verdict;
    Halide::Buffer<uint16_t> copies; // where the gradient is not float32
};

using Schedule = std::function<void(dsl::MultiTensor &)>;

// Inlined, every element would sum its tensor again.
inline void unscheduled(dsl::MultiTensor &update) {
    update.chunk_squares.compute_root();
    update.verdict.compute_root();
    update.sound.compute_root();
}

template <typename T>
Halide::Buffer<T> chunked(std::vector<T> &values, int chunk) {
    Halide::Buffer<T> buffer(values.data(), chunk, static_cast<int>(values.size()) / chunk);
    buffer.set_host_dirty();
    return buffer;
}

// `low`: the gradients as form.gradient stores them, unless float32.
inline UpdateOutput run_update(MultiTensorCase &given, UpdateRun run, const Schedule &schedule,
                               const Halide::Target &target, std::vector<uint16_t> low = {}) {
    using Halide::Buffer, Halide::Func;
    run.form.chunk_size = given.chunk;
    run.carried.resize(given.chunks());
    Buffer<float> params = chunked(given.params, given.chunk);
    Buffer<float> momenta = chunked(given.momenta, given.chunk);
    Buffer<> grads = low.empty() ? Buffer<>(chunked(given.grads, given.chunk))
                                 : Buffer<>(chunked(low, given.chunk));
    Buffer<float> carried(run.carried.data(), given.chunks());
    Buffer<int32_t> chunk_tensor(given.chunk_tensor.data(), given.chunks());
    Buffer<int32_t> table(given.tensors.data(), dsl::multi_tensor_columns, given.count() + 1);
    carried.set_host_dirty();
    chunk_tensor.set_host_dirty();
    table.set_host_dirty();
    // Parameters, as in the kernel: with a constant Halide 21 drops the clamp of an index that the
    // predicate of its RDom already bounds, and then infers the bounds without that predicate.
    Halide::Param<int> chunks("chunks", given.chunks()), tensors("tensors", given.count());
    std::vector<Halide::Expr> scalars(dsl::multi_tensor_scalars, Halide::Expr(0.0f));
    for (size_t i = 0; i < run.scalars.size(); ++i) {
        scalars[i] = Halide::Expr(static_cast<float>(run.scalars[i]));
    }
    dsl::MultiTensor update({Func(params), Func(grads), Func(momenta), Func(carried),
                             Func(chunk_tensor), Func(table), chunks, tensors},
                            dsl::multi_tensor_rule(run.rule, scalars), run.form);
    schedule(update);
    UpdateOutput output{Buffer<float>(given.chunk, given.chunks()),
                        Buffer<float>(given.chunk, given.chunks()), Buffer<float>(given.chunks()),
                        Buffer<float>(update.columns, given.count()),
                        Buffer<uint16_t>(given.chunk, given.chunks())};
    if (run.in_place) {
        output.params = params;
        output.momenta = momenta;
    }
    std::vector<Buffer<>> buffers{output.params, output.momenta};
    if (!low.empty()) {
        buffers.push_back(output.copies);
    }
    buffers.push_back(output.weight_squares);
    buffers.push_back(output.verdict);
    Halide::Pipeline({update.step, update.weight_squares, update.verdict})
        .realize(Halide::Realization(buffers), target);
    for (Buffer<> &buffer : buffers) {
        buffer.copy_to_host();
    }
    output.params = output.params.copy();
    output.momenta = output.momenta.copy();
    return output;
}

inline void expect_near(const Halide::Buffer<float> &found, const std::vector<double> &expected,
                        const std::string &what) {
    for (size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(found.data()[i], expected[i], 1e-5 * (1 + std::abs(expected[i])))
            << what << " at element " << i;
    }
}

inline void expect_step(const UpdateOutput &found, const StepResult &expected,
                        const std::string &what) {
    expect_near(found.params, expected.params, what + ": w");
    expect_near(found.momenta, expected.momenta, what + ": v");
}

} // namespace haliclr::testing
