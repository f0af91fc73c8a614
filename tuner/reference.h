// Results that the child processes share, and their comparison.
#pragma once

#include <Halide.h>

#include <string>
#include <vector>

namespace haliclr::tuner {

// Outputs of one run, as floats, in memory that forked processes share.
class Reference {
public:
    explicit Reference(const std::vector<Halide::Buffer<>> &outputs);
    Reference(const Reference &) = delete;
    Reference &operator=(const Reference &) = delete;
    ~Reference();

    void store(std::vector<Halide::Buffer<>> outputs);
    bool is_stored() const { return *stored == 1; }
    // What differs by more than the tolerance, in one phrase; empty where nothing does. The
    // tolerance is relative to the largest magnitude of each output: 1e-4 in float32, more in types
    // with fewer bits. One element in 10,000 may differ by more, as some operators answer a
    // rounding difference with a jump.
    std::string difference(std::vector<Halide::Buffer<>> outputs) const;

private:
    size_t bytes;
    float *values = nullptr;
    int *stored = nullptr;
};

double relative_tolerance(const Halide::Type &type);

} // namespace haliclr::tuner
