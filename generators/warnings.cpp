// What the generators tell of Halide's warnings.
#include <iostream>
#include <string_view>

#include <Halide.h>

namespace {

// All but one. Halide checks that a Func is no larger than its schedule says and, on OpenCL, leaves
// the check out and warns, with pages of its expression. Where the schedules say so, it holds by
// how they divide the image.
class Warnings : public Halide::CompileTimeErrorReporter {
public:
    void warning(const char *message) override {
        if (std::string_view(message).find("Ignoring assertion inside") == std::string_view::npos) {
            std::cerr << message;
        }
    }
    [[noreturn]] void error(const char *message) override { throw Halide::CompileError(message); }
};

const struct Installed {
    Warnings warnings;
    Installed() { Halide::set_custom_compile_time_error_reporter(&warnings); }
    ~Installed() { Halide::set_custom_compile_time_error_reporter(nullptr); }
} installed;

} // namespace
