// Which kernels to tune.
#pragma once

#include "tuner/shape.h"
#include "tuner/tables.h"

#include <string>
#include <vector>

namespace haliclr::tuner {

// Every kernel that the build makes for a back end.
std::vector<Kernel> kernels_for(const std::string &backend);

// The kernels of these names; "all", and no name, stand for one of each kind in float32. Throws a
// UsageError for a name that the back end has no kernel of, which names the nearest one.
std::vector<Kernel> operators_named(const std::vector<std::string> &names,
                                    const std::string &backend);

// What a run with this configuration uses (view.recipe, view.size, loss.kind, loss.mode,
// train.batch_size, head.dim, optimizer.kind), at its sizes, which are written to `shape`; of these
// the names, if any are given. Throws a UsageError.
std::vector<Kernel> operators_of_config(const std::string &file,
                                        const std::vector<std::string> &names,
                                        const std::string &backend, Shape &shape);

} // namespace haliclr::tuner
