// Generator of the views kernels: `views` for a size given at run time, `views_32` and others with
// the size fixed (GeneratorParam size).
#include "schedules/views.h"

#include <optional>

namespace {

using namespace Halide;
namespace schedules = haliclr::schedules;

class ViewsGenerator : public Generator<ViewsGenerator> {
public:
    GeneratorParam<int> fixed_size{"size", 0};           // 0: given at run time
    GeneratorParam<int> vector_width{"vector_width", 0}; // 0: the target's own
    GeneratorParam<int> views_per_task{"views_per_task", schedules::ViewsCpu{}.views_per_task};
    GeneratorParam<int> threads_x{"threads_x", schedules::ViewsGpu{}.threads_x};
    GeneratorParam<int> threads_y{"threads_y", schedules::ViewsGpu{}.threads_y};

    Input<Buffer<uint8_t, 1>> bytes{"bytes"};
    Input<Buffer<int32_t, 2>> image_table{"image_table"};
    Input<Buffer<float, 2>> draws{"draws"};
    Input<int32_t> size{"view_size"};
    Output<Buffer<float, 4>> output{"output"};

    void generate() {
        const Expr side = fixed_size > 0 ? Expr(static_cast<int>(fixed_size)) : Expr(size);
        if (fixed_size > 0) {
            add_requirement(size == side, "[views] this kernel makes views of", side, "pixels, not",
                            size);
        }
        views.emplace(bytes, bytes.dim(0).extent(), image_table, image_table.dim(1).extent(), draws,
                      side);
        output = views->views;
        output.dim(0).set_bounds(0, side);
        output.dim(1).set_bounds(0, side).set_stride(side);
        output.dim(2).set_bounds(0, 3).set_stride(side * side);
        output.dim(3).set_min(0).set_stride(3 * side * side);
        image_table.dim(0).set_bounds(0, 3);
        set_estimates();
    }

    void schedule() {
        if (get_target().has_feature(Target::CUDA)) {
            schedules::views_cuda(*views, {threads_x, threads_y}, fixed_size);
        } else if (get_target().has_feature(Target::OpenCL)) {
            schedules::views_opencl(*views, {threads_x, threads_y}, fixed_size);
        } else {
            const int natural = natural_vector_size<float>();
            schedules::views_cpu(
                *views, {vector_width > 0 ? vector_width : natural, views_per_task}, fixed_size);
        }
    }

private:
    std::optional<haliclr::dsl::Views> views;

    // A batch of 256 images of CIFAR.
    void set_estimates() {
        constexpr int images = 256, side = 32, draw_columns = 14;
        bytes.set_estimates({{0, images * side * side * 3}});
        image_table.set_estimates({{0, 3}, {0, images}});
        draws.set_estimates({{0, draw_columns}, {0, 2 * images}});
        size.set_estimate(side);
        output.set_estimates({{0, side}, {0, side}, {0, 3}, {0, 2 * images}});
    }
};

} // namespace

HALIDE_REGISTER_GENERATOR(ViewsGenerator, views)
