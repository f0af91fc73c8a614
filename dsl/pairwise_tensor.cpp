// The algorithms of dsl/pairwise_tensor.h.
#include "dsl/pairwise_tensor.h"

#include <stdexcept>
#include <string>

#include "dsl/pairwise_limits.h"

namespace haliclr::dsl {

using namespace Halide;

namespace {

constexpr int a_rows = TensorCore::rows, b_rows = TensorCore::columns;

// Elements of a row that one product of fragments takes.
int depth_elements(const TensorCore &core) {
    return TensorCore::words * core.elements();
}

// The word of `core.elements()` values from the one at word * elements on.
Expr word_of(const TensorCore &core, const Expr &word,
             const std::function<Expr(const Expr &)> &value) {
    std::vector<Expr> values;
    for (int e = 0; e < core.elements(); ++e) {
        values.push_back(value(word * core.elements() + e));
    }
    return core.word(values);
}

Tuple zeros() {
    return Tuple(std::vector<Expr>(TensorCore::d_registers, 0.0f));
}

// accumulated, whose argument is the lane, plus a times b.
Tuple multiply_add(const TensorCore &core, const TensorCore::Fragment &a,
                   const TensorCore::Fragment &b, const TensorCore::Fragment &accumulated,
                   const Var &lane) {
    const auto registers = core.multiply_add(a, b, accumulated, lane);
    return Tuple(std::vector<Expr>(registers.begin(), registers.end()));
}

Expr register_of(const Expr &reg, const FuncRef &registers) {
    return mux(reg, {registers[0], registers[1], registers[2], registers[3]});
}

const PairwiseSizes &checked(const PairwiseSizes &sizes) {
    if (sizes.block_rows < a_rows || sizes.block_rows % a_rows != 0) {
        throw std::invalid_argument("[pairwise] block_rows = " + std::to_string(sizes.block_rows) +
                                    " must be a multiple of " + std::to_string(a_rows) +
                                    " on tensor cores");
    }
    return sizes;
}

} // namespace

TensorSimilarity::TensorSimilarity(const Func &unit, const PairwiseSizes &sizes,
                                   const TensorCore &core)
    : step(0, unit_row_alignment / depth_elements(core), "step"),
      runs(0, checked(sizes).columns / unit_row_alignment, "runs"),
      packed(packed_rows(unit, sizes, i, d, b)) {
    const auto place = TensorCore::a_place(lane, reg);
    fragments(lane, reg, depth, strip, b) =
        word_of(core, TensorCore::words * depth + place.column,
                [&](const Expr &column) { return packed(a_rows * strip + place.row, column, b); });
    left(lane, reg, depth, strip, b, o) = fragments(lane, reg, depth, strip, b);
    // B's column, a row of U, lies in its lane as A's row does; the upper 8 rows of a strip are the
    // odd registers.
    right(lane, reg, depth, half_strip, b, o) =
        fragments(lane, half_strip % 2 + 2 * reg, depth, half_strip / 2, sizes.ahead(b, o));

    const Expr at = run * (unit_row_alignment / depth_elements(core)) + step;
    run_product(lane, half_strip, strip, run, b, o) = zeros();
    run_product(lane, half_strip, strip, run, b, o) = multiply_add(
        core, [&](const Expr &in, int r) { return left(in, r, at, strip, b, o); },
        [&](const Expr &in, int r) { return right(in, r, at, half_strip, b, o); },
        [&](const Expr &in, int r) { return run_product(in, half_strip, strip, run, b, o)[r]; },
        lane);
    product(lane, reg, half_strip, strip, b, o) = 0.0f;
    product(lane, reg, half_strip, strip, b, o) +=
        register_of(reg, run_product(lane, half_strip, strip, runs, b, o));

    const auto slot = TensorCore::d_slot(i % a_rows, j % b_rows);
    similarity(j, i, b, o) = product(slot.lane, slot.reg, j / b_rows, i / a_rows, b, o);
}

TensorForward::TensorForward(const Func &unit, const PairwiseLoss &loss, const PairwiseSizes &sizes,
                             const TensorCore &core)
    : tensor(unit, sizes, core), pairs(unit, tensor.similarity, loss, sizes) {}

TensorBackward::TensorBackward(const Func &unit, const Func &inverse_norms, const Func &row_state,
                               const PairwiseLoss &loss, const PairwiseSizes &sizes,
                               const Expr &gradient, const TensorCore &core)
    : GradientEnd(sizes.columns), tensor(unit, sizes, core),
      step(0, sizes.block_rows / depth_elements(core), "step"),
      offset(0, sizes.offsets(), "offset"), state(row_states(row_state, sizes, i, b)) {
    weight(j, i, b, o) =
        pair_weight(tensor.similarity(j, i, b, o),
                    {i, j, b, sizes.ahead(b, o), o, sizes.to_last(b)}, state, loss, sizes);
    const auto a_place = TensorCore::a_place(lane, reg);
    const Expr a_row = a_rows * strip + a_place.row;
    const Expr a_word = TensorCore::words * depth + a_place.column;
    weights(lane, reg, depth, strip, b, o) = {
        word_of(core, a_word, [&](const Expr &other) { return weight(other, a_row, b, o); }),
        word_of(core, a_word, [&](const Expr &other) { return weight(a_row, other, b, o); })};
    const auto b_place = TensorCore::b_place(lane, reg);
    unit_fragments(lane, reg, depth, d_strip, b) =
        word_of(core, TensorCore::words * depth + b_place.row, [&](const Expr &row_in) {
            return tensor.packed(row_in, b_rows * d_strip + b_place.column, b);
        });

    const auto add_tile = [&](const Expr &tile, int side, const Expr &other) {
        tile_product(lane, d_strip, strip, b, o) = multiply_add(
            core, [&](const Expr &in, int r) { return weights(in, r, step, strip, tile, o)[side]; },
            [&](const Expr &in, int r) { return unit_fragments(in, r, step, d_strip, other); },
            [&](const Expr &in, int r) { return tile_product(in, d_strip, strip, b, o)[r]; }, lane);
    };
    tile_product(lane, d_strip, strip, b, o) = zeros();
    add_tile(b, 0, sizes.ahead(b, o));
    add_tile(sizes.behind(b, o), 1, sizes.behind(b, o));
    fragment_product(lane, reg, d_strip, strip, b) = 0.0f;
    fragment_product(lane, reg, d_strip, strip, b) +=
        register_of(reg, tile_product(lane, d_strip, strip, b, offset));
    const auto slot = TensorCore::d_slot(i % a_rows, d % b_rows);
    product(d, i, b) = fragment_product(slot.lane, slot.reg, d / b_rows, i / a_rows, b);

    const int size = sizes.block_rows;
    define(product(d, row % size, row / size), gradient / sizes.rows, unit, inverse_norms,
           row_state, sizes.rows);
}

} // namespace haliclr::dsl
