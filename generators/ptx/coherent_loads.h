// Loads for kernels that work in place.
#pragma once

#include <string>
#include <string_view>

namespace haliclr::ptx {

// source with plain loads in place of those through the read-only cache. Halide takes each buffer
// of a kernel for memory of its own, so that what is only read through one may go through that
// cache (PTX ISA, "ld.global.nc": the bytes must not change while the kernel runs); of an update in
// place the same bytes are written through another buffer.
std::string load_coherently(std::string_view source);

} // namespace haliclr::ptx
