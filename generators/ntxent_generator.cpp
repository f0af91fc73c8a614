// Kernels `ntxent_forward` and `ntxent_backward`: the NT-Xent loss of 2N rows and its gradient.
#include <optional>

#include "dsl/ntxent.h"
#include "schedules/ntxent.h"

namespace {

using Halide::Target;

// The tunables of both kernels. 0 stands for the default of the back end's schedule.
struct NtXentTunables {
    int block_rows;
    int register_rows;
    int register_vectors;
    int register_columns;
    int offsets;

    haliclr::schedules::NtXentCpu cpu(int vector) const {
        haliclr::schedules::NtXentCpu tuned = haliclr::schedules::ntxent_cpu_for(vector);
        set(tuned.block_rows, block_rows);
        set(tuned.register_rows, register_rows);
        set(tuned.register_vectors, register_vectors);
        set(tuned.offsets, offsets);
        return tuned;
    }

    haliclr::schedules::NtXentGpu gpu() const {
        haliclr::schedules::NtXentGpu tuned;
        set(tuned.block_rows, block_rows);
        set(tuned.register_rows, register_rows);
        set(tuned.register_columns, register_columns);
        set(tuned.offsets, offsets);
        return tuned;
    }

    int rows_of_a_block(const Target &target) const {
        return target.has_gpu_feature() ? gpu().block_rows
                                        : cpu(target.natural_vector_size<float>()).block_rows;
    }

private:
    static void set(int &value, int given) {
        if (given != 0) {
            value = given;
        }
    }
};

class NtXentForwardGenerator : public Halide::Generator<NtXentForwardGenerator> {
public:
    GeneratorParam<int> block_rows{"block_rows", 0};
    GeneratorParam<int> register_rows{"register_rows", 0};
    GeneratorParam<int> register_vectors{"register_vectors", 0}; // cpu
    GeneratorParam<int> offsets{"offsets", 0};

    Input<Buffer<float, 2>> z{"z"}; // (D, M), rows at any stride
    Input<float> inverse_temperature{"inverse_temperature"};
    Output<Buffer<float, 1>> statistics_{"statistics_"};       // 3: loss, accuracy, entropy
    Output<Buffer<float, 1>> sums_{"sums_"};                   // M
    Output<Buffer<float, 1>> inverse_norms_{"inverse_norms_"}; // M

    void generate() {
        const Halide::Expr rows = z.dim(1).extent();
        ntxent.emplace(z,
                       haliclr::dsl::NtXentSizes{rows, z.dim(0).extent(),
                                                 tunables().rows_of_a_block(get_target())},
                       inverse_temperature);
        add_requirement(rows >= 2 && rows % 2 == 0, "[ntxent] z has", rows,
                        "rows; give two views of each image, so an even number of at least 2");
        statistics_ = ntxent->statistics;
        sums_ = ntxent->sums;
        inverse_norms_ = ntxent->inverse_norms;
    }

    void schedule() {
        z.dim(0).set_min(0).dim(1).set_min(0);
        statistics_.dim(0).set_bounds(0, 3);
        sums_.dim(0).set_bounds(0, z.dim(1).extent());
        inverse_norms_.dim(0).set_bounds(0, z.dim(1).extent());
        const Target target = get_target();
        if (target.has_feature(Target::CUDA)) {
            haliclr::schedules::ntxent_forward_cuda(*ntxent, tunables().gpu());
        } else if (target.has_feature(Target::OpenCL)) {
            haliclr::schedules::ntxent_forward_opencl(*ntxent, tunables().gpu());
        } else {
            haliclr::schedules::ntxent_forward_cpu(*ntxent,
                                                   tunables().cpu(natural_vector_size<float>()));
        }
    }

private:
    NtXentTunables tunables() const {
        return {block_rows, register_rows, register_vectors, 0, offsets};
    }

    std::optional<haliclr::dsl::NtXentForward> ntxent;
};

class NtXentBackwardGenerator : public Halide::Generator<NtXentBackwardGenerator> {
public:
    GeneratorParam<int> block_rows{"block_rows", 0};
    GeneratorParam<int> register_rows{"register_rows", 0};
    GeneratorParam<int> register_vectors{"register_vectors", 0}; // cpu
    GeneratorParam<int> register_columns{"register_columns", 0}; // cuda, opencl

    Input<Buffer<float, 2>> z{"z"};                         // (D, M), rows at any stride
    Input<Buffer<float, 1>> sums{"sums"};                   // M, of the forward pass
    Input<Buffer<float, 1>> inverse_norms{"inverse_norms"}; // M, of the forward pass
    Input<float> inverse_temperature{"inverse_temperature"};
    Input<float> gradient{"gradient"};   // of the mean loss
    Output<Buffer<float, 2>> dz_{"dz_"}; // (D, M)

    void generate() {
        const Halide::Expr rows = z.dim(1).extent();
        ntxent.emplace(z, sums, inverse_norms,
                       haliclr::dsl::NtXentSizes{rows, z.dim(0).extent(),
                                                 tunables().rows_of_a_block(get_target())},
                       inverse_temperature, gradient);
        add_requirement(rows >= 2 && rows % 2 == 0, "[ntxent] z has", rows,
                        "rows; give two views of each image, so an even number of at least 2");
        dz_ = ntxent->dz;
    }

    void schedule() {
        z.dim(0).set_min(0).dim(1).set_min(0);
        sums.dim(0).set_bounds(0, z.dim(1).extent());
        inverse_norms.dim(0).set_bounds(0, z.dim(1).extent());
        dz_.dim(0).set_bounds(0, z.dim(0).extent()).dim(1).set_bounds(0, z.dim(1).extent());
        const Target target = get_target();
        if (target.has_feature(Target::CUDA)) {
            haliclr::schedules::ntxent_backward_cuda(*ntxent, tunables().gpu());
        } else if (target.has_feature(Target::OpenCL)) {
            haliclr::schedules::ntxent_backward_opencl(*ntxent, tunables().gpu());
        } else {
            haliclr::schedules::ntxent_backward_cpu(*ntxent,
                                                    tunables().cpu(natural_vector_size<float>()));
        }
    }

private:
    NtXentTunables tunables() const {
        return {block_rows, register_rows, register_vectors, register_columns, 0};
    }

    std::optional<haliclr::dsl::NtXentBackward> ntxent;
};

} // namespace

HALIDE_REGISTER_GENERATOR(NtXentForwardGenerator, ntxent_forward)
HALIDE_REGISTER_GENERATOR(NtXentBackwardGenerator, ntxent_backward)
