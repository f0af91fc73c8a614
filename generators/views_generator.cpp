// Generator of the views kernels of one sequence of operators: for a size given at run time, or
// with the size fixed; stored in three precisions and two layouts.
#include "schedules/views.h"

#include <optional>
#include <stdexcept>
#include <string>

namespace {

using namespace Halide;
using haliclr::dsl::Precision;
using haliclr::dsl::ViewLayout;
namespace schedules = haliclr::schedules;

class ViewsGenerator : public Generator<ViewsGenerator> {
public:
    GeneratorParam<std::string> recipe{"recipe", haliclr::dsl::stock_recipe};
    GeneratorParam<int> fixed_size{"size", 0}; // 0: given at run time
    GeneratorParam<Precision> precision{"precision",
                                        Precision::float32,
                                        {{"float32", Precision::float32},
                                         {"bfloat16", Precision::bfloat16},
                                         {"float16", Precision::float16}}};
    GeneratorParam<ViewLayout> layout{"layout",
                                      ViewLayout::channels_first,
                                      {{"channels_first", ViewLayout::channels_first},
                                       {"channels_last", ViewLayout::channels_last}}};
    GeneratorParam<int> image_height{"image_height", 0}; // of every image; 0: the table tells
    GeneratorParam<int> image_width{"image_width", 0};
    GeneratorParam<int> vector_width{"vector_width", 0}; // 0: the target's own
    GeneratorParam<int> images_per_task{"images_per_task", schedules::ViewsCpu{}.images_per_task};
    GeneratorParam<int> threads_x{"threads_x", schedules::ViewsGpu{}.threads_x};
    GeneratorParam<int> threads_y{"threads_y", schedules::ViewsGpu{}.threads_y};
    GeneratorParam<int> thread_rows{"thread_rows", schedules::ViewsGpu{}.thread_rows};
    GeneratorParam<int> blur_rows{"blur_rows", schedules::ViewsGpu{}.blur_rows};

    Input<Buffer<uint8_t, 1>> bytes{"bytes"};
    Input<Buffer<int32_t, 2>> image_table{"image_table"};
    Input<Buffer<float, 2>> draws{"draws"};
    Input<int32_t> size{"view_size"};
    Output<Buffer<void, 4>> output{"output"};

    void configure() { output.set_type(haliclr::dsl::storage_type(precision)); }

    void generate() {
        const auto sequence =
            haliclr::dsl::sequence_of(haliclr::dsl::parse_recipe(std::string(recipe)));
        const int only = fixed_size > 0 ? static_cast<int>(fixed_size) : sequence.fixed_side();
        const Expr side = only > 0 ? Expr(only) : Expr(size);
        if (only > 0) {
            add_requirement(size == side, "[views] this kernel makes views of", side, "pixels, not",
                            size);
        }
        const bool on_gpu = get_target().has_gpu_feature();
        const auto reading =
            on_gpu ? haliclr::dsl::SourceReading::by_values : haliclr::dsl::SourceReading::by_rows;
        require_image_size();
        views.emplace(sequence, bytes, bytes.dim(0).extent(), image_table,
                      image_table.dim(1).extent(), draws, side, precision, layout, reading,
                      haliclr::dsl::SourceSize{image_height, image_width});
        output = views->views;
        bound_output(side);
        image_table.dim(0).set_bounds(0, 3);
        draws.dim(0).set_bounds(0, static_cast<int>(sequence.columns.size()));
        set_estimates(static_cast<int>(sequence.columns.size()));
    }

    void schedule() {
        if (using_autoscheduler()) {
            return;
        }
        if (get_target().has_feature(Target::CUDA)) {
            schedules::views_cuda(*views, {threads_x, threads_y, thread_rows, blur_rows},
                                  fixed_size);
        } else if (get_target().has_feature(Target::OpenCL)) {
            schedules::views_opencl(*views, {threads_x, threads_y, thread_rows, blur_rows},
                                    fixed_size);
        } else {
            const int natural = natural_vector_size<float>();
            schedules::views_cpu(*views,
                                 {vector_width > 0 ? vector_width : natural, images_per_task,
                                  layout == ViewLayout::channels_last},
                                 fixed_size);
        }
    }

private:
    std::optional<haliclr::dsl::Views> views;

    void require_image_size() {
        if ((image_height > 0) != (image_width > 0)) {
            throw std::invalid_argument("[views] image_height is " + std::to_string(image_height) +
                                        " and image_width " + std::to_string(image_width) +
                                        "; fix both or neither");
        }
        const Expr image = 3 * image_height * image_width;
        if (image_height > 0) {
            add_requirement(bytes.dim(0).extent() >= image, "[views] this kernel takes images of",
                            image, "bytes, not", bytes.dim(0).extent());
        }
    }

    void bound_output(const Expr &side) {
        const bool last = layout == ViewLayout::channels_last;
        const std::vector<Expr> extents =
            last ? std::vector<Expr>{3, side, side} : std::vector<Expr>{side, side, 3};
        Expr stride = 1;
        for (int i = 0; i < 3; i++) {
            output.dim(i).set_bounds(0, extents[i]).set_stride(stride);
            stride *= extents[i];
        }
        output.dim(3).set_min(0).set_stride(stride);
    }

    // A batch of 256 images of CIFAR.
    void set_estimates(int columns) {
        constexpr int images = 256, side = 32;
        const bool last = layout == ViewLayout::channels_last;
        bytes.set_estimates({{0, images * side * side * 3}});
        image_table.set_estimates({{0, 3}, {0, images}});
        draws.set_estimates({{0, columns}, {0, 2 * images}});
        size.set_estimate(side);
        output.set_estimates(
            {{0, last ? 3 : side}, {0, side}, {0, last ? side : 3}, {0, 2 * images}});
    }
};

} // namespace

HALIDE_REGISTER_GENERATOR(ViewsGenerator, views)
