// Conversion of tensors to Halide buffers.
#include "runtime/binding/buffer.h"

#include "runtime/binding/cuda_runtime.h"

#include <HalideRuntimeCuda.h>
#include <HalideRuntimeOpenCL.h>

#include <limits>

namespace haliclr::runtime {
namespace {

constexpr int64_t largest = std::numeric_limits<int32_t>::max();

halide_type_t halide_type(const std::string &op, const std::string &argument, at::ScalarType type) {
    switch (type) {
    case at::kFloat:
        return halide_type_t(halide_type_float, 32);
    case at::kInt:
        return halide_type_t(halide_type_int, 32);
    case at::kLong:
        return halide_type_t(halide_type_int, 64);
    case at::kShort:
        return {halide_type_int, 16, 1};
    case at::kUInt16:
        return halide_type_t(halide_type_uint, 16);
    case at::kByte:
        return halide_type_t(halide_type_uint, 8);
    default:
        refuse(op, argument, ": dtype ", c10::toString(type),
               ": no kernel takes it: convert it to float32, int32, int64, int16, uint16 or uint8");
    }
}

} // namespace

TensorBuffer::TensorBuffer(const std::string &op, const std::string &argument,
                           const at::Tensor &given, Backend backend, Access access,
                           ErrorSink &errors)
    : tensor(given), backend(backend), access(access), errors(errors) {
    const bool wants_cuda = backend == Backend::cuda && !cuda_reads_host_memory();
    require(tensor.layout() == at::kStrided, op, argument, ": layout ", c10::str(tensor.layout()),
            ": give a dense tensor");
    require(tensor.is_cuda() == wants_cuda && (wants_cuda || tensor.is_cpu()), op, argument,
            ": on ", tensor.device().str(), ": the ", name_of(backend), " back end works on ",
            wants_cuda ? "cuda" : "cpu", " tensors: move it there");
    buffer.type = halide_type(op, argument, tensor.scalar_type());
    set_shape(op, argument);
    set_memory(op, argument);
}

void TensorBuffer::set_shape(const std::string &op, const std::string &argument) {
    const int64_t rank = tensor.dim();
    require(rank <= max_dimensions, op, argument, ": ", rank, " dimensions: give at most ",
            max_dimensions);
    int64_t span = 0;
    for (int64_t i = 0; i < rank; ++i) {
        const int64_t extent = tensor.size(rank - 1 - i);
        const int64_t stride = i == 0 && extent <= 1 ? 1 : tensor.stride(rank - 1 - i);
        require(i != 0 || stride == 1, op, argument, ": strides ", tensor.strides(),
                ": the last dimension must be dense: call .contiguous() first");
        require(extent <= largest && stride >= 0 && stride <= largest, op, argument, ": shape ",
                tensor.sizes(), ", strides ", tensor.strides(),
                ": kernels index fewer than 2^31 elements: split the tensor");
        span += (extent - 1) * stride;
        dimensions[i] =
            halide_dimension_t(0, static_cast<int32_t>(extent), static_cast<int32_t>(stride));
    }
    require(span < largest, op, argument, ": shape ", tensor.sizes(), ", strides ",
            tensor.strides(), ": kernels index fewer than 2^31 elements: split the tensor");
    buffer.dimensions = static_cast<int32_t>(rank);
    buffer.dim = dimensions.data();
}

void TensorBuffer::set_memory(const std::string &op, const std::string &argument) {
    void *memory = access == Access::write ? tensor.mutable_data_ptr()
                                           : const_cast<void *>(tensor.const_data_ptr());
    if (backend != Backend::cuda) {
        buffer.host = static_cast<uint8_t *>(memory);
        // Without the mark the device copy of an input would never be made.
        buffer.set_host_dirty(backend == Backend::opencl && access == Access::read);
        return;
    }
    const int status =
        halide_cuda_wrap_device_ptr(&errors, &buffer, reinterpret_cast<uintptr_t>(memory));
    require(status == 0, op, argument, ": ", errors.message());
    buffer.set_device_dirty(access == Access::read);
}

int TensorBuffer::copy_back() {
    if (backend != Backend::opencl || access != Access::write) {
        return 0;
    }
    return halide_copy_to_host(&errors, &buffer);
}

ShapeQuery::ShapeQuery(const std::vector<int64_t> &extents) : dimensions(extents.size()) {
    int64_t stride = 1;
    for (size_t i = 0; i < extents.size(); ++i) {
        const auto extent = static_cast<int32_t>(extents[extents.size() - 1 - i]);
        dimensions[i] = halide_dimension_t(0, extent, static_cast<int32_t>(stride));
        stride *= extent;
    }
    buffer.type = halide_type_t(halide_type_float, 32);
    buffer.dimensions = static_cast<int32_t>(extents.size());
    buffer.dim = dimensions.data();
}

std::vector<int64_t> ShapeQuery::shape() const {
    std::vector<int64_t> extents;
    for (auto dimension = dimensions.rbegin(); dimension != dimensions.rend(); ++dimension) {
        extents.push_back(dimension->extent);
    }
    return extents;
}

TensorBuffer::~TensorBuffer() {
    if (backend == Backend::cuda) {
        halide_cuda_detach_device_ptr(&errors, &buffer);
    } else if (backend == Backend::opencl) {
        halide_device_free(&errors, &buffer);
    }
}

} // namespace haliclr::runtime
