// Parallel loops of kernels on LibTorch's threads, so that cores are not oversubscribed and
// at::set_num_threads and OMP_NUM_THREADS hold for kernels too.
#pragma once

namespace haliclr::runtime {

void install_parallel_loops();

} // namespace haliclr::runtime
