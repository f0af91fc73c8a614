// Candidates of CUDA kernels as the build makes them. Halide's JIT hands the PTX that it compiled
// to the driver; here the build's passes stand between (generators/ptx/device_text.h). The limit of
// 64 registers a thread that Halide gives the driver's compiler is left out too, as the runtime has
// none.
#pragma once

namespace haliclr::tuner {

// For every kernel that this process compiles from now on; in_place: an output of theirs may be an
// input. A text that a pass refuses fails to load, with the pass's line on the standard error.
void use_passes_over_cuda_text(bool in_place);

} // namespace haliclr::tuner
