// NT-Xent, the contrastive loss of SimCLR (Chen et al. 2020, arXiv:2002.05709), forward and
// backward, streamed over pairs of row blocks so that no M x M matrix is ever held.
//
// z holds M = 2N rows of D columns; rows i and i + N are views of one image (a positive pair). With
// u_i = z_i / |z_i|, S_ij = u_i . u_j, E_ij = exp((S_ij - 1)/temperature) and l_i = sum_{j != i}
// E_ij
//
//     loss_i     = log l_i - (S_i,pos(i) - 1)/temperature
//     accuracy_i = 1 if S_i,pos(i) leads S_ij of every other j != i (a tie is a miss), else 0
//     entropy_i  = log l_i - (sum_{j != i} E_ij (S_ij - 1)/temperature) / l_i
//
// The derivation of the gradient and the numeric bounds are in docs/ntxent.md.
#pragma once

#include "Halide.h"
#include "dsl/ntxent_limits.h"

namespace haliclr::dsl {

// What both directions read. The rows are cut into blocks; the last one is filled up with zero
// rows.
struct NtXentSizes {
    Halide::Expr rows;    // M, even, at least 2
    Halide::Expr columns; // D, at least 1
    int block_rows;       // rows of a block; also fixes the order in which the sums are added

    Halide::Expr blocks() const { return (rows + (block_rows - 1)) / block_rows; }
};

// The forward pass. S is symmetric, so a block meets only the blocks that lie at most half the
// circle of blocks ahead of it: block b and offset o stand for the pair (b, (b + o) mod blocks),
// whose row sums belong to block b and whose column sums belong to the other block.
struct NtXentForward {
    Halide::Var i{"i"};       // row within block b; row of z in `sums` and `inverse_norms`
    Halide::Var j{"j"};       // row within the other block
    Halide::Var d{"d"};       // column
    Halide::Var b{"b"};       // block
    Halide::Var o{"o"};       // offset to the other block, 0 .. blocks/2
    Halide::Var side{"side"}; // 0: the rows of block b, 1: those of the other block
    Halide::Var statistic{"statistic"}; // 0 loss, 1 accuracy, 2 entropy

    Halide::RDom column;    // over D
    Halide::RDom block_row; // over the rows of a block
    Halide::RDom offset;    // over the offsets
    Halide::RDom block;     // over the blocks

    Halide::Func largest_entry{
        "largest_entry"};                  // (i) max |z|, the scale that keeps squares in range
    Halide::Func square_sum{"square_sum"}; // (i) of the scaled row
    Halide::Func inverse_norms{"inverse_norms"}; // (i) output, M
    Halide::Func unit_rows{"unit_rows"};         // (i, d, b) u, zero beyond M and D
    Halide::Func left{"left"};                   // (i, d, b) unit_rows as the first factor of S
    Halide::Func right{"right"};                 // (j, d, b) unit_rows as the second factor of S
    Halide::Func similarity{"similarity"};       // (j, i, b, o) S
    Halide::Func terms{"terms"};       // (j, i, b, o) {E, E (S - 1)/temperature, negative's S}
    Halide::Func row_sums{"row_sums"}; // (i, b, o) {sum, sum, max} of terms over j
    Halide::Func column_sums{"column_sums"}; // (j, b, o) the same over i
    Halide::Func pair_sums{"pair_sums"};     // (i, side, b, o) row_sums and column_sums
    Halide::Func totals{"totals"};     // (i, b) {l, sum E (S - 1)/temperature, max negative S}
    Halide::Func positive{"positive"}; // (i, b) S of the positive pair
    Halide::Func row_statistics{"row_statistics"};     // (i, statistic, b), zero beyond M
    Halide::Func block_statistics{"block_statistics"}; // (statistic, b)
    Halide::Func statistics_sum{"statistics_sum"};     // (statistic)
    Halide::Func statistics{"statistics"}; // (statistic) output, 3: means over the M rows
    Halide::Func sums{"sums"};             // (i) output, M: l

    // z: (d, i), any finite values.
    NtXentForward(const Halide::Func &z, const NtXentSizes &sizes,
                  Halide::Expr inverse_temperature);
};

// The gradient of `gradient * loss` with respect to z, from what the forward pass saved.
struct NtXentBackward {
    Halide::Var i{"i"}; // row within block b
    Halide::Var j{"j"}; // row within the other block
    Halide::Var d{"d"}; // column
    Halide::Var b{"b"}; // block
    Halide::Var c{"c"}; // the other block
    Halide::Var row{"row"};

    Halide::RDom column;    // over D
    Halide::RDom block_row; // over the rows of a block
    Halide::RDom block;     // over the blocks

    Halide::Func unit_rows{"unit_rows"};         // (i, d, b) u, zero beyond M and D
    Halide::Func inverse_sums{"inverse_sums"};   // (i, b) 1/l, zero beyond M
    Halide::Func similarity{"similarity"};       // (i, j, c, b) S
    Halide::Func weight{"weight"};               // (i, j, c, b) E_ij (1/l_i + 1/l_j)
    Halide::Func block_product{"block_product"}; // (i, d, c, b) sum of weight u_j over block c
    Halide::Func product{"product"};             // (i, d, b) the same over all blocks
    Halide::Func unit_gradient{"unit_gradient"}; // (i, d, b) with respect to u
    Halide::Func projection{"projection"};       // (i, b) unit_gradient . u
    Halide::Func dz{"dz"};                       // (d, row) output

    // z: (d, i); sums, inverse_norms: (i), as the forward pass returned them.
    NtXentBackward(const Halide::Func &z, const Halide::Func &sums,
                   const Halide::Func &inverse_norms, const NtXentSizes &sizes,
                   Halide::Expr inverse_temperature, Halide::Expr gradient);
};

} // namespace haliclr::dsl
