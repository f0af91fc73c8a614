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

std::string not_built_for(const std::string &key, const std::string &found) {
    return "[specialized] this binary was built for " + key + " = " + fixed_value(key.c_str()) +
           ", " + found + "; run the generic binary, or make one with 'haliclr build'";
}

std::string to_text(const ImageSize &size) {
    return std::to_string(size.height) + "x" + std::to_string(size.width);
}

const ImageSize &fixed_image_size() {
    static const ImageSize size = [] { // every call of the views asks
        long height = 0, width = 0;
        const char *text = fixed_value("image size");
        const bool fixed = text != nullptr && std::sscanf(text, "%ldx%ld", &height, &width) == 2;
        return fixed ? ImageSize{height, width} : ImageSize{};
    }();
    return size;
}

} // namespace haliclr::runtime
