// What this binary was specialized to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace haliclr::runtime {

// A key of the configuration, "back end", "image size" (height x width), "instruction sets", "tuned
// records" or "kernels", and the one value that the binary was built for.
struct FixedValue {
    const char *key, *value;
};

// Empty for the generic binary. `haliclr build` links a definition of its own in place of this one.
const std::vector<FixedValue> &fixed_values();

// The value of a key, or null where it is not fixed.
const char *fixed_value(const char *key);

// The line for a value that is not the fixed one; found: what there is, such as "not 32".
std::string not_built_for(const std::string &key, const std::string &found);

struct ImageSize {
    int64_t height = 0, width = 0;
};
std::string to_text(const ImageSize &size); // "28x40", height first: the value of "image size"

// The size that every image must have; zeros where any will do.
const ImageSize &fixed_image_size();

} // namespace haliclr::runtime
