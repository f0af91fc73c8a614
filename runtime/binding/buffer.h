// An at::Tensor as a halide_buffer_t, without a copy.
#pragma once

#include "runtime/binding/backend.h"
#include "runtime/binding/errors.h"

#include <ATen/core/Tensor.h>
#include <HalideRuntime.h>

#include <array>
#include <string>
#include <vector>

namespace haliclr::runtime {

// Dimensions are reversed (Halide's dimension 0 is the tensor's last); strides and storage offset
// are kept. The last dimension must be dense. Refused with std::invalid_argument: element types
// other than float32, int32, int64, int16, uint16 and uint8, more than four dimensions, a stride
// other than 1 in the last dimension, negative strides, and extents that Halide cannot index (2^31
// elements).
//
// CUDA: the buffer points to the tensor's own device memory. OpenCL: the buffer points to host
// memory; a read buffer is copied to the device by the kernel, a written one comes back with
// copy_back().
class TensorBuffer {
public:
    enum class Access { read, write };

    TensorBuffer(const std::string &op, const std::string &argument, const at::Tensor &tensor,
                 Backend backend, Access access, ErrorSink &errors);
    ~TensorBuffer();
    TensorBuffer(const TensorBuffer &) = delete;
    TensorBuffer &operator=(const TensorBuffer &) = delete;

    halide_buffer_t *get() { return &buffer; }
    // Returns Halide's error code.
    int copy_back();

private:
    static constexpr int max_dimensions = 4;

    at::Tensor tensor; // keeps the memory alive
    Backend backend;
    Access access;
    ErrorSink &errors;
    std::array<halide_dimension_t, max_dimensions> dimensions{};
    halide_buffer_t buffer{};

    void set_shape(const std::string &op, const std::string &argument);
    void set_memory(const std::string &op, const std::string &argument);
};

// A float32 buffer without memory. A kernel that is called with one computes nothing; it sets the
// extents of every such buffer to what it would need.
class ShapeQuery {
public:
    // extents: outermost first, as in a tensor; 0 where unknown.
    explicit ShapeQuery(const std::vector<int64_t> &extents);
    ShapeQuery(const ShapeQuery &) = delete;
    ShapeQuery &operator=(const ShapeQuery &) = delete;

    halide_buffer_t *get() { return &buffer; }
    std::vector<int64_t> shape() const;

private:
    std::vector<halide_dimension_t> dimensions;
    halide_buffer_t buffer{};
};

} // namespace haliclr::runtime
