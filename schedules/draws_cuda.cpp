// CUDA schedule of the draws: a thread a row, its random words in the thread's own memory.
#include "schedules/draws.h"

#include <stdexcept>
#include <string>

namespace haliclr::schedules {

using Halide::Func;
using Halide::TailStrategy;
using Halide::Var;

void draws_cuda(dsl::Draws &draws, const DrawsCuda &tuned) {
    if (tuned.rows_per_block < 1 || tuned.rows_per_block > 1024) {
        throw std::invalid_argument("[draws] rows_per_block is " +
                                    std::to_string(tuned.rows_per_block) + "; use 1 to 1024");
    }
    Var block("row_block"), thread("thread");
    draws.draws.compute_root()
        .bound(draws.column, 0, draws.columns)
        .reorder(draws.column, draws.row)
        .unroll(draws.column)
        .gpu_tile(draws.row, block, thread, tuned.rows_per_block, TailStrategy::GuardWithIf);
    draws.words.compute_at(draws.draws, thread)
        .bound(draws.block, 0, dsl::Draws::block_count)
        .unroll(draws.block);
    for (const dsl::Attempts &attempts : draws.attempts) {
        Func found = attempts.found, first_found = attempts.first_found;
        found.compute_at(draws.draws, thread);
        if (attempts.has_later) {
            first_found.compute_at(draws.draws, thread);
        } else {
            found.update().unroll(attempts.attempt);
        }
    }
}

} // namespace haliclr::schedules
