// The arithmetic of a table of draws, as dsl/views_work.h counts it.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace haliclr::bench {

// flop of views of side `size`; draws: float32 [V, K] as runtime::view_draws makes it of the
// recipe, on any device. Throws a c10::Error for a table of another recipe's columns.
double flop_of_views(const std::string &recipe, const at::Tensor &draws, int64_t size);

} // namespace haliclr::bench
