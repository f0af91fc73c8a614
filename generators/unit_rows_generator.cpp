// Kernel `unit_rows`: rows divided by their norms, filled up with zero columns.
#include <optional>

#include "dsl/unit_rows.h"
#include "schedules/unit_rows.h"

namespace {

using Halide::Target;

class UnitRowsGenerator : public Halide::Generator<UnitRowsGenerator> {
public:
    GeneratorParam<Halide::Type> element{"element", Halide::Float(32)}; // float32 or float64
    GeneratorParam<int> fixed_rows{"rows", 0};                          // M; 0: given at run time
    GeneratorParam<int> fixed_columns{"columns", 0};                    // D; 0: given at run time
    GeneratorParam<int> rows_per_task{"rows_per_task", 64};             // cpu
    GeneratorParam<int> threads{"threads", 128};                        // cuda, opencl

    Input<Buffer<void, 2>> z{"z"};                            // (D, M), rows at any stride
    Output<Buffer<void, 1>> inverse_norms_{"inverse_norms_"}; // M
    Output<Buffer<void, 2>> unit_{"unit_"}; // (D rounded up to unit_row_alignment, M)

    void configure() {
        z.set_type(element);
        inverse_norms_.set_type(element);
        unit_.set_type(element);
    }

    void generate() {
        rows.emplace(z, columns());
        inverse_norms_ = rows->inverse_norms;
        unit_ = rows->unit;
    }

    void schedule() {
        constexpr int run = haliclr::dsl::unit_row_alignment;
        const Expr height = fixed_rows > 0 ? Expr(int(fixed_rows)) : z.dim(1).extent();
        z.dim(0).set_min(0).dim(1).set_min(0);
        if (fixed_columns > 0) {
            z.dim(0).set_extent(columns());
        }
        if (fixed_rows > 0) {
            z.dim(1).set_extent(height);
        }
        inverse_norms_.dim(0).set_bounds(0, height);
        unit_.dim(0).set_bounds(0, (columns() + run - 1) / run * run);
        unit_.dim(1).set_bounds(0, height);
        if (using_autoscheduler()) {
            return;
        }
        const Target target = get_target();
        if (target.has_feature(Target::CUDA)) {
            haliclr::schedules::unit_rows_cuda(*rows, {threads});
        } else if (target.has_feature(Target::OpenCL)) {
            haliclr::schedules::unit_rows_opencl(*rows, {threads});
        } else {
            haliclr::schedules::unit_rows_cpu(
                *rows, {target.natural_vector_size(element.value()), rows_per_task});
        }
    }

private:
    std::optional<haliclr::dsl::UnitRows> rows;

    Expr columns() const {
        return fixed_columns > 0 ? Expr(int(fixed_columns)) : z.dim(0).extent();
    }
};

} // namespace

HALIDE_REGISTER_GENERATOR(UnitRowsGenerator, unit_rows)
