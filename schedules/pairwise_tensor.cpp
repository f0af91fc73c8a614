// The schedules of pairwise losses on tensor cores.
//
// A block of threads is a block of warps and takes a tile of pairs; a warp holds its part of D in
// registers for a run of columns, for which both panels lie in shared memory, by fragments, so that
// the lanes of a warp read 32 words in a row. Thread dimension x is the lane in every stage: only
// then is a warp what its number says.
#include "schedules/pairwise_tensor.h"

#include <algorithm>
#include <string>

#include "dsl/pairwise_limits.h"
#include "schedules/pairwise_gpu.h"

namespace haliclr::schedules {

using namespace Halide;

namespace {

constexpr int lanes = dsl::TensorCore::lanes;
constexpr int registers = dsl::TensorCore::d_registers;
constexpr int shared_bytes = 48 * 1024; // what a kernel gets without opting in to more

int strips(const PairwiseTensor &tuned) {
    return tuned.block_rows / dsl::TensorCore::rows;
}

int half_strips(const PairwiseTensor &tuned) {
    return tuned.block_rows / dsl::TensorCore::columns;
}

// The warps of a block of threads.
int warp_rows(const PairwiseTensor &tuned) {
    return strips(tuned) / tuned.warp_strips;
}

int warp_columns(const PairwiseTensor &tuned) {
    return half_strips(tuned) / tuned.warp_half_strips;
}

void check(const PairwiseTensor &tuned) {
    using pairwise_gpu::require;
    using std::to_string;
    const int size = tuned.block_rows;
    require(size >= lanes && size % lanes == 0,
            "block_rows = " + to_string(size) + " must be a multiple of " + to_string(lanes));
    const int bytes = 4 * (size * size + 2 * size * dsl::unit_row_alignment + 12 * size);
    require(bytes <= shared_bytes, "block_rows = " + to_string(size) + " needs " +
                                       to_string(bytes) + " bytes of shared memory; at most " +
                                       to_string(shared_bytes) + " exist, so lower block_rows");
    require(tuned.warp_strips >= 1 && strips(tuned) % tuned.warp_strips == 0,
            "warp_strips = " + to_string(tuned.warp_strips) + " must divide " +
                to_string(strips(tuned)));
    const int run_strips = dsl::unit_row_alignment / dsl::TensorCore::columns;
    require(tuned.warp_half_strips >= 1 && run_strips % tuned.warp_half_strips == 0,
            "warp_half_strips = " + to_string(tuned.warp_half_strips) + " must divide " +
                to_string(run_strips));
    const int warps = warp_rows(tuned) * warp_columns(tuned), pieces = 2 * strips(tuned);
    require(pieces % warps == 0,
            "warp_strips = " + to_string(tuned.warp_strips) +
                " and warp_half_strips = " + to_string(tuned.warp_half_strips) + " make " +
                to_string(warps) + " warps, which must divide " + to_string(pieces));
    require(std::min(tuned.sum_offsets, tuned.weight_offsets) >= 1,
            "sum_offsets = " + to_string(tuned.sum_offsets) + ", weight_offsets = " +
                to_string(tuned.weight_offsets) + ": both must be at least 1");
}

// A warp's part of a product: its registers innermost, one lane a thread.
template <typename FuncOrStage>
void by_warps(FuncOrStage stage, const Var &lane, const Var &reg, const Var &column_strip,
              const Var &row_strip, const PairwiseTensor &tuned) {
    Var warp_column{"warp_column"}, warp_row{"warp_row"};
    stage.split(column_strip, warp_column, column_strip, tuned.warp_half_strips)
        .split(row_strip, warp_row, row_strip, tuned.warp_strips)
        .reorder(reg, column_strip, row_strip, lane, warp_column, warp_row)
        .unroll(reg)
        .unroll(column_strip)
        .unroll(row_strip)
        .gpu_threads(lane, warp_column, warp_row);
}

// A warp's part of the product with the unit rows: the last warps of a row may have no columns.
template <typename FuncOrStage>
void by_d_warps(FuncOrStage stage, const Var &lane, const Var &reg, const Var &d_strip,
                const Var &strip, const Var &b, const PairwiseTensor &tuned) {
    Var warp_column{"warp_column"}, warp_row{"warp_row"}, d_block{"d_block"};
    stage.split(d_strip, warp_column, d_strip, tuned.warp_half_strips)
        .split(warp_column, d_block, warp_column, warp_columns(tuned), TailStrategy::GuardWithIf)
        .split(strip, warp_row, strip, tuned.warp_strips)
        .reorder(reg, d_strip, strip, lane, warp_column, warp_row, d_block, b)
        .unroll(reg)
        .unroll(d_strip)
        .unroll(strip)
        .gpu_threads(lane, warp_column, warp_row)
        .gpu_blocks(d_block, b);
}

// Fragments by all warps of a block, one lane a thread.
void by_pieces(Func &fragments, const Var &lane, const Var &reg, const Var &depth, const Var &strip,
               const PairwiseTensor &tuned) {
    Var piece{"piece"}, warp_column{"warp_column"}, warp_row{"warp_row"};
    fragments.fuse(depth, strip, piece)
        .split(piece, piece, warp_column, warp_columns(tuned))
        .split(piece, piece, warp_row, warp_rows(tuned))
        .reorder(reg, piece, lane, warp_column, warp_row)
        .unroll(reg)
        .gpu_threads(lane, warp_column, warp_row);
}

void similarity(dsl::TensorSimilarity &tensor, const Func &at, const Var &block,
                const PairwiseTensor &tuned) {
    const Var &lane = tensor.lane, &reg = tensor.reg, &strip = tensor.strip;
    const Var &half_strip = tensor.half_strip;
    const RVar run = tensor.runs;
    tensor.fragments.compute_root()
        .bound(lane, 0, lanes)
        .bound(reg, 0, registers)
        .bound(strip, 0, strips(tuned))
        .gpu_blocks(tensor.depth, strip, tensor.b)
        .gpu_threads(lane, reg);
    Func &product = tensor.product;
    product.compute_at(at, block)
        .store_in(MemoryType::GPUShared)
        .bound(lane, 0, lanes)
        .bound(reg, 0, registers)
        .bound(half_strip, 0, half_strips(tuned))
        .bound(strip, 0, strips(tuned));
    by_warps(product, lane, reg, half_strip, strip, tuned);
    by_warps(product.update().reorder(reg, half_strip, strip, lane, run), lane, reg, half_strip,
             strip, tuned);
    for (Func *panel : {&tensor.left, &tensor.right}) {
        panel->compute_at(product, run).store_in(MemoryType::GPUShared);
        by_pieces(*panel, lane, reg, tensor.depth, panel == &tensor.left ? strip : half_strip,
                  tuned);
    }
    tensor.run_product.compute_at(product, lane)
        .store_in(MemoryType::Register)
        .unroll(half_strip)
        .unroll(strip);
    tensor.run_product.update()
        .reorder(half_strip, strip, tensor.step)
        .unroll(half_strip)
        .unroll(strip)
        .unroll(tensor.step);
}

// The sums of terms over a tile's rows and columns, in parts, so that all warps have a share.
void side_sums(dsl::PairwiseForward &pairs, const PairwiseTensor &tuned) {
    const int parts = warp_rows(tuned);
    for (Func *side : {&pairs.row_sums, &pairs.column_sums}) {
        const Var &row = side == &pairs.row_sums ? pairs.i : pairs.j;
        RVar part{"part"}, in_part{"in_part"};
        Var warp{"warp"}, part_warp{"part_warp"};
        Func partial = side->update()
                           .split(pairs.block_row, part, in_part, tuned.block_rows / parts)
                           .rfactor(part, part_warp);
        partial.compute_at(pairs.pair_sums, pairs.b)
            .store_in(MemoryType::GPUShared)
            .split(row, warp, row, lanes)
            .reorder(row, warp, part_warp)
            .gpu_threads(row, warp, part_warp);
        partial.update()
            .split(row, warp, row, lanes)
            .reorder(in_part, row, warp, part_warp)
            .gpu_threads(row, warp, part_warp);
        side->compute_at(pairs.pair_sums, pairs.i).store_in(MemoryType::Register);
        side->update().unroll(part);
    }
}

// The weights times the unit rows, a group of offsets after the other; the loop over the groups. A
// warp keeps the sum over a group in registers.
RVar weight_product(dsl::TensorBackward &pairs, const PairwiseTensor &tuned) {
    const Var &lane = pairs.lane, &reg = pairs.reg, &strip = pairs.strip, &b = pairs.b;
    const Var &d_strip = pairs.d_strip;
    Var group_of{"group_of"};
    RVar group{"group"}, member{"member"};
    Func &product = pairs.fragment_product;
    product.compute_root()
        .bound(lane, 0, lanes)
        .bound(reg, 0, registers)
        .bound(strip, 0, strips(tuned));
    by_d_warps(product, lane, reg, d_strip, strip, b, tuned);
    Func group_product =
        product.update()
            .split(pairs.offset, group, member, tuned.weight_offsets, TailStrategy::GuardWithIf)
            .rfactor(group, group_of);
    by_d_warps(product.update().reorder(reg, d_strip, strip, lane, b, group), lane, reg, d_strip,
               strip, b, tuned);
    group_product.compute_at(product, lane).store_in(MemoryType::Register);
    for (Stage stage : {Stage(group_product), group_product.update()}) {
        stage.unroll(reg).unroll(d_strip).unroll(strip);
    }
    group_product.update().reorder(reg, d_strip, strip, member);
    pairs.tile_product.compute_at(group_product, member)
        .store_in(MemoryType::Register)
        .unroll(d_strip)
        .unroll(strip);
    for (int side : {0, 1}) {
        pairs.tile_product.update(side)
            .reorder(d_strip, strip, pairs.step)
            .unroll(d_strip)
            .unroll(strip);
    }
    return group;
}

} // namespace

// Not timed on a GPU yet.
void pairwise_tensor_forward(dsl::TensorForward &algorithm, const PairwiseTensor &tuned) {
    check(tuned);
    dsl::PairwiseForward &pairs = algorithm.pairs;
    const Var &i = pairs.i, &b = pairs.b;
    const int size = tuned.block_rows;
    Var i_warp{"i_warp"};
    pairwise_gpu::rows(pairs, size);
    pairs.pair_sums.compute_at(pairs.totals, pairwise_gpu::totals(pairs, size, tuned.sum_offsets))
        .bound(i, 0, size)
        .bound(pairs.side, 0, 2)
        .split(i, i_warp, i, lanes)
        .reorder(pairs.side, i, i_warp, b, pairs.o)
        .unroll(pairs.side)
        .gpu_blocks(b, pairs.o)
        .gpu_threads(i, i_warp);
    similarity(algorithm.tensor, pairs.pair_sums, b, tuned);
    side_sums(pairs, tuned);
}

// Not timed on a GPU yet.
void pairwise_tensor_backward(dsl::TensorBackward &pairs, const PairwiseTensor &tuned) {
    check(tuned);
    const Var &lane = pairs.lane, &reg = pairs.reg, &b = pairs.b;
    pairwise_gpu::by_rows(pairs.state.compute_root().bound(pairs.i, 0, tuned.block_rows), pairs.i,
                          b);
    pairs.unit_fragments.compute_root()
        .bound(lane, 0, lanes)
        .bound(reg, 0, dsl::TensorCore::b_registers)
        .gpu_blocks(pairs.depth, pairs.d_strip, b)
        .gpu_threads(lane, reg);
    pairs.weights.compute_at(pairs.fragment_product, weight_product(pairs, tuned))
        .bound(lane, 0, lanes)
        .bound(reg, 0, registers)
        .bound(pairs.strip, 0, strips(tuned));
    by_pieces(pairs.weights, lane, reg, pairs.depth, pairs.strip, tuned);
    pairs.weights.gpu_blocks(b, pairs.o);
    similarity(pairs.tensor, pairs.weights, b, tuned);
    pairwise_gpu::gradient_end(pairs);
}

} // namespace haliclr::schedules
