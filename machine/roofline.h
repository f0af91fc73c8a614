// What this CPU can do at most, measured: the roofs over a kernel's time.
#pragma once

#include <cstdint>

namespace haliclr {

// GFLOP/s of fp32 multiply-adds in registers, all threads together; the best of 25 short runs.
double measure_peak(int threads);

// Gigabytes a second, read and written counted both, that one memcpy a thread moves when all of
// them together read half of `bytes` and write the other half, over and over: from the caches where
// it fits them. From 512 MiB on the rate is that of 512 MiB. The best of 25 runs.
double measure_copy(int threads, int64_t bytes);

} // namespace haliclr
