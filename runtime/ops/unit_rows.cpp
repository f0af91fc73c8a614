// The kernel call of unit rows.
#include "runtime/ops/unit_rows.h"

#include "dsl/pairwise_limits.h"
#include "runtime/ops/kernels.h"

#include <ATen/ATen.h>

namespace haliclr::runtime {

int64_t filled_columns(int64_t columns) {
    constexpr int64_t run = dsl::unit_row_alignment;
    return (columns + run - 1) / run * run;
}

UnitRows unit_rows(const std::string &op, const at::Tensor &z) {
    const auto options = z.options().requires_grad(false);
    UnitRows rows{at::empty({z.size(0), filled_columns(z.size(1))}, options),
                  at::empty({z.size(0)}, options)};
    KernelCall call(op, z.device());
    call.finish(kernels::unit_rows.on(call.backend())(
        call.context(), call.read("z", z), call.write("inverse_norms", rows.inverse_norms),
        call.write("unit_rows", rows.unit)));
    return rows;
}

} // namespace haliclr::runtime
