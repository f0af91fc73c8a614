// Lookup in the fixed values.
#include "runtime/specialization.h"

#include <cstring>

namespace haliclr::runtime {

const char *fixed_value(const char *key) {
    for (const FixedValue &fixed : fixed_values()) {
        if (std::strcmp(fixed.key, key) == 0) {
            return fixed.value;
        }
    }
    return nullptr;
}

} // namespace haliclr::runtime
