// What the kernels' arithmetic needs to compile as plain C++ too, where tests run it on the CPU.
#pragma once

#if defined(__CUDACC__)
#define HALICLR_HOST_DEVICE __host__ __device__ __forceinline__
#define HALICLR_DEVICE __device__ __forceinline__ // what nvcc compiles for the device alone
#else
#define HALICLR_HOST_DEVICE inline
#define HALICLR_DEVICE inline
#endif
#if defined(__CUDA_ARCH__)
#define HALICLR_UNROLL _Pragma("unroll")
#else
#define HALICLR_UNROLL
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
