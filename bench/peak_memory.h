// How much memory one execution of some work takes.
#pragma once

#include <functional>
#include <optional>

namespace haliclr::bench {

// MiB by which the work raises the memory of this process: the peak of its resident pages (Linux),
// or of LibTorch's allocator once CUDA is in use. Freed memory is given back first, so that what
// earlier work left at hand does not hide it. Nothing where the system does not tell.
std::optional<double> peak_extra_mib(const std::function<void()> &work);

} // namespace haliclr::bench
