// The algorithms of dsl/pairwise.h.
#include "dsl/pairwise.h"

#include "dsl/pairwise_rows.h"

namespace haliclr::dsl {

using namespace Halide;

using Exprs = std::vector<Expr>;

namespace {

// S of every tile, as a sum over the columns.
template <typename Pairs>
void define_similarity(Pairs &pairs, const PairwiseSizes &sizes) {
    const Var &i = pairs.i, &j = pairs.j, &d = pairs.d, &b = pairs.b, &o = pairs.o;
    pairs.own_rows(i, d, b) = pairs.packed(i, d, b);
    pairs.similarity(j, i, b, o) = cast(pairs.packed.types()[0], 0.0f);
    pairs.similarity(j, i, b, o) +=
        pairs.own_rows(i, pairs.column, b) * pairs.packed(j, pairs.column, sizes.ahead(b, o));
}

} // namespace

Expr PairwiseSizes::held(const Expr &row) const {
    return held_row(rows, row);
}

// In a plain tile the comparisons are with numbers that no row has: scalars, unlike a mask.
Expr PairwiseSizes::enters(const Expr &row, const Expr &other, const Expr &plain) const {
    return other != select(plain, -1, row) &&
           max(row, other) <= select(plain, Int(32).max(), rows - 1);
}

Expr PairwiseSizes::negative(const Expr &row, const Expr &other, const Expr &plain) const {
    return other != select(plain, -1, positive_row(rows, row));
}

Expr PairwiseSizes::plain(const Expr &o, const Expr &last) const {
    if (!tells_plain) {
        return Internal::const_false();
    }
    // Positive pairs lie half of the rows apart, so no nearer than this many blocks.
    const Expr nearest = rows / 2 / block_rows;
    const Expr filled = rows % block_rows != 0;
    const Expr beyond = filled && last < nearest / 2;
    const Expr first = select(beyond, last + 1, 1);
    const Expr end = select(filled && last == 0, 0, filled && !beyond, min(nearest, last), nearest);
    // Halide splits a loop at a select's condition, not at a condition as such.
    return select(first <= o && o < end, likely(0), -1) >= 0;
}

Expr PairwiseSizes::ahead(const Expr &b, const Expr &o) const {
    return (b + o) % blocks();
}

Expr PairwiseSizes::behind(const Expr &b, const Expr &o) const {
    return (b - o + blocks()) % blocks();
}

Expr PairwiseSizes::met_twice(const Expr &o) const {
    return o == 0 || 2 * o == blocks();
}

Func packed_rows(const Func &unit, const PairwiseSizes &sizes, const Var &i, const Var &d,
                 const Var &b) {
    const Expr row = b * sizes.block_rows + i;
    Func packed("packed");
    packed(i, d, b) =
        select(row < sizes.rows, unit(d, sizes.held(row)), cast(unit.types()[0], 0.0f));
    return packed;
}

Func row_states(const Func &row_state, const PairwiseSizes &sizes, const Var &i, const Var &b) {
    const Expr row = sizes.held(b * sizes.block_rows + i);
    Func state("state");
    state(i, b) = {row_state(row, 0), row_state(row, 1)};
    return state;
}

Expr pair_weight(const Expr &similarity, const PairInTiles &at, const Func &state,
                 const PairwiseLoss &loss, const PairwiseSizes &sizes) {
    const Type type = similarity.type();
    const auto row_of = [&](const Expr &in_tile, const Expr &block) {
        return PairRow{state(in_tile, block)[0], state(in_tile, block)[1]};
    };
    const Expr own = at.b * sizes.block_rows + at.i, other = at.ahead * sizes.block_rows + at.j;
    const Expr plain = sizes.plain(at.o, at.last);
    const Expr share = select(!plain && sizes.met_twice(at.o), cast(type, 0.5f), cast(type, 1.0f));
    return select(sizes.enters(own, other, plain),
                  share * loss.weight(similarity, row_of(at.i, at.b), row_of(at.j, at.ahead),
                                      sizes.negative(own, other, plain)),
                  cast(type, 0.0f));
}

PairwiseTiles::PairwiseTiles(const Func &unit, const PairwiseSizes &sizes, const Type &stored)
    : column(0, sizes.columns, "column"), packed(packed_rows(unit, sizes, i, d, b)) {
    define_similarity(*this, sizes);
    tiles(j, i, b, o) = stored_similarity(similarity(j, i, b, o), stored);
}

PairwiseForward::PairwiseForward(const Func &unit, const Func &tiles, const PairwiseLoss &loss,
                                 const PairwiseSizes &sizes)
    : column(0, sizes.columns, "column"), block_row(0, sizes.block_rows, "block_row"),
      offset(0, sizes.offsets(), "offset"), block(0, sizes.blocks(), "block"),
      packed(packed_rows(unit, sizes, i, d, b)), reads_tiles(tiles.defined()) {
    const Type type = unit.types()[0];
    const int size = sizes.block_rows, count = loss.term_count();
    const Expr ahead = sizes.ahead(b, o);
    if (reads_tiles) {
        similarity(j, i, b, o) = similarity_of(tiles(j, i, b, o), type);
    } else {
        define_similarity(*this, sizes);
    }

    const Expr row = b * size + i;
    const Expr other = ahead * size + j;
    const Expr partner = positive_row(sizes.rows, row);
    positive(i, b) = cast(type, 0.0f);
    positive(i, b) += unit(column, sizes.held(row)) * unit(column, partner);

    const Expr plain = sizes.plain(o, sizes.to_last(b));
    const Expr inside = sizes.enters(row, other, plain);
    const Expr negative = sizes.negative(row, other, plain);
    const Expr s = similarity(j, i, b, o);
    Exprs pair;
    const auto add_terms_of = [&](const Expr &positive_of_row) {
        for (const Expr &term : loss.terms(s, positive_of_row, negative)) {
            pair.push_back(select(inside, cast(type, term), cast(type, 0.0f)));
        }
    };
    add_terms_of(positive(i, b));
    const int others = loss.terms_know_positive() ? count : 0; // where a column's terms begin
    if (loss.terms_know_positive()) {
        add_terms_of(positive(j, ahead));
    }
    pair.push_back(select(inside && negative, s, type.min()));
    terms(j, i, b, o) = Tuple(pair);

    const auto terms_at = [&](const Expr &at_j, const Expr &at_i, int first) {
        const FuncRef at = terms(at_j, at_i, b, o);
        Exprs result;
        for (int k = 0; k < count; ++k) {
            result.push_back(at[first + k]);
        }
        result.push_back(at[int(pair.size()) - 1]);
        return result;
    };
    row_sums(i, b, o) = nothing(type, count);
    row_sums(i, b, o) = add(row_sums(i, b, o), terms_at(block_row, i, 0));
    column_sums(j, b, o) = nothing(type, count);
    column_sums(j, b, o) = add(column_sums(j, b, o), terms_at(j, block_row, others));
    Exprs sides;
    for (int k = 0; k <= count; ++k) {
        sides.push_back(select(side == 0, row_sums(i, b, o)[k], column_sums(i, b, o)[k]));
    }
    pair_sums(i, side, b, o) = Tuple(sides);

    // The column sums of a tile that is met twice are the row sums of another.
    Exprs own = entries(pair_sums(i, 0, b, offset), count + 1);
    const Exprs mirrored = entries(pair_sums(i, 1, sizes.behind(b, offset), offset), count + 1);
    for (int k = 0; k < count; ++k) {
        own[k] += select(sizes.met_twice(offset), cast(type, 0.0f), mirrored[k]);
    }
    own.back() = max(own.back(), select(sizes.met_twice(offset), type.min(), mirrored.back()));
    totals(i, b) = nothing(type, count);
    totals(i, b) = add(totals(i, b), own);

    row_statistics(i, statistic, b) =
        select(row < sizes.rows,
               mux(statistic, row_results(loss, entries(totals(i, b), count + 1), positive(i, b))),
               cast(type, 0.0f));
    block_statistics(statistic, b) = cast(type, 0.0f);
    block_statistics(statistic, b) += row_statistics(block_row, statistic, b);
    statistics_sum(statistic) = cast(type, 0.0f);
    statistics_sum(statistic) += block_statistics(statistic, block);
    statistics(statistic) = statistics_sum(statistic) / cast(type, sizes.rows);

    const Exprs row_sums_of = entries(totals(i % size, i / size), count);
    const Expr positive_of = positive(i % size, i / size);
    row_state(i, c) = mux(c, row_state_of(loss, row_sums_of, positive_of));
}

PairwiseBackward::PairwiseBackward(const Func &unit, const Func &inverse_norms,
                                   const Func &row_state, const Func &tiles,
                                   const PairwiseLoss &loss, const PairwiseSizes &sizes,
                                   Expr gradient)
    : GradientEnd(sizes.columns), block_row(0, sizes.block_rows, "block_row"),
      offset(0, sizes.offsets(), "offset"), packed(packed_rows(unit, sizes, i, d, b)),
      state(row_states(row_state, sizes, i, b)), reads_tiles(tiles.defined()) {
    const Type type = unit.types()[0];
    const int size = sizes.block_rows;
    const auto weight_of = [&](const Expr &s, const Expr &in, const Expr &ahead, const Expr &last) {
        return pair_weight(s, {i, j, in, ahead, o, last}, state, loss, sizes);
    };
    const Expr back = sizes.behind(b, o);
    if (reads_tiles) {
        const auto kept = [&](const Expr &in) { return similarity_of(tiles(j, i, in, o), type); };
        own_weight(j, i, b, o) = weight_of(kept(b), b, sizes.ahead(b, o), sizes.to_last(b));
        mirror_weight(j, i, b, o) = weight_of(kept(back), back, b, sizes.ahead(b, 1));
    } else {
        define_similarity(*this, sizes);
        weight(j, i, b, o) =
            weight_of(similarity(j, i, b, o), b, sizes.ahead(b, o), sizes.to_last(b));
        own_weight(j, i, b, o) = weight(j, i, b, o);
        mirror_weight(j, i, b, o) = weight(j, i, back, o);
    }

    // Rows beyond M have weight 0, so any row may stand for them.
    const auto unit_of = [&](const Expr &in) { return unit(d, sizes.held(in * size + block_row)); };
    tile_product(d, i, b, o) = cast(type, 0.0f);
    tile_product(d, i, b, o) += own_weight(block_row, i, b, o) * unit_of(sizes.ahead(b, o));
    tile_product(d, i, b, o) += mirror_weight(i, block_row, b, o) * unit_of(back);
    product(d, i, b) = cast(type, 0.0f);
    product(d, i, b) += tile_product(d, i, b, offset);

    define(product(d, row % size, row / size), gradient / cast(type, sizes.rows), unit,
           inverse_norms, row_state, sizes.rows);
}

} // namespace haliclr::dsl
