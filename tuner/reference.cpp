// Anonymous shared memory; only pages that are written exist.
#include "tuner/reference.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <sys/mman.h>

namespace haliclr::tuner {

namespace {

constexpr size_t elements_a_jump = 10000;

template <typename T>
void append(const Halide::Buffer<> &buffer, std::vector<float> &values) {
    const Halide::Buffer<T> typed(buffer);
    typed.for_each_value([&](T value) { values.push_back(static_cast<float>(value)); });
}

template <typename T>
void append_bits(const Halide::Buffer<> &buffer, std::vector<float> &values) {
    buffer.as<uint16_t>().for_each_value(
        [&](uint16_t bits) { values.push_back(static_cast<float>(T::make_from_bits(bits))); });
}

std::vector<float> floats_of(Halide::Buffer<> &buffer, const Halide::Type &of_bits) {
    buffer.copy_to_host();
    std::vector<float> values;
    values.reserve(buffer.number_of_elements());
    const Halide::Type type = buffer.type();
    if (type == Halide::Float(32)) {
        append<float>(buffer, values);
    } else if (type == Halide::UInt(16) && of_bits == Halide::BFloat(16)) {
        append_bits<Halide::bfloat16_t>(buffer, values);
    } else if (type == Halide::UInt(16) && of_bits == Halide::Float(16)) {
        append_bits<Halide::float16_t>(buffer, values);
    } else if (type == Halide::Int(16)) {
        append<int16_t>(buffer, values);
    } else {
        throw std::logic_error("no comparison for outputs of this type");
    }
    return values;
}

// Every step-th of so many elements.
OutputDifference compare(const float *expected, const float *found, size_t elements, size_t step,
                         double relative_tolerance, bool jumps) {
    OutputDifference difference;
    difference.elements = (elements + step - 1) / step;
    difference.allowed = jumps ? std::max<size_t>(1, difference.elements / elements_a_jump) : 0;
    double magnitude = 0;
    for (size_t i = 0; i < elements; i += step) {
        const double size = std::abs(expected[i]);
        magnitude = std::isfinite(size) ? std::max(magnitude, size) : magnitude;
    }
    difference.tolerance = relative_tolerance * magnitude;
    for (size_t i = 0; i < elements; i += step) {
        const double error = found[i] == expected[i] ? 0 : std::abs(found[i] - expected[i]);
        difference.differing += !(error <= difference.tolerance); // also counts a NaN
        difference.largest = error <= difference.largest ? difference.largest : error;
    }
    return difference;
}

// Whether b is worse than a: it has a fault and a has none, or a larger share of its tolerance.
bool is_worse(const OutputDifference &a, const OutputDifference &b) {
    const bool a_fails = !a.fault().empty(), b_fails = !b.fault().empty();
    return a_fails == b_fails ? b.largest * a.tolerance > a.largest * b.tolerance : b_fails;
}

} // namespace

double relative_tolerance(const Halide::Type &type) {
    return type == Halide::BFloat(16) ? 1e-2 : type == Halide::Float(16) ? 2e-3 : 1e-4;
}

std::string OutputDifference::fault() const {
    if (differing <= allowed) {
        return "";
    }
    char text[160];
    std::snprintf(text, sizeof text,
                  "wrong result: %zu of %zu elements of output %zu differ, by up to %.3g",
                  differing, elements, output, largest);
    return text;
}

Reference::Reference(const std::vector<Halide::Buffer<>> &outputs, const ResultFormat &format)
    : format(format) {
    size_t elements = 1; // the flag
    for (const Halide::Buffer<> &buffer : outputs) {
        const bool holds_bits = buffer.type() == Halide::UInt(16);
        parts.push_back({holds_bits ? format.of_bits : buffer.type(), buffer.number_of_elements()});
        elements += parts.back().elements;
    }
    bytes = sizeof(float) * elements;
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
        const std::vector<float> found = floats_of(buffer, format.of_bits);
        next = std::copy(found.begin(), found.end(), next);
    }
    *stored = 1;
}

std::string Reference::difference(std::vector<Halide::Buffer<>> outputs) const {
    Reference found(outputs, format);
    found.store(std::move(outputs));
    return worst_difference(found).fault();
}

OutputDifference Reference::worst_difference(const Reference &found) const {
    const auto columns = static_cast<size_t>(format.columns);
    OutputDifference worst;
    size_t first = 0;
    for (size_t output = 0; output < parts.size(); ++output) {
        const auto [type, elements] = parts[output];
        const size_t planes = format.planes.empty() ? 1 : size_t(format.planes.at(output));
        const size_t plane = elements / planes;
        const size_t parts_of_plane = std::min(columns, plane);
        const double tolerance = std::max(format.relative_tolerance, relative_tolerance(type));
        for (size_t part = 0; part < planes * parts_of_plane; ++part) {
            const size_t column = part % parts_of_plane;
            const size_t start = first + part / parts_of_plane * plane + column;
            OutputDifference one = compare(values + start, found.values + start, plane - column,
                                           columns, tolerance, format.jumps);
            one.output = output;
            worst = worst.elements == 0 || is_worse(worst, one) ? one : worst;
        }
        first += elements;
    }
    return worst;
}

} // namespace haliclr::tuner
