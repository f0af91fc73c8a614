// Stripes: LibTorch multiplies, the kernels take sums and weights.
#include "runtime/ops/stripes.h"

#include "dsl/pairwise_limits.h"
#include "runtime/ops/kernels.h"
#include "runtime/ops/pairwise_kernels.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace haliclr::runtime {
namespace {

// M = 4096 and 8192, 2 cores of an AMD EPYC: 2 and 4 MiB alike, 1 and 8 up to 10 % slower.
constexpr int64_t cpu_stripe_bytes = 4 << 20;
constexpr int64_t gpu_stripe_bytes = 256 << 20; // not timed on a GPU yet

int64_t whole_blocks(int64_t extent) {
    constexpr int64_t run = dsl::stripe_alignment;
    return (extent + run - 1) / run * run;
}

int as_int(int64_t value) {
    return static_cast<int>(value); // rows of a batch: the binding refuses 2^31 elements
}

at::ScalarType product_type(const at::Tensor &unit, const PairwiseLoss &loss,
                            const PairwiseMode &mode) {
    require(mode.precision == "fp32" || unit.is_cuda(), loss.kind, "precision: '", mode.precision,
            "': CUDA devices alone have it: use fp32");
    require(mode.precision != "tf32" || at::globalContext().allowTF32CuBLAS(), loss.kind,
            "precision: 'tf32': LibTorch's matrix products are set to float32: allow tf32 "
            "(torch.backends.cuda.matmul.allow_tf32 = True), or use fp32 or bf16");
    return mode.precision == "bf16" ? at::kBFloat16 : at::kFloat;
}

} // namespace

Stripes::Stripes(const at::Tensor &unit, const PairwiseLoss &loss, const PairwiseMode &mode)
    : factor(unit.to(product_type(unit, loss, mode))), columns(unit.size(0)), loss(loss),
      exact(mode.precision == "fp32"), memory(at::empty({0}, unit.options())) {}

at::Tensor Stripes::inside() const {
    return stripe.narrow(0, 0, end_row - first_row).narrow(1, 0, columns - first_column);
}

void Stripes::multiply(int64_t begin, int64_t end, int64_t first) {
    first_row = begin;
    end_row = end;
    first_column = first;
    const int64_t rows = whole_blocks(end - begin), width = whole_blocks(columns - first);
    if (memory.numel() < rows * width) {
        memory = at::zeros({rows * width}, memory.options());
    }
    stripe = memory.narrow(0, 0, rows * width).view({rows, width});
    at::Tensor out = inside();
    const at::Tensor own = factor.slice(0, begin, end), others = factor.slice(0, first).t();
    std::optional<at::NoTF32Guard> no_tf32; // of this thread alone
    if (exact) {
        no_tf32.emplace();
    }
    if (factor.scalar_type() == at::kFloat) {
        at::mm_out(out, own, others);
    } else {
        out.copy_(at::mm(own, others, at::kFloat));
    }
}

StripeSums Stripes::sums(const at::Tensor &positive) const {
    const PairwiseNumbers numbers(loss);
    const kernels::PairwiseKernels &kernel = kernels_of(loss);
    const auto options = stripe.options();
    StripeSums result{at::empty({kernel.terms + 1, stripe.size(0)}, options),
                      at::empty({kernel.terms + 1, stripe.size(1)}, options)};
    KernelCall call(loss.kind, stripe.device());
    call.finish(kernel.stripe_sums.on(call.backend())(
        call.context(), numbers.inverse_temperature, numbers.margin, numbers.semi_hard,
        as_int(end_row - first_row), as_int(columns - first_column), as_int(first_row),
        as_int(first_column), call.read("similarity", stripe), call.read("positive", positive),
        call.write("row_sums", result.rows), call.write("column_sums", result.columns)));
    return {result.rows.narrow(1, 0, end_row - first_row),
            result.columns.narrow(1, 0, columns - first_column)};
}

void Stripes::weigh(const at::Tensor &row_state) {
    const PairwiseNumbers numbers(loss);
    KernelCall call(loss.kind, stripe.device());
    call.finish(kernels_of(loss).stripe_weights.on(call.backend())(
        call.context(), numbers.inverse_temperature, numbers.margin, numbers.semi_hard,
        as_int(end_row - first_row), as_int(columns - first_column), as_int(first_row),
        as_int(first_column), call.read("similarity", stripe), call.read("row_state", row_state),
        call.write("weights", stripe)));
}

void Stripes::add_matmul(at::Tensor &sum, const at::Tensor &weights, const at::Tensor &rows) const {
    std::optional<at::NoTF32Guard> no_tf32;
    if (exact) {
        no_tf32.emplace();
    }
    if (factor.scalar_type() == at::kFloat) {
        sum.addmm_(weights, rows);
    } else {
        sum.add_(at::mm(weights.to(factor.scalar_type()), rows, at::kFloat));
    }
}

void Stripes::add_product(at::Tensor product) const {
    add_matmul(product, inside(), factor.slice(0, first_column));
}

void Stripes::add_mirrored(at::Tensor product, int64_t from) const {
    if (from < columns) {
        add_matmul(product, inside().slice(1, from - first_column).t(),
                   factor.slice(0, first_row, end_row));
    }
}

int64_t stripe_rows(int64_t width, const PairwiseMode &mode, const at::Device &device) {
    const int64_t usual = device.is_cuda() ? gpu_stripe_bytes : cpu_stripe_bytes;
    const int64_t bytes = mode.hybrid_stripe_bytes == 0 ? usual : mode.hybrid_stripe_bytes;
    constexpr int64_t run = dsl::stripe_alignment;
    const int64_t rows = bytes / (whole_blocks(width) * static_cast<int64_t>(sizeof(float)));
    return std::max<int64_t>(rows / run * run, run);
}

at::Tensor positive_similarities(const at::Tensor &unit) {
    const int64_t half = unit.size(0) / 2;
    const at::Tensor one = (unit.slice(0, 0, half) * unit.slice(0, half)).sum(1);
    return at::cat({one, one});
}

void add_sums(at::Tensor totals, const at::Tensor &sums) {
    const int64_t last = totals.size(0) - 1;
    totals.narrow(0, 0, last).add_(sums.narrow(0, 0, last));
    at::Tensor largest = totals.select(0, last);
    at::maximum_out(largest, largest, sums.select(0, last));
}

at::Tensor no_sums(int64_t rows, const PairwiseLoss &loss, const at::TensorOptions &options) {
    const int terms = kernels_of(loss).terms;
    at::Tensor totals = at::zeros({terms + 1, rows}, options);
    totals.select(0, terms).fill_(-std::numeric_limits<float>::infinity());
    return totals;
}

FinishedRows finish_rows(const at::Tensor &totals, const at::Tensor &positive, int64_t batch,
                         const PairwiseLoss &loss) {
    const PairwiseNumbers numbers(loss);
    FinishedRows result{at::empty({3}, totals.options()),
                        at::empty({3, totals.size(1)}, totals.options())};
    KernelCall call(loss.kind, totals.device());
    call.finish(kernels_of(loss).stripe_rows.on(call.backend())(
        call.context(), numbers.inverse_temperature, numbers.margin, numbers.semi_hard,
        as_int(batch), call.read("totals", totals), call.read("positive", positive),
        call.write("statistics", result.statistics), call.write("row_state", result.row_state)));
    return result;
}

at::Tensor finish_gradient(const at::Tensor &product, const UnitRows &rows,
                           const at::Tensor &row_state, double share, int64_t columns,
                           const PairwiseLoss &loss) {
    at::Tensor dz = at::empty({product.size(0), columns}, product.options());
    KernelCall call(loss.kind, product.device());
    call.finish(kernels::stripe_gradient.on(call.backend())(
        call.context(), call.read("product", product), call.read("z", rows.unit),
        call.read("inverse_norms", rows.inverse_norms), call.read("row_state", row_state),
        static_cast<float>(share), call.write("dz", dz)));
    return dz;
}

} // namespace haliclr::runtime
