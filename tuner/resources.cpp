// Rules of thumb over registers, caches, threads and shared memory, one function a family.
#include "tuner/resources.h"

#include "dsl/multi_tensor.h"
#include "dsl/pairwise_limits.h"
#include "dsl/tensor_core.h"
#include "schedules/views.h"

#include <algorithm>

namespace haliclr::tuner {

namespace {

constexpr int largest_terms = 5; // floats of a pair that the GPU schedules of losses hold

std::string text(const std::string &what, int64_t value, const std::string &than, int64_t limit) {
    return what + " " + std::to_string(value) + " " + than + " " + std::to_string(limit);
}

class Rules {
public:
    Rules(const Kernel &kernel, const Values &values, const Shape &shape, const Machine &machine)
        : kernel(kernel), values(values), shape(shape), machine(machine) {}

    std::string verdict() {
        const bool on_cpu = machine.backend == "cpu";
        const std::string &generator = kernel.generator;
        if (generator == "draws" || generator == "views") {
            on_cpu ? images_on_cpu() : images_on_gpu();
        } else if (generator.starts_with("pairwise") && generator.ends_with("_tensor")) {
            pairs_on_tensor_cores();
        } else if (generator.starts_with("pairwise")) {
            on_cpu ? pairs_on_cpu() : pairs_on_gpu();
        } else if (generator.starts_with("stripe")) {
            on_cpu ? stripes_on_cpu() : stripes_on_gpu();
        } else if (generator == "unit_rows" && on_cpu) {
            tasks(shape.rows, value("rows_per_task"));
        } else if (generator == "multi_tensor") {
            on_cpu ? tasks(shape.parameters / dsl::multi_tensor_chunk, value("chunks_per_task"))
                   : update_on_gpu();
        } else if (!on_cpu) {
            at_most("threads a block", value("threads"), machine.block_threads);
        }
        return reason;
    }

private:
    const Kernel &kernel;
    const Values &values;
    const Shape &shape;
    const Machine &machine;
    std::string reason; // the first

    int value(const std::string &name) const {
        const auto found = values.find(name);
        return found != values.end() ? found->second
                                     : schedule_value(kernel.generator, name, machine);
    }

    void at_most(const std::string &what, int64_t found, int64_t limit) {
        if (reason.empty() && limit > 0 && found > limit) {
            reason = text(what, found, "exceed", limit);
        }
    }

    void divides(const std::string &what, int64_t part, int64_t whole) {
        if (reason.empty() && whole % part != 0) {
            reason = text(what, part, "does not divide", whole);
        }
    }

    // Few tasks leave cores idle: at other sizes even where they happen to fit this one.
    void tasks(int64_t items, int64_t of_a_task, int of_a_thread = 4) {
        const int64_t count = (items + of_a_task - 1) / of_a_task;
        const int64_t least = int64_t{of_a_thread} * machine.threads;
        if (reason.empty() && count < least) {
            reason = text("tasks", count, "are fewer than", least);
        }
    }

    void images_on_cpu() {
        at_most("lanes of a vector", value("vector_width"), 2 * machine.lanes);
        if (kernel.generator == "views") {
            tasks(shape.images, value("images_per_task"));
        } else {
            // So little work that the start of a task counts.
            tasks(2 * shape.images, int64_t{value("vector_width")} * value("vectors_per_task"), 1);
        }
    }

    void images_on_gpu() {
        const int threads = kernel.generator == "draws" ? value("rows_per_block")
                                                        : value("threads_x") * value("threads_y");
        at_most("threads a block", threads, std::min(1024, machine.block_threads));
        if (kernel.generator == "views" && reason.empty() && value("threads_x") >= 2 * shape.size) {
            reason = text("threads_x", value("threads_x"), "leaves half idle in views of side",
                          shape.size);
        }
        if (kernel.generator == "views" && blurs_by_tiles(kernel)) {
            blur_tile();
        }
    }

    // The schedule gives a tile fewer rows where they do not fit: more change the other images
    // alone.
    void blur_tile() {
        constexpr int pass = schedules::blur_pass_taps;
        const int size = std::stoi(kernel.param("size", "0"));
        const bool in_one_pass = size > 0 && size < 10 * pass; // taps are a tenth of the size
        const schedules::ViewsGpu tile{value("threads_x"), value("threads_y"), value("thread_rows"),
                                       value("blur_rows")};
        at_most("bytes of shared memory", schedules::blur_tile_bytes(tile, pass, in_one_pass),
                machine.backend == "cuda" ? schedules::most_blur_bytes_cuda
                                          : schedules::most_blur_bytes_opencl);
    }

    void pairs_on_cpu() {
        const int rows = value("block_rows"), width = machine.lanes * value("register_vectors");
        divides("register_rows", value("register_rows"), rows);
        divides("vector * register_vectors", width, rows);
        divides("vector * register_vectors", width, dsl::unit_row_alignment);
        // Accumulators, a vector of the other factor each, and the broadcast one.
        const int vectors = value("register_vectors");
        at_most("vector registers", value("register_rows") * vectors + vectors + 1,
                machine.registers);
        at_most("bytes of a tile and its terms", int64_t{3} * rows * rows * 4,
                machine.second_cache);
        tasks(shape.rows, rows);
        if (kernel.generator == "pairwise_backward") {
            at_most("bytes of weights", int64_t{4} * shape.rows * rows * value("weight_offsets"),
                    machine.last_cache);
        }
    }

    void pairs_on_gpu() {
        const int rows = value("block_rows"), square = value("register_rows");
        divides("register_rows", square, rows);
        const int side = rows / square;
        at_most("threads a block", side * side, most_threads());
        at_most("bytes of shared memory",
                int64_t{4} * (largest_terms * rows * (rows + 1) + 6 * rows), most_shared());
        divides("register_columns * threads", int64_t{value("register_columns")} * side,
                dsl::unit_row_alignment);
    }

    // As schedules/pairwise_tensor.cpp asks for.
    void pairs_on_tensor_cores() {
        const int rows = value("block_rows"), strips = rows / dsl::TensorCore::rows;
        const int half_strips = rows / dsl::TensorCore::columns;
        divides("warp_strips", value("warp_strips"), strips);
        divides("warp_half_strips", value("warp_half_strips"),
                dsl::unit_row_alignment / dsl::TensorCore::columns);
        if (reason.empty()) {
            const int warps =
                strips / value("warp_strips") * (half_strips / value("warp_half_strips"));
            divides("warps", warps, 2 * strips);
            at_most("threads a block", dsl::TensorCore::lanes * warps, most_threads());
        }
    }

    void stripes_on_cpu() {
        divides("vector", machine.lanes, value("block"));
        if (kernel.generator == "stripe_sums") {
            const int64_t tiles = shape.rows / value("block");
            tasks(tiles * tiles, value("task_tiles"));
        } else if (kernel.generator != "stripe_rows") {
            tasks(shape.rows, value("task_rows"));
        }
    }

    void stripes_on_gpu() {
        const int block = value("block"), square = value("square");
        divides("square", square, block);
        at_most("threads a block", std::max(block * (block / square), value("threads")),
                most_threads());
        at_most("bytes of shared memory", int64_t{4} * largest_terms * block * (block + 1),
                most_shared());
    }

    void update_on_gpu() {
        const int sums = value("chunks_per_block") * dsl::MultiTensor::chunk_strands;
        at_most("threads a block", std::max(sums, value("threads")),
                machine.backend == "opencl" ? std::min(256, machine.block_threads)
                                            : machine.block_threads);
        divides("threads", value("threads"), dsl::multi_tensor_chunk);
    }

    // What the schedules accept, so that a kernel runs on every device of the back end.
    int most_threads() const {
        return std::min(
            machine.backend == "opencl" || kernel.generator.starts_with("stripe") ? 256 : 1024,
            machine.block_threads);
    }
    int64_t most_shared() const {
        return machine.backend == "opencl" ? std::min<int64_t>(32 << 10, machine.shared_bytes)
                                           : machine.shared_bytes;
    }
};

} // namespace

std::string why_pruned(const Kernel &kernel, const Values &values, const Shape &shape,
                       const Machine &machine) {
    return Rules(kernel, values, shape, machine).verdict();
}

Candidates candidates_of(const Kernel &kernel, const Space &space, const Shape &shape,
                         const Machine &machine) {
    Candidates candidates;
    const Values standard = space.standard();
    for (const Values &values : space.all()) {
        const std::string reason =
            values == standard ? "" : why_pruned(kernel, values, shape, machine);
        if (reason.empty()) {
            candidates.legal.push_back(values);
        } else {
            candidates.pruned.push_back({values, reason});
        }
    }
    return candidates;
}

} // namespace haliclr::tuner
