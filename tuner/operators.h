// Which kernels to tune.
#pragma once

#include "tuner/shape.h"
#include "tuner/tables.h"

#include <string>
#include <vector>

namespace haliclr::tuner {

// The kernels of these names; "all", and no name, stand for one of each kind in float32. Throws a
// UsageError that names the nearest kernel.
std::vector<Kernel> operators_named(const std::vector<std::string> &names);

// What a run with this configuration uses (view.recipe, view.size, loss.kind, train.batch_size,
// head.dim, optimizer.kind), at its sizes, which are written to `shape`; of these the names, if
// any are given. Throws a UsageError.
std::vector<Kernel> operators_of_config(const std::string &file,
                                        const std::vector<std::string> &names, Shape &shape);

} // namespace haliclr::tuner
