// Generator of the draws kernel.
#include "schedules/draws.h"

#include "dsl/recipe.h"

#include <optional>

namespace {

using namespace Halide;
namespace schedules = haliclr::schedules;

class DrawsGenerator : public Generator<DrawsGenerator> {
public:
    GeneratorParam<int> vector_width{"vector_width", 0}; // 0: the target's own
    GeneratorParam<int> vectors_per_task{"vectors_per_task", 64};
    GeneratorParam<int> rows_per_block{"rows_per_block", schedules::DrawsGpu{}.rows_per_block};

    Input<Buffer<int32_t, 2>> image_table{"image_table"};
    Input<Buffer<int64_t, 1>> ids{"ids"};
    Input<Buffer<float, 1>> strengths{"strengths"};
    Input<uint32_t> seed_low{"seed_low"};
    Input<uint32_t> seed_high{"seed_high"};
    Input<uint32_t> epoch{"epoch"};
    Output<Buffer<float, 2>> output{"output"};

    void generate() {
        const Expr images = ids.dim(0).extent();
        draws.emplace(image_table, images, ids, strengths, seed_low, seed_high, epoch);
        output = draws->draws;
        image_table.dim(0).set_bounds(0, 3);
        image_table.dim(1).set_bounds(0, images);
        ids.dim(0).set_min(0);
        strengths.dim(0).set_bounds(0, haliclr::dsl::strength_count);
        output.dim(0).set_bounds(0, haliclr::dsl::draw_column_count);
        output.dim(1).set_bounds(0, 2 * images);
        set_estimates();
    }

    void schedule() {
        if (get_target().has_feature(Target::CUDA)) {
            schedules::draws_cuda(*draws, {rows_per_block});
        } else if (get_target().has_feature(Target::OpenCL)) {
            schedules::draws_opencl(*draws, {rows_per_block});
        } else {
            const int width = vector_width > 0 ? vector_width : natural_vector_size<float>();
            schedules::draws_cpu(*draws, {width, width * vectors_per_task});
        }
    }

private:
    std::optional<haliclr::dsl::Draws> draws;

    void set_estimates() {
        constexpr int images = 256;
        image_table.set_estimates({{0, 3}, {0, images}});
        ids.set_estimates({{0, images}});
        strengths.set_estimates({{0, haliclr::dsl::strength_count}});
        seed_low.set_estimate(1);
        seed_high.set_estimate(0);
        epoch.set_estimate(0);
        output.set_estimates({{0, haliclr::dsl::draw_column_count}, {0, 2 * images}});
    }
};

} // namespace

HALIDE_REGISTER_GENERATOR(DrawsGenerator, draws)
