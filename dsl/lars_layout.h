// Flat layout that the LARS kernel works on; free of Halide, so that the runtime shares it.
#pragma once

namespace haliclr::dsl {

// Elements a chunk. A tensor starts at a multiple of this within a flat buffer.
inline constexpr int lars_chunk = 1024;

// Columns of the table of tensors: int32 (lars_tensor_columns, tensors + 1).
enum class LarsTensor {
    first_chunk, // chunks of tensor t: first_chunk(t) up to first_chunk(t + 1)
    elements,    // size of the tensor, at most lars_chunk times its chunks
    adapt,       // 1: weight decay and trust ratio; 0: neither (normalisation, bias)
};
inline constexpr int lars_tensor_columns = 3;

} // namespace haliclr::dsl
