// The compiled recipes: which kernels make the views of a recipe.
#pragma once

#include "dsl/view_sequence.h"
#include "runtime/binding/call.h"

#include <c10/core/ScalarType.h>

#include <string>
#include <vector>

struct halide_buffer_t;

namespace haliclr::runtime {

using DrawsFunction = int(const void *, halide_buffer_t *, halide_buffer_t *, halide_buffer_t *,
                          uint32_t, uint32_t, uint32_t, halide_buffer_t *);
using ViewsFunction = int(const void *, halide_buffer_t *, halide_buffer_t *, halide_buffer_t *,
                          int32_t, halide_buffer_t *);

struct ViewsKernel {
    Kernel<ViewsFunction> run;
    int64_t size; // 0: any
    at::ScalarType type;
    bool channels_last;
};

// One sequence of operators that was compiled.
struct CompiledRecipe {
    dsl::ViewSequence sequence;
    Kernel<DrawsFunction> draws;
    std::vector<ViewsKernel> views;
    bool is_stock = false; // the stock sequence, also normalized: a block a view on a GPU
};

// A recipe with what carries it; strengths as dsl/view_sequence.h describes.
struct CarriedRecipe {
    const CompiledRecipe *compiled;
    std::vector<float> strengths;
};

// The first compiled sequence that carries the recipe. Throws std::invalid_argument
// "[recipe] ..." for a text that does not parse, or that no sequence carries: then it says how to
// build one.
const CarriedRecipe &carried(const std::string &recipe);

// The kernel whose result is nearest to what is wanted; one of any size, float32, channels first
// always exists.
const ViewsKernel &nearest_kernel(const CompiledRecipe &compiled, int64_t size, at::ScalarType type,
                                  bool channels_last);

} // namespace haliclr::runtime
