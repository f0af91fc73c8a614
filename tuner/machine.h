// The device to tune for: its name, its target, and the limits that the resource model knows.
#pragma once

#include <cstdint>
#include <string>

namespace haliclr::tuner {

struct Machine {
    std::string backend; // cpu, cuda or opencl
    std::string device;  // its name
    std::string target;  // of Halide
    int threads = 1;     // of Halide's pool
    int lanes = 8;       // floats of a vector (cpu)
    int registers = 16;  // vectors (cpu)
    // Bytes of the caches (cpu); 0 where unknown, which prunes nothing.
    int64_t first_cache = 0, second_cache = 0, last_cache = 0;
    int block_threads = 1024;        // threads of a block, work items of a group
    int64_t shared_bytes = 48 << 10; // of a block

    // The name of its record file, without ".json".
    std::string slug() const;
    // "2 threads of AMD EPYC".
    std::string text() const;
};

// Asks the machine. Throws a UsageError where it has no such device. threads: 0 for all cores.
Machine find_machine(const std::string &backend, int threads);

} // namespace haliclr::tuner
