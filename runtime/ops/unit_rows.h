// Rows divided by their norms, filled up with zero columns for the kernels that read them.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace haliclr::runtime {

struct UnitRows {
    at::Tensor unit;          // float32 [M, filled_columns(D)]
    at::Tensor inverse_norms; // float32 [M]: 1 / max(norm, 1e-12)
};

// D rounded up to whole runs of the columns that a kernel takes at a time.
int64_t filled_columns(int64_t columns);

// z: float32 [M, D], the last dimension dense; op names the operator in errors.
UnitRows unit_rows(const std::string &op, const at::Tensor &z);

} // namespace haliclr::runtime
