// Schedules of the LARS step, one a back end. Each throws std::invalid_argument on a tunable
// outside its range. All keep the sums in the algorithm's order, and store each element once
// (GuardWithIf).
#pragma once

#include "dsl/lars.h"

namespace haliclr::schedules {

struct LarsCpu {
    int vector_size = 8;      // float lanes: divides dsl::Lars::chunk_strands
    int chunks_per_task = 32; // a parallel task: 32 chunks are 128 KB of each buffer
    int chunk_size = dsl::lars_chunk;
};

struct LarsGpu {
    int chunks_per_block = 8; // of the sums; times 32 strands threads
    int threads = 256;        // a block of the update; four elements a thread
    int chunk_size = dsl::lars_chunk;
};
using LarsCuda = LarsGpu;   // at most 1024 threads a block
using LarsOpencl = LarsGpu; // at most 256 work items a group

void lars_cpu(dsl::Lars &, const LarsCpu &);
void lars_cuda(dsl::Lars &, const LarsCuda &);
void lars_opencl(dsl::Lars &, const LarsOpencl &);

} // namespace haliclr::schedules
