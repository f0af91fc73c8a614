// The error that ends the command: one line that says what, which value, and what to do.
#pragma once

#include <stdexcept>

namespace haliclr::tuner {

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace haliclr::tuner
