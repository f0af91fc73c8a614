// Checks of lars_step's arguments.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace haliclr::runtime {

struct LarsLists {
    at::TensorList params, grads, momenta;
    const std::vector<bool> &adapt;
};

// Throws std::invalid_argument for lists that do not match, tensors that are not dense float32 on
// one device, and memory that a step would write twice or read after writing.
void check_lars_lists(const LarsLists &lists);

// Throws std::invalid_argument for a number that is negative or not finite.
void check_lars_numbers(double lr, double momentum, double weight_decay, double trust);

} // namespace haliclr::runtime
