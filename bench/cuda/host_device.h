// What the kernels' arithmetic needs to compile as plain C++ too, where tests run it on the CPU.
#pragma once

#if defined(__CUDACC__)
#define HALICLR_HOST_DEVICE __host__ __device__ __forceinline__
#else
#define HALICLR_HOST_DEVICE inline
#endif

namespace haliclr::bench::cuda {

// Moved in one access of 16 bytes.
struct alignas(16) Four {
    float at[4];
};

// address: at a multiple of 16 bytes.
HALICLR_HOST_DEVICE Four load_four(const float *address) {
    return *reinterpret_cast<const Four *>(address);
}

HALICLR_HOST_DEVICE void store_four(float *address, const Four &values) {
    *reinterpret_cast<Four *>(address) = values;
}

} // namespace haliclr::bench::cuda
