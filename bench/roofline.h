// What this machine can do, measured in the same run: the bounds that percentages refer to.
#pragma once

namespace haliclr::bench {

struct Roofline {
    double peak_gflops;     // fp32 multiply-adds in registers, all threads, two flop each
    double sgemm_gflops;    // LibTorch's matrix product, 2048 cubed
    double gigabytes_per_s; // copy of 256 MiB, bytes read and bytes written: the faster of
                            // LibTorch's and one memcpy a thread
};

Roofline measure_roofline();

} // namespace haliclr::bench
