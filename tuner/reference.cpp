// Anonymous shared memory; only pages that are written exist.
#include "tuner/reference.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <sys/mman.h>

namespace haliclr::tuner {

namespace {

constexpr double share_of_jumps = 1e-4;

template <typename T>
void append(const Halide::Buffer<> &buffer, std::vector<float> &values) {
    const Halide::Buffer<T> typed(buffer);
    typed.for_each_value([&](T value) { values.push_back(static_cast<float>(value)); });
}

std::vector<float> floats_of(Halide::Buffer<> &buffer) {
    buffer.copy_to_host();
    std::vector<float> values;
    values.reserve(buffer.number_of_elements());
    const Halide::Type type = buffer.type();
    if (type == Halide::Float(32)) {
        append<float>(buffer, values);
    } else if (type == Halide::BFloat(16)) {
        append<Halide::bfloat16_t>(buffer, values);
    } else if (type == Halide::Float(16)) {
        append<Halide::float16_t>(buffer, values);
    } else if (type == Halide::Int(16)) {
        append<int16_t>(buffer, values);
    } else {
        throw std::logic_error("no comparison for outputs of this type");
    }
    return values;
}

size_t element_count(const std::vector<Halide::Buffer<>> &outputs) {
    size_t count = 0;
    for (const Halide::Buffer<> &buffer : outputs) {
        count += buffer.number_of_elements();
    }
    return count;
}

} // namespace

double relative_tolerance(const Halide::Type &type) {
    return type == Halide::BFloat(16) ? 1e-2 : type == Halide::Float(16) ? 2e-3 : 1e-4;
}

Reference::Reference(const std::vector<Halide::Buffer<>> &outputs)
    : bytes(sizeof(float) * (element_count(outputs) + 1)) {
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::runtime_error("no memory for reference results; tune a smaller problem");
    }
    stored = static_cast<int *>(memory);
    values = static_cast<float *>(memory) + 1;
}

Reference::~Reference() {
    munmap(stored, bytes);
}

void Reference::store(std::vector<Halide::Buffer<>> outputs) {
    float *next = values;
    for (Halide::Buffer<> &buffer : outputs) {
        const std::vector<float> found = floats_of(buffer);
        next = std::copy(found.begin(), found.end(), next);
    }
    *stored = 1;
}

std::string Reference::difference(std::vector<Halide::Buffer<>> outputs) const {
    const float *expected = values;
    for (size_t output = 0; output < outputs.size(); ++output) {
        const std::vector<float> found = floats_of(outputs[output]);
        double largest = 0, worst = 0;
        for (size_t i = 0; i < found.size(); ++i) {
            const double magnitude = std::abs(expected[i]);
            largest = std::isfinite(magnitude) ? std::max(largest, magnitude) : largest;
        }
        const double tolerance = relative_tolerance(outputs[output].type()) * largest;
        size_t differing = 0;
        for (size_t i = 0; i < found.size(); ++i) {
            const double error = found[i] == expected[i] ? 0 : std::abs(found[i] - expected[i]);
            differing += !(error <= tolerance); // also counts a NaN
            worst = error <= worst ? worst : error;
        }
        if (differing > share_of_jumps * found.size()) {
            char text[160];
            std::snprintf(text, sizeof text,
                          "wrong result: %zu of %zu elements of output %zu differ, by up to %.3g",
                          differing, found.size(), output, worst);
            return text;
        }
        expected += found.size();
    }
    return "";
}

} // namespace haliclr::tuner
