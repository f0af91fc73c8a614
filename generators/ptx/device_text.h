// What the build makes of the PTX of a kernel.
#pragma once

#include <string>

#include "generators/ptx/call.h"

namespace haliclr::ptx {

// Device intrinsics as instructions (expand.h), shared memory as a declared array
// (shared_memory.h); and plain loads (coherent_loads.h) for a kernel whose output may be one of its
// inputs. Throws Error.
std::string device_text(const Source &source, bool in_place);

} // namespace haliclr::ptx
