// One function an operator: checks the results against the baselines, then times all of them.
#pragma once

#include "bench/roofline.h"
#include "bench/table.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace haliclr::bench {

std::vector<Row> bench_views(const Roofline &roofline, const Effort &effort);
std::vector<Row> bench_ntxent(const Roofline &roofline, const Effort &effort);
std::vector<Row> bench_lars(const Roofline &roofline, const Effort &effort);

// Largest absolute difference, relative to the largest absolute value of ours. Throws where it
// exceeds the tolerance, as a time of a wrong result means nothing.
double checked_difference(const std::string &what, const at::Tensor &ours, const at::Tensor &theirs,
                          double tolerance);

} // namespace haliclr::bench
