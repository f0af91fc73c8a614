// Checks of the arguments of a multi-tensor update.
#pragma once

#include "runtime/ops/multi_tensor.h"

#include <string>

namespace haliclr::runtime {

// Throws std::invalid_argument for lists that do not match, tensors that are not dense, of the
// right type and on one device, and memory that a step would write twice or read after writing.
void check_update_lists(const std::string &op, const UpdateLists &lists);

// Throws std::invalid_argument for a number that is negative or not finite.
void check_update_number(const std::string &op, const char *name, double value);

} // namespace haliclr::runtime
