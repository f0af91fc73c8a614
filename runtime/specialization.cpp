// Lookup in the fixed values.
#include "runtime/specialization.h"

#include <cstdio>
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

ImageSize fixed_image_size() {
    ImageSize size;
    long height = 0, width = 0;
    const char *text = fixed_value("image size");
    if (text != nullptr && std::sscanf(text, "%ldx%ld", &height, &width) == 2) {
        size = {height, width};
    }
    return size;
}

} // namespace haliclr::runtime
