// Runs each cpu kernel once on a small problem, on one thread. Under callgrind each run becomes a
// dump of its own, named after the kernel; check.py compares the counts with their past.
#include "dsl/multi_tensor_layout.h"
#include "dsl/pairwise_limits.h"
#include "dsl/view_sequence.h"

#include "kernels/haliclr_draws_cpu.h"
#include "kernels/haliclr_lars_carried_cpu.h"
#include "kernels/haliclr_lars_cpu.h"
#include "kernels/haliclr_momentum_sgd_cpu.h"
#include "kernels/haliclr_ntxent_backward_cpu.h"
#include "kernels/haliclr_ntxent_backward_tiles_cpu.h"
#include "kernels/haliclr_ntxent_forward_cpu.h"
#include "kernels/haliclr_ntxent_forward_tiles_cpu.h"
#include "kernels/haliclr_pairwise_tiles_cpu.h"
#include "kernels/haliclr_unit_rows_cpu.h"
#include "kernels/haliclr_views_32_cpu.h"
#include "kernels/haliclr_views_cpu.h"

#include <HalideBuffer.h>
#include <HalideRuntime.h>
#include <valgrind/callgrind.h>

#include <cstdio>
#include <cstdlib>
#include <random>

namespace haliclr {
namespace {

template <typename T>
using Buffer = Halide::Runtime::Buffer<T>;

int on_this_thread(void *context, halide_task_t task, int first, int count, uint8_t *closure) {
    for (int i = first; i < first + count; ++i) {
        if (const int error = task(context, i, closure)) {
            return error;
        }
    }
    return 0;
}

// The first run fills Halide's and the C library's caches; the second is counted.
template <typename Run>
void count(const char *kernel, Run run) {
    for (const bool counted : {false, true}) {
        if (counted) {
            CALLGRIND_START_INSTRUMENTATION;
            CALLGRIND_ZERO_STATS;
        }
        const int error = run();
        if (counted) {
            CALLGRIND_DUMP_STATS_AT(kernel);
            CALLGRIND_STOP_INSTRUMENTATION;
        }
        if (error != 0) {
            std::fprintf(stderr, "%s: error %d\n", kernel, error);
            std::exit(1);
        }
    }
    std::printf("%s\n", kernel);
}

// Numbers between 0.5 and 1.5, the same on every machine.
void fill(Buffer<float> buffer) {
    std::minstd_rand bits(1);
    buffer.for_each_value([&](float &value) { value = 0.5f + bits() % 4096 / 4096.0f; });
}

void count_views(const char *kernel, decltype(&haliclr_views_cpu) views, int images, int side,
                 int size) {
    Buffer<uint8_t> bytes(images * side * side * 3);
    std::minstd_rand bits(1);
    bytes.for_each_value([&](uint8_t &value) { value = bits() % 256; });
    Buffer<int32_t> table(3, images);
    Buffer<int64_t> ids(images);
    for (int n = 0; n < images; ++n) {
        table(0, n) = n * side * side * 3;
        table(1, n) = table(2, n) = side;
        ids(n) = n;
    }
    const dsl::Recipe stock = dsl::parse_recipe(dsl::stock_recipe);
    const dsl::ViewSequence sequence = dsl::sequence_of(stock);
    const auto numbers = *dsl::strengths_of(stock, sequence);
    Buffer<float> strengths(sequence.numbers, 2), draws(dsl::draw_column_count, 2 * images);
    std::copy(numbers.begin(), numbers.end(), strengths.begin());
    const auto draw = [&] {
        return haliclr_draws_cpu(nullptr, table, ids, strengths, 1, 0, 0, draws);
    };
    draw();
    if (side == 32) {
        count("draws", draw);
    }
    Buffer<float> pixels(size, size, 3, 2 * images);
    count(kernel, [&] { return views(nullptr, bytes, table, draws, size, pixels); });
}

void count_ntxent() {
    constexpr int rows = 256, columns = 128;
    constexpr float inverse_temperature = 2;
    Buffer<float> z(columns, rows), unit(columns, rows), norms(rows), statistics(3);
    Buffer<float> state(rows, 3), dz(columns, rows);
    fill(z);
    count("unit_rows", [&] { return haliclr_unit_rows_cpu(nullptr, z, norms, unit); });
    Buffer<float> tiles(nullptr, 0, 0, 0, 0);
    haliclr_pairwise_tiles_cpu(nullptr, unit, tiles); // asks for the sizes
    tiles.allocate();
    count("pairwise_tiles", [&] { return haliclr_pairwise_tiles_cpu(nullptr, unit, tiles); });
    count("ntxent_forward", [&] {
        return haliclr_ntxent_forward_cpu(nullptr, unit, inverse_temperature, 0, false, statistics,
                                          state);
    });
    count("ntxent_forward_tiles", [&] {
        return haliclr_ntxent_forward_tiles_cpu(nullptr, unit, inverse_temperature, 0, false, tiles,
                                                statistics, state);
    });
    count("ntxent_backward", [&] {
        return haliclr_ntxent_backward_cpu(nullptr, unit, inverse_temperature, 0, false, norms,
                                           state, 1, dz);
    });
    count("ntxent_backward_tiles", [&] {
        return haliclr_ntxent_backward_tiles_cpu(nullptr, unit, inverse_temperature, 0, false,
                                                 norms, state, 1, tiles, dz);
    });
}

void count_update(const char *kernel, decltype(&haliclr_lars_cpu) update, int verdict_columns) {
    constexpr int tensors = 8, tensor_chunks = 16, chunks = tensors * tensor_chunks;
    constexpr int chunk = dsl::multi_tensor_chunk;
    Buffer<float> params(chunk, chunks), grads(chunk, chunks), momenta(chunk, chunks), sums(chunks);
    Buffer<int32_t> chunk_tensor(chunks), table(dsl::multi_tensor_columns, tensors + 1);
    for (int t = 0; t <= tensors; ++t) {
        table(0, t) = t * tensor_chunks;
        table(1, t) = t < tensors ? tensor_chunks * chunk : 0;
        table(2, t) = t < tensors;
    }
    for (int c = 0; c < chunks; ++c) {
        chunk_tensor(c) = c / tensor_chunks;
    }
    for (const Buffer<float> &buffer : {params, grads, momenta, sums}) {
        fill(buffer);
    }
    Buffer<float> verdict(verdict_columns, tensors);
    count(kernel, [&] {
        // Trust, decay, momentum, and ones: any scalars, as the work does not depend on them.
        return update(nullptr, params, grads, momenta, sums, chunk_tensor, table, 1e-3f, 1e-6f,
                      0.9f, 1, 1, 0, 1e-6f, 0, 1e30f, 1, 0, 0, params, momenta, sums, verdict);
    });
}

} // namespace
} // namespace haliclr

int main() {
    using namespace haliclr;
    halide_set_custom_do_par_for(on_this_thread);
    count_views("views_32", haliclr_views_32_cpu, 64, 32, 32);
    count_views("views", haliclr_views_cpu, 4, 96, 96);
    count_views("views_reduced", haliclr_views_cpu, 4, 256, 96); // by the antialiasing filter
    count_ntxent();
    count_update("lars", haliclr_lars_cpu, 3);
    count_update("lars_carried", haliclr_lars_carried_cpu, 3);
    count_update("momentum_sgd", haliclr_momentum_sgd_cpu, 2);
}
