// Results that the child processes share, and their comparison.
#pragma once

#include <Halide.h>

#include <string>
#include <vector>

namespace haliclr::tuner {

// What the outputs' elements are, beyond their type.
struct ResultFormat {
    int columns = 1;           // of a table, whose columns have magnitudes of their own
    std::vector<int> planes{}; // by output: parts of it with magnitudes of their own; empty: one
    bool jumps = false;        // whether some operator answers a rounding difference with a jump
    Halide::Type of_bits = {}; // what an output of uint16 holds: float16 or bfloat16
    double relative_tolerance = 0; // at least this much; 0: that of the outputs' type
};

// How two results of one output differ.
struct OutputDifference {
    size_t output = 0, elements = 0;
    size_t differing = 0; // elements that differ by more than the tolerance, or are no numbers
    size_t allowed = 0;   // so many may
    double largest = 0, tolerance = 0;

    // In one phrase; empty where so few differ that the results agree.
    std::string fault() const;
};

// Outputs of one run, as floats, in memory that forked processes share.
class Reference {
public:
    explicit Reference(const std::vector<Halide::Buffer<>> &outputs,
                       const ResultFormat &format = {});
    Reference(const Reference &) = delete;
    Reference &operator=(const Reference &) = delete;
    ~Reference();

    void store(std::vector<Halide::Buffer<>> outputs);
    bool is_stored() const { return *stored == 1; }
    // What differs by more than the tolerance, in one phrase; empty where nothing does. The
    // tolerance is relative to the largest magnitude of each output: 1e-4 in float32, more in types
    // with fewer bits. Where the format says that there are jumps, one element in 10,000 may differ
    // by more, and at least one.
    std::string difference(std::vector<Halide::Buffer<>> outputs) const;
    // By the same rules: of another stored result of the same outputs, the output that has a fault,
    // else the one whose difference comes nearest its tolerance.
    OutputDifference worst_difference(const Reference &found) const;

private:
    struct Part {
        Halide::Type type;
        size_t elements;
    };

    const ResultFormat format;
    std::vector<Part> parts;
    size_t bytes;
    float *values = nullptr;
    int *stored = nullptr;
};

double relative_tolerance(const Halide::Type &type);

} // namespace haliclr::tuner
