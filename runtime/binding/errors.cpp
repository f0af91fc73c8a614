// Halide's error and print hooks.
#include "runtime/binding/errors.h"

#include <HalideRuntime.h>

#include <cstdio>

namespace haliclr::runtime {

void ErrorSink::report(const char *message) {
    const std::lock_guard lock(mutex);
    if (first.empty()) {
        first = message;
        while (!first.empty() && (first.back() == '\n' || first.back() == ' ')) {
            first.pop_back();
        }
    }
}

std::string ErrorSink::message() const {
    const std::lock_guard lock(mutex);
    return first.empty() ? "no message" : first;
}

namespace {

void print(void *, const char *text) {
    std::fputs(text, stderr);
}

void on_error(void *context, const char *message) {
    if (context != nullptr) {
        static_cast<ErrorSink *>(context)->report(message);
        return;
    }
    print(nullptr, message);
}

} // namespace

void install_error_handler() {
    halide_set_error_handler(on_error);
    halide_set_custom_print(print);
}

} // namespace haliclr::runtime
