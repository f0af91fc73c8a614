// Kernels of the pairwise losses: `pairwise_tiles`, `<loss>_forward`, `<loss>_backward`, and the
// two `..._tiles` passes that read the similarities which `pairwise_tiles` stored. For a shape
// given at run time, or with the shape fixed.
#include <optional>

#include "generators/pairwise_scalars.h"
#include "generators/pairwise_unit.h"
#include "generators/tunable.h"
#include "schedules/pairwise.h"

namespace {

using haliclr::set_if_given;
using Halide::Expr;
using Halide::Func;
using Halide::Target;
namespace dsl = haliclr::dsl;
namespace schedules = haliclr::schedules;

// The tunables of all kernels; 0 stands for the default of the back end's schedule. The kernels of
// one device must agree on block_rows, which fixes the layout of the tiles.
template <typename Generator>
class PairwiseGenerator : public Halide::Generator<Generator> {
protected:
    template <typename T>
    using Param = Halide::GeneratorParam<T>;

    Param<Halide::Type> element{"element", Halide::Float(32)}; // float32 or float64
    Param<bool> fixed_tiles{"fixed_tiles", false};             // stored similarities as int16
    Param<int> fixed_rows{"rows", 0};                          // M; 0: given at run time
    Param<int> fixed_columns{"columns", 0};                    // D filled up; 0: given at run time
    Param<int> block_rows{"block_rows", 0};
    Param<int> register_rows{"register_rows", 0};
    Param<int> register_vectors{"register_vectors", 0}; // cpu
    Param<int> register_columns{"register_columns", 0}; // cuda, opencl
    Param<int> sum_offsets{"sum_offsets", 0};
    Param<int> weight_offsets{"weight_offsets", 0};

    Halide::Type stored() const { return fixed_tiles ? Halide::Int(16) : element.value(); }

    schedules::PairwiseCpu cpu() const {
        auto tuned =
            schedules::pairwise_cpu_for(this->get_target().natural_vector_size(element.value()));
        set_if_given(tuned.block_rows, block_rows);
        set_if_given(tuned.register_rows, register_rows);
        set_if_given(tuned.register_vectors, register_vectors);
        set_if_given(tuned.sum_offsets, sum_offsets);
        set_if_given(tuned.weight_offsets, weight_offsets);
        return tuned;
    }

    schedules::PairwiseGpu gpu() const {
        schedules::PairwiseGpu tuned;
        set_if_given(tuned.block_rows, block_rows);
        set_if_given(tuned.register_rows, register_rows);
        set_if_given(tuned.register_columns, register_columns);
        set_if_given(tuned.sum_offsets, sum_offsets);
        set_if_given(tuned.weight_offsets, weight_offsets);
        return tuned;
    }

    template <typename Buffer>
    dsl::PairwiseSizes sizes_of(Buffer &unit) const {
        const bool on_gpu = this->get_target().has_gpu_feature();
        dsl::PairwiseSizes sizes = haliclr::pairwise_sizes_of(
            unit, on_gpu ? gpu().block_rows : cpu().block_rows, fixed_rows, fixed_columns);
        sizes.tells_plain = !on_gpu;
        return sizes;
    }

    template <typename Algorithm, typename Cpu, typename Gpu>
    void schedule_on(Algorithm &algorithm, Cpu on_cpu, Gpu on_cuda, Gpu on_opencl) const {
        if (this->using_autoscheduler()) {
            return;
        }
        const Target target = this->get_target();
        if (target.has_feature(Target::CUDA)) {
            on_cuda(algorithm, gpu());
        } else if (target.has_feature(Target::OpenCL)) {
            on_opencl(algorithm, gpu());
        } else {
            on_cpu(algorithm, cpu());
        }
    }
};

class TilesGenerator : public PairwiseGenerator<TilesGenerator> {
public:
    Input<Buffer<void, 2>> unit{"unit"};      // (D, M), of unit_rows
    Output<Buffer<void, 4>> tiles_{"tiles_"}; // (block_rows, block_rows, blocks, blocks/2 + 1)

    void configure() {
        unit.set_type(element);
        tiles_.set_type(stored());
    }

    void generate() {
        sizes = sizes_of(unit);
        pairs.emplace(unit, sizes, stored());
        tiles_ = pairs->tiles;
    }

    void schedule() {
        tiles_.dim(0).set_bounds(0, sizes.block_rows).dim(1).set_bounds(0, sizes.block_rows);
        tiles_.dim(2).set_bounds(0, sizes.blocks()).dim(3).set_bounds(0, sizes.offsets());
        schedule_on(*pairs, schedules::pairwise_tiles_cpu, schedules::pairwise_tiles_cuda,
                    schedules::pairwise_tiles_opencl);
    }

private:
    dsl::PairwiseSizes sizes{};
    std::optional<dsl::PairwiseTiles> pairs;
};

// What the two passes of a loss share.
template <typename Generator>
class LossGenerator : public PairwiseGenerator<Generator> {
public:
    template <typename T>
    using Input = Halide::GeneratorInput<T>;
    Halide::GeneratorParam<std::string> loss{"loss", "ntxent"};
    Halide::GeneratorParam<bool> reads_tiles{"reads_tiles", false};

    Input<Halide::Buffer<void, 2>> unit{"unit"}; // (D, M), of unit_rows
    Input<float> inverse_temperature{"inverse_temperature"};
    Input<float> margin{"margin"};
    Input<bool> semi_hard{"semi_hard"};

protected:
    void set_types() {
        unit.set_type(this->element);
        if (reads_tiles) {
            tiles = this->template add_input<Halide::Buffer<>>("tiles", this->stored(), 4);
        }
    }

    Func tiles_or_none() const { return tiles == nullptr ? Func() : Func(*tiles); }

    std::unique_ptr<dsl::PairwiseLoss> make_loss(const Expr &rows) {
        return dsl::make_pairwise_loss(
            loss, haliclr::pairwise_scalars(this->element, this->get_target(), inverse_temperature,
                                            margin, semi_hard, rows));
    }

    void bound_tiles(const dsl::PairwiseSizes &sizes) {
        if (tiles != nullptr) {
            tiles->dim(0).set_bounds(0, sizes.block_rows);
            tiles->dim(1).set_bounds(0, sizes.block_rows).set_stride(sizes.block_rows);
            tiles->dim(2).set_bounds(0, sizes.blocks());
            tiles->dim(3).set_bounds(0, sizes.offsets());
        }
    }

private:
    Input<Halide::Buffer<>> *tiles = nullptr;
};

class ForwardGenerator : public LossGenerator<ForwardGenerator> {
public:
    Output<Buffer<void, 1>> statistics_{"statistics_"}; // 3: loss, accuracy, detail
    Output<Buffer<void, 2>> row_state_{"row_state_"};   // (M, 3)

    void configure() {
        set_types();
        statistics_.set_type(element);
        row_state_.set_type(element);
    }

    void generate() {
        const dsl::PairwiseSizes sizes = sizes_of(unit);
        pairs.emplace(unit, tiles_or_none(), *make_loss(sizes.rows), sizes);
        haliclr::require_pairs(*this, loss, sizes.rows);
        bound_tiles(sizes);
        statistics_ = pairs->statistics;
        row_state_ = pairs->row_state;
    }

    void schedule() {
        haliclr::bound_forward(statistics_, row_state_, unit.dim(1).extent());
        schedule_on(*pairs, schedules::pairwise_forward_cpu, schedules::pairwise_forward_cuda,
                    schedules::pairwise_forward_opencl);
    }

private:
    std::optional<dsl::PairwiseForward> pairs;
};

class BackwardGenerator : public LossGenerator<BackwardGenerator> {
public:
    Input<Buffer<void, 1>> inverse_norms{"inverse_norms"}; // M, of unit_rows
    Input<Buffer<void, 2>> row_state{"row_state"};         // (M, 3), of the forward pass
    Input<float> gradient{"gradient"};                     // of the mean loss
    Output<Buffer<void, 2>> dz_{"dz_"};                    // (D, M)

    void configure() {
        set_types();
        inverse_norms.set_type(element);
        row_state.set_type(element);
        dz_.set_type(element);
    }

    void generate() {
        const dsl::PairwiseSizes sizes = sizes_of(unit);
        const Halide::Type type = element;
        pairs.emplace(unit, inverse_norms, row_state, tiles_or_none(), *make_loss(sizes.rows),
                      sizes, cast(type, gradient));
        haliclr::require_pairs(*this, loss, sizes.rows);
        bound_tiles(sizes);
        dz_ = pairs->dz;
    }

    void schedule() {
        haliclr::bound_backward(inverse_norms, row_state, dz_, unit.dim(1).extent());
        schedule_on(*pairs, schedules::pairwise_backward_cpu, schedules::pairwise_backward_cuda,
                    schedules::pairwise_backward_opencl);
    }

private:
    std::optional<dsl::PairwiseBackward> pairs;
};

} // namespace

HALIDE_REGISTER_GENERATOR(TilesGenerator, pairwise_tiles)
HALIDE_REGISTER_GENERATOR(ForwardGenerator, pairwise_forward)
HALIDE_REGISTER_GENERATOR(BackwardGenerator, pairwise_backward)
