// Counts by the sequence that the binary carries the recipe with.
#include "bench/views_work.h"

#include "dsl/views_work.h"
#include "runtime/ops/view_kernels.h"

#include <ATen/ATen.h>

namespace haliclr::bench {

double flop_of_views(const std::string &recipe, const at::Tensor &draws, int64_t size) {
    const dsl::ViewSequence &sequence = runtime::carried(recipe).compiled->sequence;
    const auto columns = static_cast<int64_t>(sequence.columns.size());
    TORCH_CHECK(draws.dim() == 2 && draws.size(1) == columns, "[bench] draws: not [V, ", columns,
                "], as the recipe's sequence has");
    const at::Tensor rows = draws.cpu().contiguous();
    return dsl::flop_of_views(sequence, rows.const_data_ptr<float>(),
                              static_cast<int>(rows.size(0)), static_cast<int>(size));
}

} // namespace haliclr::bench
