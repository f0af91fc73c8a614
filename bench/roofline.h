// What this machine can do, measured in the same run: the bounds that percentages refer to.
#pragma once

#include <c10/core/Device.h>

#include <optional>
#include <string>

namespace haliclr::bench {

struct Roofline {
    double peak_gflops;                 // fp32 multiply-adds in registers, all threads, two flop
    std::optional<double> sgemm_gflops; // LibTorch's fp32 matrix product, 2048 cubed (CUDA: cuBLAS,
                                        // 4096 cubed); nothing where it has none
    double gigabytes_per_s;             // of 512 MiB, read and written counted both: on the CPU the
                                        // faster of a copy and an update in place, on devices of
                                        // LibTorch's copy and ours, where both can run
    // On a CUDA device's tensor cores, with factors of this type and sums of fp32: the faster of
    // products of our own (mma.sync) and LibTorch's, 4096 cubed.
    std::optional<double> tf32_gflops{}, bf16_gflops{};
};

// What bounds products whose factors are of a type (fp32, tf32, bf16): the units that they go
// through.
struct ProductRoof {
    double gflops;
    std::string name; // "tf32 peak of tensor cores"
};
ProductRoof product_roof(const Roofline &roofline, const std::string &factors);

// Of the device that operators on tensors of `device` run on: the CPU, a CUDA device, or the OpenCL
// device that HALICLR_BACKEND asks for. Throws as the runtime's operators do.
Roofline measure_roofline(at::Device device);

} // namespace haliclr::bench
