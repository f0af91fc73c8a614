// Halide's parallel loop over at::parallel_for. Compiled with OpenMP, as at::parallel_for is a
// template.
#include "runtime/binding/parallel.h"

#include <ATen/Parallel.h>
#include <HalideRuntime.h>

#include <algorithm>
#include <atomic>

namespace haliclr::runtime {
namespace {

// Each worker takes the next task from a counter: tasks of unequal length balance out.
int do_par_for(void *context, halide_task_t task, int min, int size, uint8_t *closure) {
    std::atomic<int64_t> next{0};
    std::atomic<int> status{0};
    auto work = [&] {
        for (int64_t i = next++; i < size && status.load() == 0; i = next++) {
            const int result = halide_do_task(context, task, static_cast<int>(min + i), closure);
            if (result != 0) {
                status = result;
            }
        }
    };
    const int64_t workers = std::min<int64_t>(size, at::get_num_threads());
    if (workers <= 1 || at::in_parallel_region()) {
        work();
    } else {
        at::parallel_for(0, workers, 1, [&](int64_t, int64_t) { work(); });
    }
    return status;
}

} // namespace

// A setter rather than a strong halide_do_par_for: it does not depend on the order of archives.
void install_parallel_loops() {
    halide_set_custom_do_par_for(do_par_for);
}

} // namespace haliclr::runtime
