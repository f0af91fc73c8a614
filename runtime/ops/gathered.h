// Pairwise losses for several ranks that each hold some of the rows: a rank computes its own rows
// against the gathered rows of all, forward and backward. No gradient needs a reduction: the weight
// of a pair holds the factors of both of its rows.
//
//     z_all  = the rows of every rank, gathered, in the global order
//     part   = gathered_forward(z_all, ...)            its row_state: 3 floats a row
//     states = the row_state of every rank, gathered, in the global order
//     dz     = gathered_backward(z_all, states, ...)   of this rank's rows
//
// Global order: all first views, then all second; image i of rank r with n images each stands in
// the rows r n + i and N + r n + i.
#pragma once

#include "runtime/ops/pairwise.h"

namespace haliclr::runtime {

struct Rank {
    int64_t index = 0;
    int64_t count = 1;
};

struct GatheredForward {
    at::Tensor statistics; // float32 [3]: means over this rank's rows; the loss is their mean
    at::Tensor row_state;  // float32 [3, 2n]: first views, then second
};

// z_all: [M, D] as check_pairwise_arguments wants it, M a multiple of 2 rank.count. Computed in
// float32, NT-Xent at very small temperatures in double. Throws std::invalid_argument "[<loss>]
// ...".
GatheredForward gathered_forward(const at::Tensor &z_all, const Rank &rank,
                                 const PairwiseLoss &loss);

// d(gradient * mean loss of all M rows)/dz of this rank's rows, [2n, D] of z_all's type.
// row_states: float32 [3, M]; gradient: one element.
at::Tensor gathered_backward(const at::Tensor &z_all, const at::Tensor &row_states,
                             const at::Tensor &gradient, const Rank &rank,
                             const PairwiseLoss &loss);

// What all ranks' rows, one rank after the other along `dim`, are in the global order.
at::Tensor global_order(const at::Tensor &rows, int64_t ranks, int64_t dim);

} // namespace haliclr::runtime
