// The engine of multi-tensor updates: norms, factors, guard, elementwise step, sums to carry.
#include "dsl/multi_tensor.h"

#include <stdexcept>

namespace haliclr::dsl {

using Halide::Expr;
using Halide::Func;
using Halide::RDom;
using Halide::Tuple;

namespace {

using Exprs = std::vector<Expr>;

// Reassociation or a fused multiply-add would let a sum that is carried over differ from the one
// summed anew, and the compiler may assume that plain arithmetic yields no infinity and no NaN.
Expr plus_square(const Expr &sum, const Expr &value) {
    return Halide::strict_float(sum + value * value);
}

Tuple added(const Func &sums, const std::vector<Expr> &at, const Exprs &terms) {
    Exprs result;
    for (size_t i = 0; i < terms.size(); ++i) {
        const Expr sum = terms.size() == 1 ? Expr(sums(at)) : Expr(sums(at)[static_cast<int>(i)]);
        result.push_back(Halide::strict_float(sum + terms[i]));
    }
    return Tuple(result);
}

Exprs elements_of(const Halide::FuncRef &ref, size_t count) {
    if (count == 1) {
        return {ref};
    }
    Exprs result;
    for (size_t i = 0; i < count; ++i) {
        result.push_back(ref[static_cast<int>(i)]);
    }
    return result;
}

Tuple zeros(size_t count) {
    return Tuple(Exprs(count, Expr(0.0f)));
}

// By the bits: a comparison may be folded under the compiler's assumptions.
Expr finite_bits(const Expr &value) {
    const Expr exponent = Halide::Internal::make_const(Halide::UInt(32), 0x7f800000);
    return (Halide::reinterpret<uint32_t>(value) & exponent) != exponent;
}

} // namespace

MultiTensor::MultiTensor(const MultiTensorInputs &given, const MultiTensorRule &update,
                         const MultiTensorForm &wanted)
    : weight_norm(update.weight_norm), inputs(given), rule(update), form(wanted) {
    if (form.chunk_size <= 0 || form.chunk_size % chunk_strands != 0) {
        throw std::invalid_argument("[multi_tensor] chunk size " + std::to_string(form.chunk_size) +
                                    ": use a positive multiple of " +
                                    std::to_string(chunk_strands));
    }
    sum_chunks();
    sum_tensors();
    judge();
    apply();
    sum_new_weights();
}

Expr MultiTensor::table(TensorColumn column, const Expr &tensor) const {
    return inputs.tensors(static_cast<int>(column), tensor);
}

Expr MultiTensor::adapts(const Expr &tensor) const {
    return table(TensorColumn::adapt, tensor) != 0;
}

TensorElement MultiTensor::element(const Expr &lane, const Expr &chunk) const {
    const Expr owner =
        Halide::unsafe_promise_clamped(inputs.chunk_tensor(chunk), 0, inputs.tensor_count - 1);
    return {inputs.params(lane, chunk), widened(inputs.grads(lane, chunk), form.gradient),
            inputs.momenta(lane, chunk), adapts(owner)};
}

void MultiTensor::sum_chunks() {
    const Expr owner =
        Halide::unsafe_promise_clamped(inputs.chunk_tensor(chunk), 0, inputs.tensor_count - 1);
    const Expr end = table(TensorColumn::first_chunk, owner) * form.chunk_size +
                     table(TensorColumn::elements, owner);
    owned(chunk) = clamp(end - chunk * form.chunk_size, 0, form.chunk_size);

    // A row holds one element of each strand. Padding adds 0.
    rows = RDom(0, form.chunk_size / chunk_strands, "rows");
    const Expr at = rows * chunk_strands + strand;
    const TensorElement here = element(at, chunk);
    Exprs values = rule.norms(here);
    if (rule.weight_norm && !form.carried) {
        values.insert(values.begin(), here.weight);
    }
    const size_t count = values.size();
    strand_squares(strand, chunk) = zeros(count);
    const Exprs sums = elements_of(strand_squares(strand, chunk), count);
    for (size_t i = 0; i < count; ++i) {
        values[i] = plus_square(sums[i], select(at < owned(chunk), values[i], 0.0f));
    }
    strand_squares(strand, chunk) = Tuple(values);

    over_strands = RDom(0, chunk_strands, "over_strands");
    chunk_squares(chunk) = zeros(count);
    chunk_squares(chunk) =
        added(chunk_squares, {chunk}, elements_of(strand_squares(over_strands, chunk), count));
}

void MultiTensor::sum_tensors() {
    over_chunks = RDom(0, (inputs.chunks + tensor_strands - 1) / tensor_strands, "over_chunks");
    const Expr first = table(TensorColumn::first_chunk, tensor);
    Expr at = first + over_chunks * tensor_strands + strand;
    over_chunks.where(at < table(TensorColumn::first_chunk, tensor + 1));
    at = Halide::unsafe_promise_clamped(at, 0, inputs.chunks - 1);
    Exprs terms = elements_of(chunk_squares(at), chunk_squares.outputs());
    if (rule.weight_norm && form.carried) {
        terms.insert(terms.begin(), inputs.carried(at));
    }
    tensor_squares(strand, tensor) = zeros(terms.size());
    tensor_squares(strand, tensor) = added(tensor_squares, {strand, tensor}, terms);

    over_tensor_strands = RDom(0, tensor_strands, "over_tensor_strands");
    squares(tensor) = zeros(terms.size());
    squares(tensor) = added(squares, {tensor},
                            elements_of(tensor_squares(over_tensor_strands, tensor), terms.size()));
}

void MultiTensor::judge() {
    const Exprs sums = elements_of(squares(tensor), squares.outputs());
    Expr finite = finite_bits(sums[0]);
    for (size_t i = 1; i < sums.size(); ++i) {
        finite = finite && finite_bits(sums[i]);
    }
    Exprs values = rule.factors(sums, adapts(tensor));
    values.insert(values.begin(), select(finite, 1.0f, 0.0f));
    columns = static_cast<int>(values.size());
    verdict(column, tensor) = mux(column, values);

    over_tensors =
        RDom(0, (inputs.tensor_count + chunk_strands - 1) / chunk_strands, "over_tensors");
    const Expr at = over_tensors * chunk_strands + strand;
    over_tensors.where(at < inputs.tensor_count);
    sound_strands(strand) = 1.0f;
    sound_strands(strand) =
        min(sound_strands(strand),
            verdict(0, Halide::unsafe_promise_clamped(at, 0, inputs.tensor_count - 1)));
    over_sound = RDom(0, chunk_strands, "over_sound");
    sound() = 1.0f;
    sound() = min(sound(), sound_strands(over_sound));
}

void MultiTensor::apply() {
    const Expr owner =
        Halide::unsafe_promise_clamped(inputs.chunk_tensor(chunk), 0, inputs.tensor_count - 1);
    Exprs factors;
    for (int i = 1; i < columns; ++i) {
        factors.push_back(verdict(i, owner));
    }
    const TensorElement here = element(lane, chunk);
    const Tuple next = rule.update(here, factors);
    // Padding between two tensors keeps what it holds.
    const Expr goes = lane < owned(chunk) && sound() > 0.0f;
    stepped(lane, chunk) =
        Tuple(select(goes, next[0], here.weight), select(goes, next[1], here.velocity));

    Exprs stored = elements_of(stepped(lane, chunk), 2);
    if (form.gradient != Precision::float32) {
        stored.push_back(narrowed(stored[0], form.gradient));
    }
    step(lane, chunk) = Tuple(stored);
}

void MultiTensor::sum_new_weights() {
    if (!rule.weight_norm) {
        weight_squares(chunk) = 0.0f;
        return;
    }
    new_rows = RDom(0, form.chunk_size / chunk_strands, "new_rows");
    const Expr at = new_rows * chunk_strands + strand;
    new_strand_squares(strand, chunk) = 0.0f;
    new_strand_squares(strand, chunk) = plus_square(
        new_strand_squares(strand, chunk), select(at < owned(chunk), stepped(at, chunk)[0], 0.0f));
    over_new_strands = RDom(0, chunk_strands, "over_new_strands");
    new_chunk_squares(chunk) = 0.0f;
    new_chunk_squares(chunk) = Halide::strict_float(new_chunk_squares(chunk) +
                                                    new_strand_squares(over_new_strands, chunk));
    weight_squares(chunk) = new_chunk_squares(chunk);
}

} // namespace haliclr::dsl
