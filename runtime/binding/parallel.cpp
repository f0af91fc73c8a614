// Halide's parallel loop over at::parallel_for. Compiled with OpenMP, as at::parallel_for is a
// template.
#include "runtime/binding/parallel.h"

#include <ATen/Parallel.h>
#include <HalideRuntime.h>

#include <algorithm>
#include <atomic>
#include <vector>

namespace haliclr::runtime {
namespace {

// The tasks of one loop, in a contiguous range for each worker.
class TaskRanges {
public:
    TaskRanges(int64_t tasks, int64_t workers) : ranges(static_cast<size_t>(workers)) {
        for (int64_t worker = 0; worker < workers; ++worker) {
            Range &range = ranges[static_cast<size_t>(worker)];
            range.next = tasks * worker / workers;
            range.end = tasks * (worker + 1) / workers;
        }
    }

    // Calls task(i) for each index of the worker's own range, then for those that other workers
    // have not reached, until one returns false. A worker that meets the same indices loop after
    // loop finds in its own cache what it wrote there; tasks of unequal length balance out.
    template <typename Task>
    void run(int64_t worker, const Task &task) {
        const auto workers = static_cast<int64_t>(ranges.size());
        for (int64_t turn = 0; turn < workers; ++turn) {
            Range &range = ranges[static_cast<size_t>((worker + turn) % workers)];
            for (int64_t i = range.next++; i < range.end; i = range.next++) {
                if (!task(i)) {
                    return;
                }
            }
        }
    }

private:
    struct alignas(64) Range { // a cache line each
        std::atomic<int64_t> next{0};
        int64_t end = 0;
    };
    std::vector<Range> ranges;
};

int do_par_for(void *context, halide_task_t task, int min, int size, uint8_t *closure) {
    std::atomic<int> status{0};
    const auto run_task = [&](int64_t i) {
        const int result = halide_do_task(context, task, static_cast<int>(min + i), closure);
        if (result != 0) {
            status = result;
        }
        return status.load() == 0;
    };
    const int64_t workers = std::min<int64_t>(size, at::get_num_threads());
    if (workers <= 1 || at::in_parallel_region()) {
        TaskRanges(size, 1).run(0, run_task);
    } else {
        TaskRanges ranges(size, workers);
        at::parallel_for(0, workers, 1, [&](int64_t begin, int64_t end) {
            for (int64_t worker = begin; worker < end; ++worker) {
                ranges.run(worker, run_task);
            }
        });
    }
    return status;
}

} // namespace

// A setter rather than a strong halide_do_par_for: it does not depend on the order of archives.
void install_parallel_loops() {
    halide_set_custom_do_par_for(do_par_for);
}

} // namespace haliclr::runtime
