// The device that a run computes on.
#pragma once

#include <c10/core/Device.h>

#include <string>

namespace haliclr::trainer {

// name: cpu | cuda | auto (cuda where a GPU is usable). Throws a UsageError for cuda without a
// usable GPU.
at::Device resolve_device(const std::string &name);

} // namespace haliclr::trainer
