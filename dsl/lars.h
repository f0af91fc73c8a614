// LARS, layer-wise adaptive rate scaling: one step over many tensors in flat buffers.
//
// For a tensor with parameters w, gradient g, momentum v (You et al. 2017, arXiv:1708.03888; the
// zero rule and the momentum of google-research/simclr's LARSOptimizer):
//
//     u     = g + weight_decay * w
//     ratio = trust * |w| / |u|, or 1 where |w| or |u| is 0
//     v    := momentum * v + gain * ratio * u
//     w    := w - rate * v
//
// gain = learning rate, rate = 1 is the form "simclr"; gain = 1, rate = learning rate is "pytorch".
// Tensors that do not adapt have weight decay 0 and ratio 1.
//
// The sums are taken in an order that is part of the algorithm: 32 strands a chunk, then 128
// strands a tensor. The norms are those before the step, and |u| holds the weight decay.
#pragma once

#include "Halide.h"
#include "dsl/lars_layout.h"

namespace haliclr::dsl {

struct LarsInputs {
    Halide::Func params;       // float32 (total): w
    Halide::Func grads;        // float32 (total): g
    Halide::Func momenta;      // float32 (total): v
    Halide::Func chunk_tensor; // int32 (chunks): the tensor that a chunk belongs to
    Halide::Func tensors;      // int32 (lars_tensor_columns, tensors + 1): see LarsTensor
    Halide::Expr total;        // elements of a flat buffer; the last chunk may be cut short
    Halide::Expr chunks;
    Halide::Expr tensor_count;
};

struct LarsScalars {
    Halide::Expr trust, weight_decay, momentum, gain, rate;
};

struct Lars {
    static constexpr int chunk_strands = 32;
    static constexpr int tensor_strands = 128;

    Halide::Var strand{"strand"}, chunk{"chunk"}, tensor{"tensor"}, element{"element"};
    Halide::RDom rows, last_row, over_strands, over_chunks, over_tensor_strands;

    Halide::Func owned{"owned"}; // (chunk): its elements that belong to the tensor
    Halide::Func strand_squares{"strand_squares"}; // (strand, chunk) -> {|w|^2, |u|^2}
    Halide::Func chunk_squares{"chunk_squares"};   // (chunk) -> {|w|^2, |u|^2}
    Halide::Func tensor_squares{"tensor_squares"}; // (strand, tensor) -> {|w|^2, |u|^2}
    Halide::Func squares{"squares"};               // (tensor) -> {|w|^2, |u|^2}
    Halide::Func ratio{"ratio"};                   // (tensor)
    Halide::Func stepped{"stepped"};               // (element) -> {w, v} after the step
    // (element) -> {w, v}: stores what `stepped` holds. Its buffers may be params and momenta
    // themselves; so `stepped` must be computed before the elements it covers are stored, and no
    // element may be stored twice.
    Halide::Func step{"step"};

    // chunk_size: a multiple of chunk_strands.
    Lars(const LarsInputs &, const LarsScalars &, int chunk_size = lars_chunk);

private:
    void sum_chunks(const LarsInputs &, const LarsScalars &, int chunk_size);
    void sum_tensors(const LarsInputs &);
    void apply(const LarsInputs &, const LarsScalars &, int chunk_size);
};

} // namespace haliclr::dsl
