// The algorithms of dsl/stripes.h.
#include "dsl/stripes.h"

namespace haliclr::dsl {

using namespace Halide;

namespace {

using Exprs = std::vector<Expr>;

// Whether the pair enters the sums; both are rows of the stripe's own counting.
Expr enters(const StripeSizes &sizes, const Expr &row, const Expr &column) {
    return row < sizes.rows && column < sizes.columns &&
           sizes.first_row + row != sizes.first_column + column;
}

Expr negative_of(const StripeSizes &sizes, const Expr &row, const Expr &column) {
    return is_negative(sizes.batch, sizes.first_row + row, sizes.first_column + column);
}

Expr batch_row(const StripeSizes &sizes, const Expr &row) {
    return held_row(sizes.batch, sizes.first_row + row);
}

Expr batch_column(const StripeSizes &sizes, const Expr &column) {
    return held_row(sizes.batch, sizes.first_column + column);
}

// Entries first .. first + count - 1, and the last one.
Exprs part(const FuncRef &terms, int first, int count, int last) {
    Exprs result;
    for (int n = 0; n < count; ++n) {
        result.push_back(terms[first + n]);
    }
    result.push_back(terms[last]);
    return result;
}

} // namespace

StripeSums::StripeSums(const Func &similarity, const Func &positive, const PairwiseLoss &loss,
                       const StripeSizes &sizes, const Expr &row_blocks, const Expr &column_blocks)
    : in_block(0, sizes.block, "in_block"), column_block(0, column_blocks, "column_block"),
      row_block(0, row_blocks, "row_block") {
    row_positive(row) = positive(batch_row(sizes, row));
    column_positive(row) = positive(batch_column(sizes, row));
    define_terms(similarity, loss, sizes);
    define_sums(similarity.types()[0], loss, sizes.block);
}

void StripeSums::define_terms(const Func &similarity, const PairwiseLoss &loss,
                              const StripeSizes &sizes) {
    const Type type = similarity.types()[0];
    const Expr own = a * sizes.block + i, other = b * sizes.block + j;
    const Expr inside = enters(sizes, own, other), negative = negative_of(sizes, own, other);
    const Expr s = similarity(other, own);
    Exprs pair;
    const auto add_terms_of = [&](const Expr &its_positive) {
        for (const Expr &term : loss.terms(s, its_positive, negative)) {
            pair.push_back(select(inside, term, cast(type, 0.0f)));
        }
    };
    add_terms_of(row_positive(own));
    if (loss.terms_know_positive()) {
        add_terms_of(column_positive(other));
    }
    pair.push_back(select(inside && negative, s, type.min()));
    terms(j, i, b, a) = Tuple(pair);
}

void StripeSums::define_sums(const Type &type, const PairwiseLoss &loss, int size) {
    const int count = loss.term_count(), of_column = loss.terms_know_positive() ? count : 0;
    const auto in_row = terms(in_block, i, b, a), in_column = terms(j, in_block, b, a);
    const int last = of_column + count;
    tile_rows(i, b, a) = nothing(type, count);
    tile_rows(i, b, a) = add(tile_rows(i, b, a), part(in_row, 0, count, last));
    tile_columns(j, b, a) = nothing(type, count);
    tile_columns(j, b, a) = add(tile_columns(j, b, a), part(in_column, of_column, count, last));
    Exprs sides;
    for (int n = 0; n <= count; ++n) {
        sides.push_back(select(side == 0, tile_rows(i, b, a)[n], tile_columns(i, b, a)[n]));
    }
    tile_sums(i, side, b, a) = Tuple(sides);

    const auto of_rows = tile_sums(i, 0, column_block, a),
               of_columns = tile_sums(j, 1, b, row_block);
    row_totals(i, a) = nothing(type, count);
    row_totals(i, a) = add(row_totals(i, a), entries(of_rows, count + 1));
    column_totals(j, b) = nothing(type, count);
    column_totals(j, b) = add(column_totals(j, b), entries(of_columns, count + 1));
    row_sums(row, k) = mux(k, entries(row_totals(row % size, row / size), count + 1));
    column_sums(row, k) = mux(k, entries(column_totals(row % size, row / size), count + 1));
}

StripeWeights::StripeWeights(const Func &similarity, const Func &row_state,
                             const PairwiseLoss &loss, const StripeSizes &sizes) {
    const auto state = [&](const Expr &at) { return Tuple(row_state(at, 0), row_state(at, 1)); };
    row_of(row) = state(batch_row(sizes, row));
    column_of(column) = state(batch_column(sizes, column));
    weights(column, row) =
        select(enters(sizes, row, column),
               loss.weight(similarity(column, row), PairRow{row_of(row)[0], row_of(row)[1]},
                           PairRow{column_of(column)[0], column_of(column)[1]},
                           negative_of(sizes, row, column)),
               cast(similarity.types()[0], 0.0f));
}

StripeRows::StripeRows(const Func &totals, const Func &positive, const PairwiseLoss &loss,
                       const Expr &rows)
    : in_chunk(0, chunk_rows, "in_chunk"),
      over_chunks(0, (rows + (chunk_rows - 1)) / chunk_rows, "over_chunks") {
    const Type type = totals.types()[0];
    const auto totals_of = [&](const Expr &at, int count) {
        Exprs result;
        for (int n = 0; n < count; ++n) {
            result.push_back(totals(at, n));
        }
        return result;
    };
    const int count = loss.term_count();
    row_state(row, c) = mux(c, row_state_of(loss, totals_of(row, count), positive(row)));

    const Expr held = held_row(rows, row);
    row_statistics(row, statistic) = select(
        row < rows, mux(statistic, row_results(loss, totals_of(held, count + 1), positive(held))),
        cast(type, 0.0f));
    chunk_statistics(statistic, chunk) = cast(type, 0.0f);
    chunk_statistics(statistic, chunk) += row_statistics(chunk * chunk_rows + in_chunk, statistic);
    statistics_sum(statistic) = cast(type, 0.0f);
    statistics_sum(statistic) += chunk_statistics(statistic, over_chunks);
    statistics(statistic) = statistics_sum(statistic) / cast(type, rows);
}

StripeGradient::StripeGradient(const Func &product, const Func &unit, const Func &inverse_norms,
                               const Func &row_state, const Expr &rows, const Expr &columns,
                               const Expr &share)
    : GradientEnd(columns) {
    define(product(d, row), share, unit, inverse_norms, row_state, rows);
}

} // namespace haliclr::dsl
