// Strict: no sign, no spaces, no overflow, all of which would give another seed than was typed.
#include "tuner/seed.h"

#include "tuner/errors.h"

#include <charconv>
#include <limits>

namespace haliclr::tuner {

uint64_t parse_seed(const std::string &text, const std::string &flag) {
    uint64_t seed = 0;
    const char *end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, seed);
    if (fault != std::errc() || rest != end) {
        throw UsageError(flag + " '" + text + "': no seed; write a whole number from 0 to " +
                         std::to_string(std::numeric_limits<uint64_t>::max()));
    }
    return seed;
}

} // namespace haliclr::tuner
