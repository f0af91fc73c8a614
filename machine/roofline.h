// What this CPU can do at most, measured: the roofs over a kernel's time.
#pragma once

#include <cstdint>

namespace haliclr {

// GFLOP/s of fp32 multiply-adds in registers, all threads together; the best of 25 short runs.
double measure_peak(int threads);

// Gigabytes a second, read and written counted both, between the threads and `bytes` of memory,
// which they go through over and over: from the caches where it fits them. The faster of a copy of
// one half to the other by memcpy and of an update in place, for which no line is fetched that is
// only written. From 512 MiB on the rate is that of 512 MiB. The best of 25 runs each.
double measure_memory(int threads, int64_t bytes);

} // namespace haliclr
