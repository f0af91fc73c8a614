// Errors at the joint between LibTorch and Halide: refused arguments, and failures inside a kernel.
#pragma once

#include <c10/util/StringUtil.h>

#include <mutex>
#include <stdexcept>
#include <string>

namespace haliclr::runtime {

// Throws std::invalid_argument "[operator] argument: value: remedy" from its parts, joined as text.
template <typename... Parts>
[[noreturn]] void refuse(const std::string &op, const Parts &...parts) {
    throw std::invalid_argument(c10::str("[", op, "] ", parts...));
}

template <typename... Parts>
void require(bool holds, const std::string &op, const Parts &...parts) {
    if (!holds) {
        refuse(op, parts...);
    }
}

// The user context of one kernel call. Halide reports an error to it, from whichever thread met it,
// and makes the kernel return nonzero; the first message is kept.
class ErrorSink {
public:
    void report(const char *message);
    std::string message() const;

private:
    mutable std::mutex mutex;
    std::string first;
};

// Makes Halide report to the ErrorSink that a call passes as user context, instead of aborting.
void install_error_handler();

} // namespace haliclr::runtime
