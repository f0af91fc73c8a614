// The LARS step: norms of each tensor, a trust ratio, and an elementwise rule.
#include "dsl/lars.h"

#include <stdexcept>
#include <string>

namespace haliclr::dsl {

using Halide::cast;
using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Tuple;

namespace {

Expr table(const LarsInputs &inputs, LarsTensor column, const Expr &tensor) {
    return inputs.tensors(static_cast<int>(column), tensor);
}

Expr tensor_of(const LarsInputs &inputs, const Expr &chunk) {
    return Halide::unsafe_promise_clamped(inputs.chunk_tensor(chunk), 0, inputs.tensor_count - 1);
}

// u = g + weight_decay * w at an element of a tensor.
Expr decayed_gradient(const LarsInputs &inputs, const LarsScalars &scalars, const Expr &element,
                      const Expr &tensor) {
    Expr adapt = cast<float>(table(inputs, LarsTensor::adapt, tensor));
    return inputs.grads(element) + scalars.weight_decay * adapt * inputs.params(element);
}

} // namespace

Lars::Lars(const LarsInputs &inputs, const LarsScalars &scalars, int chunk_size) {
    if (chunk_size <= 0 || chunk_size % chunk_strands != 0) {
        throw std::invalid_argument("[lars] chunk size " + std::to_string(chunk_size) +
                                    ": use a positive multiple of " +
                                    std::to_string(chunk_strands));
    }
    sum_chunks(inputs, scalars, chunk_size);
    sum_tensors(inputs);
    apply(inputs, scalars, chunk_size);
}

void Lars::sum_chunks(const LarsInputs &inputs, const LarsScalars &scalars, int chunk_size) {
    Expr owner = tensor_of(inputs, chunk);
    Expr start = chunk * chunk_size;
    Expr end = table(inputs, LarsTensor::first_chunk, owner) * chunk_size +
               table(inputs, LarsTensor::elements, owner);
    owned(chunk) = clamp(min(end, inputs.total) - start, 0, chunk_size);
    Expr full_rows = owned(chunk) / chunk_strands;
    auto add_squares_at = [&](const Expr &at) {
        Expr inside = Halide::unsafe_promise_clamped(at, 0, inputs.total - 1);
        Expr weight = inputs.params(inside);
        Expr gradient = decayed_gradient(inputs, scalars, inside, owner);
        strand_squares(strand, chunk) =
            Tuple(strand_squares(strand, chunk)[0] + weight * weight,
                  strand_squares(strand, chunk)[1] + gradient * gradient);
    };

    // A row holds one element of each strand. Only the last row of a tensor can be cut short; it
    // stands apart so that the other rows need no condition within a row.
    strand_squares(strand, chunk) = Tuple(0.0f, 0.0f);
    rows = RDom(0, chunk_size / chunk_strands, "rows");
    rows.where(rows < full_rows);
    add_squares_at(start + rows * chunk_strands + strand);
    last_row = RDom(0, 1, "last_row");
    last_row.where(full_rows * chunk_strands + strand + last_row < owned(chunk));
    add_squares_at(start + full_rows * chunk_strands + strand + last_row);

    over_strands = RDom(0, chunk_strands, "over_strands");
    Tuple squares_of_strand = strand_squares(over_strands, chunk);
    chunk_squares(chunk) = Tuple(0.0f, 0.0f);
    chunk_squares(chunk) = Tuple(chunk_squares(chunk)[0] + squares_of_strand[0],
                                 chunk_squares(chunk)[1] + squares_of_strand[1]);
}

void Lars::sum_tensors(const LarsInputs &inputs) {
    over_chunks = RDom(0, (inputs.chunks + tensor_strands - 1) / tensor_strands, "over_chunks");
    Expr at =
        table(inputs, LarsTensor::first_chunk, tensor) + over_chunks * tensor_strands + strand;
    over_chunks.where(at < table(inputs, LarsTensor::first_chunk, tensor + 1));
    Tuple squares_of_chunk =
        chunk_squares(Halide::unsafe_promise_clamped(at, 0, inputs.chunks - 1));
    tensor_squares(strand, tensor) = Tuple(0.0f, 0.0f);
    tensor_squares(strand, tensor) = Tuple(tensor_squares(strand, tensor)[0] + squares_of_chunk[0],
                                           tensor_squares(strand, tensor)[1] + squares_of_chunk[1]);

    over_tensor_strands = RDom(0, tensor_strands, "over_tensor_strands");
    Tuple squares_of_strand = tensor_squares(over_tensor_strands, tensor);
    squares(tensor) = Tuple(0.0f, 0.0f);
    squares(tensor) =
        Tuple(squares(tensor)[0] + squares_of_strand[0], squares(tensor)[1] + squares_of_strand[1]);
}

void Lars::apply(const LarsInputs &inputs, const LarsScalars &scalars, int chunk_size) {
    Expr adapts = table(inputs, LarsTensor::adapt, tensor) != 0;
    Expr weight_squares = squares(tensor)[0], gradient_squares = squares(tensor)[1];
    Expr both = adapts && weight_squares > 0.0f && gradient_squares > 0.0f;
    ratio(tensor) =
        select(both, scalars.trust * sqrt(weight_squares) / sqrt(gradient_squares), 1.0f);

    Expr owner = tensor_of(inputs, element / chunk_size);
    Expr weight = inputs.params(element), velocity = inputs.momenta(element);
    Expr next = scalars.momentum * velocity +
                scalars.gain * ratio(owner) * decayed_gradient(inputs, scalars, element, owner);
    // Padding between two tensors keeps what it holds.
    Expr inside = element % chunk_size < owned(element / chunk_size);
    stepped(element) =
        Tuple(select(inside, weight - scalars.rate * next, weight), select(inside, next, velocity));
    step(element) = stepped(element);
}

} // namespace haliclr::dsl
