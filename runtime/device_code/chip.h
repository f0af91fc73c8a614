// What a multiprocessor (SM) of each chip holds, and how many blocks of a kernel fit.
// Source: CUDA C++ Programming Guide, "Technical Specifications per Compute Capability", and
// cuda_occupancy.h of CUDA 13.0, which computes the same.
#pragma once

namespace haliclr::device_code {

struct Chip {
    int number; // 80 for sm_80
    int threads_an_sm;
    int blocks_an_sm;
    int shared_an_sm;   // bytes
    int shared_a_block; // bytes, the most that a launch may ask for
};

constexpr int most_threads_a_block = 1024;
constexpr int registers_an_sm = 65536; // of all chips here

// The chip of that number, or the newest older one of the same major number; the first chip of all
// for an unknown major number.
const Chip &chip_of(int number);

struct BlockShape {
    int threads;
    int registers;    // a thread
    int shared_bytes; // static and dynamic
};

// Blocks that an SM holds at once; 0: the block cannot be launched.
int resident_blocks(const Chip &chip, const BlockShape &block);

} // namespace haliclr::device_code
