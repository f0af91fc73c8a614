// Multi-tensor updates over lists of tensors and over flat storage, in place. The vocabulary is in
// dsl/multi_tensor.h.
#pragma once

#include "dsl/multi_tensor_layout.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace haliclr::runtime {

// A gradient, or the norm of one, is not finite; nothing was updated.
struct NonFiniteGradient : std::runtime_error {
    using std::runtime_error::runtime_error;
};

enum class UpdateRule { lars, lars_carried, momentum_sgd };

struct Update {
    std::string op; // in messages
    UpdateRule rule;
    std::array<float, dsl::multi_tensor_scalars> scalars; // in the order of the rule's enum
};

// float32 lists of equal length; the tensors of one place have one shape and the same strides,
// dense in any order. `copies` is empty, or holds a bfloat16 or float16 copy of each parameter;
// then the gradients have that type and the step writes the copies too.
struct UpdateLists {
    at::TensorList params, grads, momenta, copies;
    const std::vector<bool> &adapt; // whether a tensor is decayed and adapted
};

// One step. Tensors that lie in flat buffers as FlatParameters lays them out go in place; others go
// through flat scratch memory, which costs a copy of each. Either way it is one kernel call, and
// nothing is written where a gradient is not finite.
//
// On CPU tensors throws NonFiniteGradient "[op] grads[3] is not finite: ...". On CUDA the step does
// not wait for its result: the next one that can see it throws, or check_updates(). Throws
// std::invalid_argument "[op] ..." before anything is written.
void update_lists(const Update &update, const UpdateLists &lists);

// Waits for every step on CUDA so far, and throws NonFiniteGradient if one of them met a gradient
// that is not finite.
void check_updates();

// --- over flat storage -------------------------------------------------------------------------

// Sizes of the tensors in order, and whether each adapts.
using UpdateLayout = std::vector<std::pair<int64_t, bool>>;

// Whole chunks: [chunks, dsl::multi_tensor_chunk].
struct UpdateBuffers {
    at::Tensor params, grads, momenta;
    at::Tensor copies; // undefined where the gradients are float32
    at::Tensor sums;   // float32 [chunks]: of w^2 by chunk; read by lars_carried, always written
};

// How a tensor is called, and the tensor itself, for messages.
struct UpdateNames {
    std::function<std::string(size_t)> gradient, parameter;
    std::function<std::pair<at::Tensor, at::Tensor>(size_t)> tensors; // gradient, parameter
};

int64_t chunks_of(int64_t elements);

void update_flat(const Update &update, const UpdateBuffers &buffers, const UpdateLayout &layout,
                 const UpdateNames &names);

} // namespace haliclr::runtime
