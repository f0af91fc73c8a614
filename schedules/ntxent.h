// When and where the NT-Xent algorithms run. Each function throws std::invalid_argument, in one
// line, for a tunable out of its range.
#pragma once

#include "dsl/ntxent.h"

namespace haliclr::schedules {

// In both aggregates block_rows is what the algorithm was built with (dsl::NtXentSizes).

struct NtXentCpu {
    int block_rows = 96;
    int vector = 8;           // lanes of a vector
    int register_vectors = 2; // vectors of a register block; times `vector`, must divide block_rows
    int register_rows = 6;    // rows of a register block; must divide block_rows
    int offsets = 16;         // offsets whose sums are held at once: 6 * M * offsets floats
};

// The register block that fits the registers which come with vectors of so many floats.
NtXentCpu ntxent_cpu_for(int vector);

struct NtXentGpu {
    int block_rows = 32;
    int register_rows = 4;    // rows and columns of a thread's square of S; must divide block_rows
    int register_columns = 4; // columns of D of a thread (backward)
    int offsets = 16;         // offsets whose sums are held at once: 6 * M * offsets floats
};

void ntxent_forward_cpu(dsl::NtXentForward &, const NtXentCpu &);
void ntxent_forward_cuda(dsl::NtXentForward &, const NtXentGpu &);
void ntxent_forward_opencl(dsl::NtXentForward &, const NtXentGpu &);

void ntxent_backward_cpu(dsl::NtXentBackward &, const NtXentCpu &);
void ntxent_backward_cuda(dsl::NtXentBackward &, const NtXentGpu &);
void ntxent_backward_opencl(dsl::NtXentBackward &, const NtXentGpu &);

} // namespace haliclr::schedules
