// Multi-tensor updates: one optimizer step over many tensors in flat buffers.
//
// An update is stated as a rule: the norms that it needs of each tensor, the factors that follow
// from them, and what a step does to an element. The engine sums, guards and applies; dsl/lars.cpp
// and dsl/momentum_sgd.cpp are rules.
//
// The sums are taken in an order that is part of the algorithm, in strict float32: 32 strands a
// chunk, then 128 strands a tensor. Norms are those before the step. Where a sum of any tensor is
// not finite, no tensor is updated.
#pragma once

#include "Halide.h"
#include "dsl/low_precision.h"
#include "dsl/multi_tensor_layout.h"

#include <functional>
#include <string>
#include <vector>

namespace haliclr::dsl {

// An element as a rule sees it, in float32, and whether its tensor adapts (a condition).
struct TensorElement {
    Halide::Expr weight, gradient, velocity, adapts;
};

struct MultiTensorRule {
    using Exprs = std::vector<Halide::Expr>;

    // Whether the rule needs |w|^2. It comes first among the squares, is carried over from step to
    // step where the kernel is built so, and each step leaves the sums of the new w.
    bool weight_norm = false;
    // Elementwise expressions, at least one, whose squares are summed a tensor. None may read the
    // velocity. They guard the step: each gradient element must be in one of them.
    std::function<Exprs(const TensorElement &)> norms;
    // The tensor's factors from its squares ([|w|^2 first,] then one a norm) and whether it adapts.
    std::function<Exprs(const Exprs &squares, const Halide::Expr &adapts)> factors;
    // {w, v} after the step.
    std::function<Halide::Tuple(const TensorElement &, const Exprs &factors)> update;
};

// scalars: multi_tensor_scalars expressions, in the order of the rule's enum. Throws
// std::invalid_argument for an unknown name.
MultiTensorRule multi_tensor_rule(const std::string &name,
                                  const std::vector<Halide::Expr> &scalars);

struct MultiTensorInputs {
    Halide::Func params;       // float32 (lane, chunk): w
    Halide::Func grads;        // stored in form.gradient (lane, chunk): g
    Halide::Func momenta;      // float32 (lane, chunk): v
    Halide::Func carried;      // float32 (chunk): sums of w^2 that the step before left
    Halide::Func chunk_tensor; // int32 (chunk): the tensor that a chunk belongs to
    Halide::Func tensors;      // int32 (multi_tensor_columns, tensors + 1): see TensorColumn
    Halide::Expr chunks;
    Halide::Expr tensor_count;
};

struct MultiTensorForm {
    int chunk_size = multi_tensor_chunk; // a multiple of chunk_strands
    bool carried = false;                // |w|^2 from `carried`; else summed anew
    // How the gradients are stored. Unless float32, the step also writes w so, beside the float32
    // w.
    Precision gradient = Precision::float32;
};

struct MultiTensor {
    static constexpr int chunk_strands = 32;
    static constexpr int tensor_strands = 128;

    Halide::Var strand{"strand"}, chunk{"chunk"}, tensor{"tensor"}, lane{"lane"}, column{"column"};
    Halide::RDom rows, over_strands, over_chunks, over_tensor_strands, over_tensors, over_sound,
        new_rows, over_new_strands;

    Halide::Func owned{"owned"}; // (chunk): its elements that belong to the tensor
    Halide::Func strand_squares{"strand_squares"}; // (strand, chunk) -> squares of the norms
    Halide::Func chunk_squares{"chunk_squares"};   // (chunk) -> squares
    Halide::Func tensor_squares{"tensor_squares"}; // (strand, tensor) -> squares
    Halide::Func squares{"squares"};               // (tensor) -> squares
    // (column, tensor): 1 where the squares are finite, else 0; then the factors.
    Halide::Func verdict{"verdict"};
    int columns = 0;
    Halide::Func sound_strands{"sound_strands"}; // (strand): whether its tensors are finite
    Halide::Func sound{"sound"};                 // (): whether every tensor is
    Halide::Func stepped{"stepped"};             // (lane, chunk) -> {w, v} after the step
    // (lane, chunk) -> {w, v[, copy of w]}: stores what `stepped` holds. The buffers of w and v may
    // be params and momenta themselves; so the `stepped` of a chunk must be computed before that
    // chunk is stored, and no element may be stored twice.
    Halide::Func step{"step"};
    Halide::Func new_strand_squares{"new_strand_squares"}; // (strand, chunk), of the new w
    Halide::Func new_chunk_squares{"new_chunk_squares"};   // (chunk), of the new w
    // (chunk): the sums to carry; 0 where the rule needs no |w|.
    Halide::Func weight_squares{"weight_squares"};
    bool weight_norm = false;

    // Throws std::invalid_argument for a chunk size that does not fit the strands.
    MultiTensor(const MultiTensorInputs &, const MultiTensorRule &, const MultiTensorForm & = {});

private:
    MultiTensorInputs inputs;
    MultiTensorRule rule;
    MultiTensorForm form;

    Halide::Expr table(TensorColumn, const Halide::Expr &tensor) const;
    Halide::Expr adapts(const Halide::Expr &tensor) const;
    TensorElement element(const Halide::Expr &lane, const Halide::Expr &chunk) const;
    void sum_chunks();
    void sum_tensors();
    void judge();
    void apply();
    void sum_new_weights();
};

} // namespace haliclr::dsl
