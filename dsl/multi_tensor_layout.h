// Flat layout that the multi-tensor kernels work on, and the order of their scalars; free of
// Halide, so that the runtime shares it.
#pragma once

namespace haliclr::dsl {

// Elements a chunk. A tensor starts at a multiple of this within a flat buffer, and the buffer
// holds whole chunks.
inline constexpr int multi_tensor_chunk = 1024;

// Columns of the table of tensors: int32 (multi_tensor_columns, tensors + 1).
enum class TensorColumn {
    first_chunk, // chunks of tensor t: first_chunk(t) up to first_chunk(t + 1)
    elements,    // size of the tensor, at most multi_tensor_chunk times its chunks
    adapt,       // 1: weight decay and adaptation; 0: neither (normalisation, bias)
};
inline constexpr int multi_tensor_columns = 3;

// float32 scalars of a kernel; those that a rule does not name are unused.
inline constexpr int multi_tensor_scalars = 12;

// Scalars of the rule "lars"; see dsl/lars.h.
enum class LarsScalar {
    trust,
    weight_decay,
    momentum,
    gain,
    rate,
    norm_decay,
    zero_decay,
    epsilon,
    cap,
    velocity_share,
    push_share,
};

// Scalars of the rule "momentum_sgd"; see dsl/momentum_sgd.h.
enum class MomentumScalar {
    weight_decay,
    momentum,
    rate,
    velocity_share,
    push_share,
};

} // namespace haliclr::dsl
