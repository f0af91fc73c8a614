// Steps on CUDA whose result is not yet known: no step waits for the device.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace haliclr::runtime {

// Ends every message about a gradient that is not finite.
inline constexpr const char *not_finite_remedy =
    ": nothing was updated: lower the rate or the precision's range, or look at the data";

// Sends `finite` (float32 [tensors], 0 where a sum was not finite) to the host without waiting.
// gradients: the names for the message. Inside a CUDA graph capture it does nothing; the guard of
// the kernel holds there too.
void watch_update(const std::string &op, const at::Tensor &finite,
                  std::vector<std::string> gradients);

// Throws NonFiniteGradient for a step that has finished and met a gradient that is not finite.
// Does not wait.
void poll_updates();

} // namespace haliclr::runtime
