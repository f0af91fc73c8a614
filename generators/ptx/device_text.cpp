// The passes, one after another.
#include "generators/ptx/device_text.h"

#include "generators/ptx/coherent_loads.h"
#include "generators/ptx/expand.h"
#include "generators/ptx/shared_memory.h"

namespace haliclr::ptx {

std::string device_text(const Source &source, bool in_place) {
    const std::string expanded = expand(source);
    const std::string placed = place_shared_memory({expanded, source.file});
    return in_place ? load_coherently(placed) : placed;
}

} // namespace haliclr::ptx
