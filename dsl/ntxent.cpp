// The algorithms of dsl/ntxent.h.
#include "dsl/ntxent.h"

namespace haliclr::dsl {

using namespace Halide;

namespace {

// z with its indices held inside the array, so that a schedule may round a loop up.
Expr entry(const Func &z, const NtXentSizes &sizes, const Expr &d, const Expr &row) {
    return z(clamp(d, 0, sizes.columns - 1), clamp(row, 0, sizes.rows - 1));
}

Expr unit_entry(const Func &z, const Func &inverse_norms, const NtXentSizes &sizes, const Expr &d,
                const Expr &row) {
    const Expr inside = d < sizes.columns && row < sizes.rows;
    const Expr norm = inverse_norms(clamp(row, 0, sizes.rows - 1));
    return select(inside, entry(z, sizes, d, row) * norm, 0.0f);
}

// The row of z that makes a positive pair with `row`; rows beyond M get some row of z.
Expr positive_row(const NtXentSizes &sizes, const Expr &row) {
    const Expr half = sizes.rows / 2;
    return clamp(select(row < half, row + half, row - half), 0, sizes.rows - 1);
}

// Whether S of the two rows enters the sums: not a row with itself, not a filled-up row.
Expr enters(const NtXentSizes &sizes, const Expr &row, const Expr &other) {
    return row != other && max(row, other) < sizes.rows;
}

Tuple add(const FuncRef &sum, const FuncRef &term) {
    return {sum[0] + term[0], sum[1] + term[1], max(sum[2], term[2])};
}

Tuple nothing() {
    return {0.0f, 0.0f, Float(32).min()};
}

} // namespace

NtXentForward::NtXentForward(const Func &z, const NtXentSizes &sizes, Expr inverse_temperature)
    : column(0, sizes.columns, "column"), block_row(0, sizes.block_rows, "block_row"),
      offset(0, sizes.blocks() / 2 + 1, "offset"), block(0, sizes.blocks(), "block") {
    const int size = sizes.block_rows;
    const Expr blocks = sizes.blocks();

    largest_entry(i) = 1e-30f;
    largest_entry(i) = max(largest_entry(i), abs(entry(z, sizes, column, i)));
    const Expr scale = 1.0f / largest_entry(i);
    const Expr scaled = entry(z, sizes, column, i) * scale;
    square_sum(i) = 0.0f;
    square_sum(i) += scaled * scaled;
    // A row that is not zero has a scaled entry of one, so only zero rows see the outer bound act
    // on 0.
    inverse_norms(i) = min(scale / sqrt(max(square_sum(i), 1.0f)), 1.0f / smallest_row_norm);

    unit_rows(i, d, b) = unit_entry(z, inverse_norms, sizes, d, b * size + i);
    left(i, d, b) = unit_rows(i, d, b);
    right(j, d, b) = unit_rows(j, d, b);

    const Expr ahead = (b + o) % blocks;
    similarity(j, i, b, o) = 0.0f;
    similarity(j, i, b, o) += left(i, column, b) * right(j, column, ahead);

    const Expr row = b * size + i;
    const Expr other = ahead * size + j;
    const Expr exponent = (similarity(j, i, b, o) - 1.0f) * inverse_temperature;
    const Expr term = select(enters(sizes, row, other), exp(exponent), 0.0f);
    const Expr negative =
        enters(sizes, row, other) && absd(row, other) != cast<uint32_t>(sizes.rows / 2);
    terms(j, i, b, o) = {term, term * exponent,
                         select(negative, similarity(j, i, b, o), Float(32).min())};

    row_sums(i, b, o) = nothing();
    row_sums(i, b, o) = add(row_sums(i, b, o), terms(block_row, i, b, o));
    column_sums(j, b, o) = nothing();
    column_sums(j, b, o) = add(column_sums(j, b, o), terms(j, block_row, b, o));
    const auto on_side = [&](int part) {
        return select(side == 0, row_sums(i, b, o)[part], column_sums(i, b, o)[part]);
    };
    pair_sums(i, side, b, o) = {on_side(0), on_side(1), on_side(2)};

    // A pair's column sums count where the pair is not its own mirror image: offset 0 is a block
    // with itself, and an offset of half the circle meets each pair from both ends.
    const Expr behind = (b - offset + blocks) % blocks;
    const Expr mirrored = offset > 0 && 2 * offset < blocks;
    const FuncRef own = pair_sums(i, 0, b, offset);
    const FuncRef others = pair_sums(i, 1, behind, offset);
    totals(i, b) = nothing();
    totals(i, b) = {totals(i, b)[0] + own[0] + select(mirrored, others[0], 0.0f),
                    totals(i, b)[1] + own[1] + select(mirrored, others[1], 0.0f),
                    max(totals(i, b)[2], own[2], select(mirrored, others[2], Float(32).min()))};
    sums(i) = totals(i % size, i / size)[0];

    const Expr partner = positive_row(sizes, row);
    positive(i, b) = 0.0f;
    positive(i, b) += unit_rows(i, column, b) * unit_rows(partner % size, column, partner / size);

    const Expr logarithm = log(totals(i, b)[0]);
    const Expr loss = logarithm - (positive(i, b) - 1.0f) * inverse_temperature;
    const Expr accuracy =
        select(positive(i, b) > totals(i, b)[2] + least_similarity_lead, 1.0f, 0.0f);
    const Expr entropy = logarithm - totals(i, b)[1] / totals(i, b)[0];
    row_statistics(i, statistic, b) =
        select(row < sizes.rows, mux(statistic, {loss, accuracy, entropy}), 0.0f);
    block_statistics(statistic, b) = 0.0f;
    block_statistics(statistic, b) += row_statistics(block_row, statistic, b);
    statistics_sum(statistic) = 0.0f;
    statistics_sum(statistic) += block_statistics(statistic, block);
    statistics(statistic) = statistics_sum(statistic) / cast<float>(sizes.rows);
}

NtXentBackward::NtXentBackward(const Func &z, const Func &sums, const Func &inverse_norms,
                               const NtXentSizes &sizes, Expr inverse_temperature, Expr gradient)
    : column(0, sizes.columns, "column"), block_row(0, sizes.block_rows, "block_row"),
      block(0, sizes.blocks(), "block") {
    const int size = sizes.block_rows;
    unit_rows(i, d, b) = unit_entry(z, inverse_norms, sizes, d, b * size + i);
    const Expr own_row = b * size + i;
    const Expr other_row = c * size + j;
    inverse_sums(i, b) =
        select(own_row < sizes.rows, 1.0f / sums(clamp(own_row, 0, sizes.rows - 1)), 0.0f);

    similarity(i, j, c, b) = 0.0f;
    similarity(i, j, c, b) += unit_rows(i, column, b) * unit_rows(j, column, c);
    weight(i, j, c, b) = select(enters(sizes, own_row, other_row),
                                exp((similarity(i, j, c, b) - 1.0f) * inverse_temperature), 0.0f) *
                         (inverse_sums(i, b) + inverse_sums(j, c));
    block_product(i, d, c, b) = 0.0f;
    block_product(i, d, c, b) += weight(i, block_row, c, b) * unit_rows(block_row, d, c);
    product(i, d, b) = 0.0f;
    product(i, d, b) += block_product(i, d, block, b);

    const Expr partner = positive_row(sizes, own_row);
    unit_gradient(i, d, b) =
        (gradient * inverse_temperature / cast<float>(sizes.rows)) *
        (product(i, d, b) - 2.0f * unit_rows(partner % size, d, partner / size));
    projection(i, b) = 0.0f;
    projection(i, b) += unit_gradient(i, column, b) * unit_rows(i, column, b);

    // A row that was divided by the least norm instead of its own has a constant divisor.
    const Expr in_block = row % size;
    const Expr in = row / size;
    const Expr own_norm = inverse_norms(row) < 1.0f / smallest_row_norm;
    const Expr along = select(own_norm, projection(in_block, in), 0.0f);
    dz(d, row) =
        inverse_norms(row) * (unit_gradient(in_block, d, in) - along * unit_rows(in_block, d, in));
}

} // namespace haliclr::dsl
