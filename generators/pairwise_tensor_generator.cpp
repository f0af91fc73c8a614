// Kernels of the pairwise losses on tensor cores: `<loss>_forward_tensor_<type>` and
// `<loss>_backward_tensor_<type>`, with the arguments of the kernels in pairwise_generator.cpp.
//
// For CUDA the intrinsics are those of the device, so the kernel's PTX is complete only after
// haliclr_expand_ptx; elsewhere they are spelled out. The schedule is for GPUs.
#include <optional>

#include "generators/pairwise_unit.h"
#include "generators/tunable.h"
#include "schedules/pairwise_tensor.h"

namespace {

using haliclr::set_if_given;
using Halide::Expr;
using Halide::Target;
namespace dsl = haliclr::dsl;
namespace schedules = haliclr::schedules;

// 0 stands for the default of the schedule.
template <typename Generator>
class TensorGenerator : public Halide::Generator<Generator> {
public:
    template <typename T>
    using Param = Halide::GeneratorParam<T>;
    template <typename T>
    using Input = Halide::GeneratorInput<T>;

    Param<dsl::TensorType> tensor{
        "tensor",
        dsl::TensorType::tf32,
        {{"tf32", dsl::TensorType::tf32}, {"bf16", dsl::TensorType::bf16}}};
    Param<std::string> loss{"loss", "ntxent"};
    Param<int> block_rows{"block_rows", 0};
    Param<int> warp_strips{"warp_strips", 0};
    Param<int> warp_half_strips{"warp_half_strips", 0};
    Param<int> sum_offsets{"sum_offsets", 0};
    Param<int> weight_offsets{"weight_offsets", 0};

    Input<Halide::Buffer<float, 2>> unit{"unit"}; // (D, M), of unit_rows
    Input<float> inverse_temperature{"inverse_temperature"};
    Input<float> margin{"margin"};
    Input<bool> semi_hard{"semi_hard"};

protected:
    schedules::PairwiseTensor tuned() const {
        schedules::PairwiseTensor values;
        set_if_given(values.block_rows, block_rows);
        set_if_given(values.warp_strips, warp_strips);
        set_if_given(values.warp_half_strips, warp_half_strips);
        set_if_given(values.sum_offsets, sum_offsets);
        set_if_given(values.weight_offsets, weight_offsets);
        return values;
    }

    dsl::TensorCore core() const {
        const bool on_cuda = this->get_target().has_feature(Target::CUDA);
        return {tensor, on_cuda ? dsl::Lanes::device : dsl::Lanes::spelled_out};
    }

    std::unique_ptr<dsl::PairwiseLoss> make_loss(const Expr &rows) {
        dsl::PairwiseScalars scalars{inverse_temperature, margin, semi_hard, rows};
        scalars.exponential = [core = core()](const Expr &x) { return core.exp(x); };
        return dsl::make_pairwise_loss(loss, scalars);
    }
};

class TensorForwardGenerator : public TensorGenerator<TensorForwardGenerator> {
public:
    Output<Buffer<float, 1>> statistics_{"statistics_"}; // 3: loss, accuracy, detail
    Output<Buffer<float, 2>> row_state_{"row_state_"};   // (M, 3)

    void generate() {
        const auto sizes = haliclr::pairwise_sizes_of(unit, tuned().block_rows);
        algorithm.emplace(unit, *make_loss(sizes.rows), sizes, core());
        haliclr::require_pairs(*this, loss, sizes.rows);
        statistics_ = algorithm->pairs.statistics;
        row_state_ = algorithm->pairs.row_state;
    }

    void schedule() {
        haliclr::bound_forward(statistics_, row_state_, unit.dim(1).extent());
        if (!using_autoscheduler()) {
            schedules::pairwise_tensor_forward(*algorithm, tuned());
        }
    }

private:
    std::optional<dsl::TensorForward> algorithm;
};

class TensorBackwardGenerator : public TensorGenerator<TensorBackwardGenerator> {
public:
    Input<Buffer<float, 1>> inverse_norms{"inverse_norms"}; // M, of unit_rows
    Input<Buffer<float, 2>> row_state{"row_state"};         // (M, 3), of the forward pass
    Input<float> gradient{"gradient"};                      // of the mean loss
    Output<Buffer<float, 2>> dz_{"dz_"};                    // (D, M)

    void generate() {
        const auto sizes = haliclr::pairwise_sizes_of(unit, tuned().block_rows);
        algorithm.emplace(unit, inverse_norms, row_state, *make_loss(sizes.rows), sizes, gradient,
                          core());
        haliclr::require_pairs(*this, loss, sizes.rows);
        dz_ = algorithm->dz;
    }

    void schedule() {
        haliclr::bound_backward(inverse_norms, row_state, dz_, unit.dim(1).extent());
        if (!using_autoscheduler()) {
            schedules::pairwise_tensor_backward(*algorithm, tuned());
        }
    }

private:
    std::optional<dsl::TensorBackward> algorithm;
};

} // namespace

HALIDE_REGISTER_GENERATOR(TensorForwardGenerator, pairwise_forward_tensor)
HALIDE_REGISTER_GENERATOR(TensorBackwardGenerator, pairwise_backward_tensor)
