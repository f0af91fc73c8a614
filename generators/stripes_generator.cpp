// Kernels of stripes: `<loss>_stripe_sums`, `<loss>_stripe_weights`, `<loss>_stripe_rows` and
// `stripe_gradient`.
#include <optional>

#include "dsl/pairwise_limits.h"
#include "dsl/stripes.h"
#include "generators/pairwise_scalars.h"
#include "generators/tunable.h"
#include "schedules/stripes.h"

namespace {

using haliclr::set_if_given;
using Halide::Expr;
using Halide::Target;
namespace dsl = haliclr::dsl;
namespace schedules = haliclr::schedules;

// The tunables of all kernels; 0 stands for the default of the back end's schedule.
template <typename Generator>
class StripesGenerator : public Halide::Generator<Generator> {
protected:
    template <typename T>
    using Param = Halide::GeneratorParam<T>;

    Param<Halide::Type> element{"element", Halide::Float(32)}; // float32 or float64
    Param<int> block{"block", 0};
    Param<int> task_tiles{"task_tiles", 0}; // cpu
    Param<int> task_rows{"task_rows", 0};   // cpu
    Param<int> square{"square", 0};         // cuda, opencl
    Param<int> threads{"threads", 0};       // cuda, opencl

    schedules::StripesCpu cpu() const {
        schedules::StripesCpu tuned =
            schedules::stripes_cpu_for(this->get_target().natural_vector_size(element.value()));
        set_if_given(tuned.block, block);
        set_if_given(tuned.task_tiles, task_tiles);
        set_if_given(tuned.task_rows, task_rows);
        return tuned;
    }

    schedules::StripesGpu gpu() const {
        schedules::StripesGpu tuned;
        set_if_given(tuned.block, block);
        set_if_given(tuned.square, square);
        set_if_given(tuned.threads, threads);
        return tuned;
    }

    int block_size() const {
        return this->get_target().has_gpu_feature() ? gpu().block : cpu().block;
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

// What the kernels of a loss share.
template <typename Generator>
class LossGenerator : public StripesGenerator<Generator> {
public:
    template <typename T>
    using Input = Halide::GeneratorInput<T>;
    Halide::GeneratorParam<std::string> loss{"loss", "ntxent"};

    Input<float> inverse_temperature{"inverse_temperature"};
    Input<float> margin{"margin"};
    Input<bool> semi_hard{"semi_hard"};

protected:
    std::unique_ptr<dsl::PairwiseLoss> make_loss(const Expr &batch) {
        return dsl::make_pairwise_loss(
            loss, haliclr::pairwise_scalars(this->element, this->get_target(), inverse_temperature,
                                            margin, semi_hard, batch));
    }

    // Rows and columns in whole blocks, dense or with a pitch of whole blocks.
    template <typename Buffer>
    static void bound_stripe(Buffer &stripe) {
        constexpr int run = dsl::stripe_alignment;
        const auto whole = [](const Expr &extent) { return extent / run * run; };
        stripe.dim(0).set_bounds(0, whole(stripe.dim(0).extent()));
        stripe.dim(1).set_bounds(0, whole(stripe.dim(1).extent()));
        stripe.dim(1).set_stride(whole(stripe.dim(1).stride()));
    }
};

class SumsGenerator : public LossGenerator<SumsGenerator> {
public:
    Input<int> rows{"rows"}, columns{"columns"}; // of the stripe
    Input<int> first_row{"first_row"}, first_column{"first_column"};
    Input<Buffer<void, 2>> similarity{"similarity"};      // (columns, rows) in whole blocks
    Input<Buffer<void, 1>> positive{"positive"};          // M
    Output<Buffer<void, 2>> row_sums_{"row_sums_"};       // (rows in whole blocks, terms + 1)
    Output<Buffer<void, 2>> column_sums_{"column_sums_"}; // (columns in whole blocks, terms + 1)

    void configure() {
        similarity.set_type(element);
        positive.set_type(element);
        row_sums_.set_type(element);
        column_sums_.set_type(element);
    }

    void generate() {
        const Expr batch = positive.dim(0).extent();
        const dsl::StripeSizes sizes{rows, columns, first_row, first_column, batch, block_size()};
        const auto loss = make_loss(batch);
        count = loss->term_count() + 1;
        stripe.emplace(similarity, positive, *loss, sizes, similarity.dim(1).extent() / sizes.block,
                       similarity.dim(0).extent() / sizes.block);
        row_sums_ = stripe->row_sums;
        column_sums_ = stripe->column_sums;
    }

    void schedule() {
        bound_stripe(similarity);
        positive.dim(0).set_min(0);
        row_sums_.dim(0).set_bounds(0, similarity.dim(1).extent()).dim(1).set_bounds(0, count);
        column_sums_.dim(0).set_bounds(0, similarity.dim(0).extent()).dim(1).set_bounds(0, count);
        schedule_on(*stripe, schedules::stripe_sums_cpu, schedules::stripe_sums_cuda,
                    schedules::stripe_sums_opencl);
    }

private:
    int count = 0;
    std::optional<dsl::StripeSums> stripe;
};

class WeightsGenerator : public LossGenerator<WeightsGenerator> {
public:
    Input<int> rows{"rows"}, columns{"columns"};
    Input<int> first_row{"first_row"}, first_column{"first_column"};
    Input<Buffer<void, 2>> similarity{"similarity"}; // as in SumsGenerator
    Input<Buffer<void, 2>> row_state{"row_state"};   // (M, 3)
    Output<Buffer<void, 2>> weights_{"weights_"};    // as similarity; may be its memory

    void configure() {
        similarity.set_type(element);
        row_state.set_type(element);
        weights_.set_type(element);
    }

    void generate() {
        const Expr batch = row_state.dim(0).extent();
        const dsl::StripeSizes sizes{rows, columns, first_row, first_column, batch, block_size()};
        stripe.emplace(similarity, row_state, *make_loss(batch), sizes);
        weights_ = stripe->weights;
    }

    void schedule() {
        bound_stripe(similarity);
        row_state.dim(0).set_min(0).dim(1).set_bounds(0, 3);
        weights_.dim(0).set_bounds(0, similarity.dim(0).extent());
        weights_.dim(1).set_bounds(0, similarity.dim(1).extent());
        schedule_on(*stripe, schedules::stripe_weights_cpu, schedules::stripe_weights_cuda,
                    schedules::stripe_weights_opencl);
    }

private:
    std::optional<dsl::StripeWeights> stripe;
};

class RowsGenerator : public LossGenerator<RowsGenerator> {
public:
    Input<int> batch{"batch"};                          // M
    Input<Buffer<void, 2>> totals{"totals"};            // (rows, terms + 1)
    Input<Buffer<void, 1>> positive{"positive"};        // rows
    Output<Buffer<void, 1>> statistics_{"statistics_"}; // 3: loss, accuracy, detail
    Output<Buffer<void, 2>> row_state_{"row_state_"};   // (rows, 3)

    void configure() {
        totals.set_type(element);
        positive.set_type(element);
        statistics_.set_type(element);
        row_state_.set_type(element);
    }

    void generate() {
        const auto loss = make_loss(batch);
        count = loss->term_count() + 1;
        finished.emplace(totals, positive, *loss, positive.dim(0).extent());
        statistics_ = finished->statistics;
        row_state_ = finished->row_state;
    }

    void schedule() {
        const Expr rows = positive.dim(0).extent();
        positive.dim(0).set_min(0);
        totals.dim(0).set_bounds(0, rows).dim(1).set_bounds(0, count);
        statistics_.dim(0).set_bounds(0, 3);
        row_state_.dim(0).set_bounds(0, rows).dim(1).set_bounds(0, 3);
        schedule_on(*finished, schedules::stripe_rows_cpu, schedules::stripe_rows_cuda,
                    schedules::stripe_rows_opencl);
    }

private:
    int count = 0;
    std::optional<dsl::StripeRows> finished;
};

class GradientGenerator : public StripesGenerator<GradientGenerator> {
public:
    Input<Buffer<void, 2>> product{"product"};             // (D filled up, rows)
    Input<Buffer<void, 2>> unit{"unit"};                   // (D filled up, rows), of unit_rows
    Input<Buffer<void, 1>> inverse_norms{"inverse_norms"}; // rows, of unit_rows
    Input<Buffer<void, 2>> row_state{"row_state"};         // (rows, 3)
    Input<float> share{"share"};                           // of a row's loss, times its gradient
    Output<Buffer<void, 2>> dz_{"dz_"};                    // (D, rows)

    void configure() {
        product.set_type(element);
        unit.set_type(element);
        inverse_norms.set_type(element);
        row_state.set_type(element);
        dz_.set_type(element);
    }

    void generate() {
        const Halide::Type type = element;
        end.emplace(product, unit, inverse_norms, row_state, unit.dim(1).extent(), columns(),
                    cast(type, share));
        dz_ = end->dz;
    }

    void schedule() {
        const Expr rows = unit.dim(1).extent();
        for (auto *buffer : {&product, &unit}) {
            buffer->dim(0).set_bounds(0, columns()).dim(1).set_min(0).set_stride(columns());
        }
        unit.dim(1).set_min(0);
        product.dim(1).set_bounds(0, rows);
        inverse_norms.dim(0).set_bounds(0, rows);
        row_state.dim(0).set_bounds(0, rows).dim(1).set_bounds(0, 3);
        dz_.dim(0).set_min(0).dim(1).set_bounds(0, rows);
        schedule_on(*end, schedules::stripe_gradient_cpu, schedules::stripe_gradient_cuda,
                    schedules::stripe_gradient_opencl);
    }

private:
    Expr columns() const {
        constexpr int run = dsl::unit_row_alignment;
        return unit.dim(0).extent() / run * run;
    }

    std::optional<dsl::StripeGradient> end;
};

} // namespace

HALIDE_REGISTER_GENERATOR(SumsGenerator, stripe_sums)
HALIDE_REGISTER_GENERATOR(WeightsGenerator, stripe_weights)
HALIDE_REGISTER_GENERATOR(RowsGenerator, stripe_rows)
HALIDE_REGISTER_GENERATOR(GradientGenerator, stripe_gradient)
