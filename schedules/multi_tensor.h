// Schedules of multi-tensor updates, one a back end, for every rule. Each throws
// std::invalid_argument on a tunable outside its range. All keep the sums in the algorithm's order,
// and store each element once.
#pragma once

#include "dsl/multi_tensor.h"

namespace haliclr::schedules {

struct MultiTensorCpu {
    int vector_size = 8;      // float lanes: divides dsl::MultiTensor::chunk_strands
    int chunks_per_task = 32; // a parallel task: 32 chunks are 128 KB of each buffer
    int chunk_size = dsl::multi_tensor_chunk;
};

struct MultiTensorGpu {
    int chunks_per_block = 8; // of the sums; times 32 strands threads
    int threads = 128;        // a block of the update, which covers a chunk
    int chunk_size = dsl::multi_tensor_chunk;
};
using MultiTensorCuda = MultiTensorGpu;   // at most 1024 threads a block
using MultiTensorOpencl = MultiTensorGpu; // at most 256 work items a group

void multi_tensor_cpu(dsl::MultiTensor &, const MultiTensorCpu &);
void multi_tensor_cuda(dsl::MultiTensor &, const MultiTensorCuda &);
void multi_tensor_opencl(dsl::MultiTensor &, const MultiTensorOpencl &);

} // namespace haliclr::schedules
