// The generic binary's half of runtime/specialization.h: a member of its own in the archive, so
// that another definition takes its place.
#include "runtime/specialization.h"

namespace haliclr::runtime {

const std::vector<FixedValue> &fixed_values() {
    static const std::vector<FixedValue> none;
    return none;
}

} // namespace haliclr::runtime
