// Inputs of the draws, for tests of the algorithm and of its schedules.
#pragma once

#include "dsl/draws.h"
#include "dsl/view_sequence.h"

#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace haliclr::tests {

struct DrawsInputs {
    Halide::Buffer<int32_t> table;
    Halide::Buffer<int64_t> ids;
    Halide::Buffer<float> strengths;
    dsl::ViewSequence sequence;
    uint64_t seed = 0x0123456789abcdef;
    uint32_t epoch = 3;

    int images() const { return ids.width(); }
};

// The sequence that carries the recipe: the stock one, or its own.
inline dsl::ViewSequence carrier(const std::string &recipe) {
    const auto stock = dsl::sequence_of(dsl::parse_recipe(dsl::stock_recipe));
    const dsl::Recipe parsed = dsl::parse_recipe(recipe);
    return dsl::strengths_of(parsed, stock) ? stock : dsl::sequence_of(parsed);
}

// Images of this size (width, height) with the ids first, first + 1, ...
inline DrawsInputs draws_inputs(const std::string &recipe, int images, std::pair<int, int> size,
                                int64_t first = 0) {
    DrawsInputs inputs{
        Halide::Buffer<int32_t>(3, images), Halide::Buffer<int64_t>(images), {}, carrier(recipe)};
    inputs.strengths = Halide::Buffer<float>(inputs.sequence.numbers, 2);
    for (int n = 0; n < images; n++) {
        inputs.table(0, n) = 0;
        inputs.table(1, n) = size.second;
        inputs.table(2, n) = size.first;
        inputs.ids(n) = first + n;
    }
    const auto numbers = *dsl::strengths_of(dsl::parse_recipe(recipe), inputs.sequence);
    std::copy(numbers.begin(), numbers.end(), inputs.strengths.begin());
    inputs.table.set_host_dirty();
    inputs.ids.set_host_dirty();
    inputs.strengths.set_host_dirty();
    return inputs;
}

inline dsl::Draws make_draws(DrawsInputs inputs) {
    const Halide::Expr low(static_cast<uint32_t>(inputs.seed));
    const Halide::Expr high(static_cast<uint32_t>(inputs.seed >> 32));
    return dsl::Draws(inputs.sequence, Halide::Func(inputs.table), inputs.images(),
                      Halide::Func(inputs.ids), Halide::Func(inputs.strengths), low, high,
                      Halide::Expr(inputs.epoch));
}

// The unscheduled algorithm, but each Func computed once.
inline Halide::Buffer<float> naive_draws(const DrawsInputs &inputs) {
    dsl::Draws draws = make_draws(inputs);
    draws.words.compute_root();
    for (const dsl::Attempts &attempts : draws.attempts) {
        Halide::Func found = attempts.found, first_found = attempts.first_found;
        found.compute_root();
        if (attempts.has_later) {
            first_found.compute_root();
        }
    }
    return draws.draws.realize({draws.columns, 2 * inputs.images()});
}

} // namespace haliclr::tests
