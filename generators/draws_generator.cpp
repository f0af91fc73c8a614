// Generator of the draws kernel of one sequence of operators.
#include "schedules/draws.h"

#include <optional>

namespace {

using namespace Halide;
namespace schedules = haliclr::schedules;

class DrawsGenerator : public Generator<DrawsGenerator> {
public:
    GeneratorParam<std::string> recipe{"recipe", haliclr::dsl::stock_recipe};
    GeneratorParam<int> vector_width{"vector_width", 0}; // 0: the target's own
    GeneratorParam<int> vectors_per_task{"vectors_per_task", 8};
    GeneratorParam<int> rows_per_block{"rows_per_block", schedules::DrawsGpu{}.rows_per_block};

    Input<Buffer<int32_t, 2>> image_table{"image_table"};
    Input<Buffer<int64_t, 1>> ids{"ids"};
    Input<Buffer<float, 2>> strengths{"strengths"};
    Input<uint32_t> seed_low{"seed_low"};
    Input<uint32_t> seed_high{"seed_high"};
    Input<uint32_t> epoch{"epoch"};
    Output<Buffer<float, 2>> output{"output"};

    void generate() {
        const Expr images = ids.dim(0).extent();
        const auto sequence =
            haliclr::dsl::sequence_of(haliclr::dsl::parse_recipe(std::string(recipe)));
        draws.emplace(sequence, image_table, images, ids, strengths, seed_low, seed_high, epoch);
        output = draws->draws;
        image_table.dim(0).set_bounds(0, 3);
        image_table.dim(1).set_bounds(0, images);
        ids.dim(0).set_min(0);
        strengths.dim(0).set_bounds(0, sequence.numbers);
        strengths.dim(1).set_bounds(0, 2);
        output.dim(0).set_bounds(0, draws->columns);
        output.dim(1).set_bounds(0, 2 * images);
        set_estimates(sequence.numbers);
    }

    void schedule() {
        if (using_autoscheduler()) {
            return;
        }
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

    void set_estimates(int numbers) {
        constexpr int images = 256;
        image_table.set_estimates({{0, 3}, {0, images}});
        ids.set_estimates({{0, images}});
        strengths.set_estimates({{0, numbers}, {0, 2}});
        seed_low.set_estimate(1);
        seed_high.set_estimate(0);
        epoch.set_estimate(0);
        output.set_estimates({{0, draws->columns}, {0, 2 * images}});
    }
};

} // namespace

HALIDE_REGISTER_GENERATOR(DrawsGenerator, draws)
