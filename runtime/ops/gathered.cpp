// A rank's rows are two runs of the global order; stripes of them meet all columns.
#include "runtime/ops/gathered.h"

#include "runtime/binding/backend.h"
#include "runtime/binding/errors.h"
#include "runtime/ops/ntxent_exact.h"
#include "runtime/ops/stripes.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace haliclr::runtime {
namespace {

void check(const at::Tensor &z, const Rank &rank, const PairwiseLoss &loss) {
    check_pairwise_arguments(z, loss, {});
    require(rank.count >= 1 && z.size(0) % (2 * rank.count) == 0, loss.kind, "ranks: ", rank.count,
            " for ", z.size(0), " rows: give every rank two views of equally many images");
    require(rank.index >= 0 && rank.index < rank.count, loss.kind, "rank: ", rank.index,
            ": give one of 0 .. ", rank.count - 1);
}

RowRanges ranges_of(const at::Tensor &z, const Rank &rank) {
    const int64_t half = z.size(0) / 2, images = half / rank.count, first = rank.index * images;
    return {{first, first + images}, {half + first, half + first + images}};
}

// The rank's part of what is laid out by rows along `dim`.
at::Tensor rows_of(const at::Tensor &all, const RowRanges &ranges, int64_t dim) {
    return at::cat({all.slice(dim, ranges[0].first, ranges[0].second),
                    all.slice(dim, ranges[1].first, ranges[1].second)},
                   dim);
}

// Calls step(begin, end, place): rows of the batch, and the place of the first among the rank's.
template <typename Step>
void for_stripes(const RowRanges &ranges, const at::Tensor &unit, Step step) {
    const int64_t height = stripe_rows(unit.size(0), {}, unit.device());
    int64_t place = 0;
    for (const auto &[first, last] : ranges) {
        for (int64_t begin = first; begin < last; begin += height) {
            const int64_t end = std::min(begin + height, last);
            step(begin, end, place);
            place += end - begin;
        }
    }
}

at::Tensor as_float(const at::Tensor &z) {
    return z.detach().to(at::kFloat);
}

} // namespace

GatheredForward gathered_forward(const at::Tensor &z_all, const Rank &rank,
                                 const PairwiseLoss &loss) {
    const at::NoGradGuard no_grad;
    check(z_all, rank, loss);
    choose_backend(loss.kind, z_all.device()); // the exact path refuses a wrong HALICLR_BACKEND too
    const RowRanges ranges = ranges_of(z_all, rank);
    if (is_exact_path(loss)) {
        const ExactForward exact = ntxent_exact_rows(as_float(z_all), ranges, loss.temperature);
        return {exact.statistics, exact.row_state};
    }
    const at::Tensor unit = unit_rows(loss.kind, as_float(z_all)).unit;
    const at::Tensor positive = positive_similarities(unit);
    const at::Tensor own_positive = rows_of(positive, ranges, 0);
    at::Tensor totals = no_sums(own_positive.size(0), loss, unit.options());
    Stripes stripes(unit, loss, {});
    for_stripes(ranges, unit, [&](int64_t begin, int64_t end, int64_t place) {
        stripes.multiply(begin, end, 0);
        totals.slice(1, place, place + end - begin).copy_(stripes.sums(positive).rows);
    });
    const FinishedRows finished = finish_rows(totals, own_positive, unit.size(0), loss);
    return {finished.statistics, finished.row_state};
}

at::Tensor gathered_backward(const at::Tensor &z_all, const at::Tensor &row_states,
                             const at::Tensor &gradient, const Rank &rank,
                             const PairwiseLoss &loss) {
    const at::NoGradGuard no_grad;
    check(z_all, rank, loss);
    const int64_t rows = z_all.size(0);
    require(row_states.sizes() == at::IntArrayRef({3, rows}) &&
                row_states.scalar_type() == at::kFloat && row_states.device() == z_all.device(),
            loss.kind, "row_states: shape ", row_states.sizes(), " of ",
            c10::toString(row_states.scalar_type()), " on ", row_states.device(),
            ": gather every rank's row_state to [3, ", rows, "] of float32 on the device of z_all");
    require(gradient.numel() == 1, loss.kind, "gradient: shape ", gradient.sizes(),
            ": give one element, the gradient of the mean loss");
    const RowRanges ranges = ranges_of(z_all, rank);
    if (is_exact_path(loss)) {
        return ntxent_exact_rows_gradient(as_float(z_all), ranges, row_states, gradient,
                                          loss.temperature)
            .to(z_all.scalar_type());
    }
    const UnitRows all = unit_rows(loss.kind, as_float(z_all));
    const UnitRows own{rows_of(all.unit, ranges, 0), rows_of(all.inverse_norms, ranges, 0)};
    const at::Tensor states = row_states.contiguous();
    at::Tensor product = at::zeros_like(own.unit);
    Stripes stripes(all.unit, loss, {});
    for_stripes(ranges, all.unit, [&](int64_t begin, int64_t end, int64_t place) {
        stripes.multiply(begin, end, 0);
        stripes.weigh(states);
        stripes.add_product(product.slice(0, place, place + end - begin));
    });
    const at::Tensor dz = finish_gradient(product, own, rows_of(states, ranges, 1),
                                          1.0 / static_cast<double>(rows), z_all.size(1), loss);
    return (dz * gradient.to(dz.device())).to(z_all.scalar_type());
}

at::Tensor global_order(const at::Tensor &rows, int64_t ranks, int64_t dim) {
    require(dim >= -rows.dim() && dim < rows.dim(), "gathered_order", "dim: ", dim, " of shape ",
            rows.sizes(), ": give the dimension along which the ranks follow each other");
    const int64_t along = dim < 0 ? dim + rows.dim() : dim;
    require(ranks >= 1 && rows.size(along) % (2 * ranks) == 0, "gathered_order", "ranks: ", ranks,
            " for ", rows.size(along), " rows: give two views of equally many images of each rank");
    const at::Tensor parts = rows.unflatten(along, {ranks, 2, rows.size(along) / (2 * ranks)});
    return parts.transpose(along, along + 1).flatten(along, along + 2).contiguous();
}

} // namespace haliclr::runtime
