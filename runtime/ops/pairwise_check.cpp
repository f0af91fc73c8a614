// Checks of a pairwise loss's arguments.
#include "dsl/pairwise_limits.h"
#include "runtime/binding/errors.h"
#include "runtime/ops/kernels.h"
#include "runtime/ops/pairwise_modes.h"

#include <ATen/ATen.h>

#include <cmath>

namespace haliclr::runtime {
namespace {

void check_rows(const std::string &op, const at::Tensor &z) {
    require(z.layout() == at::kStrided, op, "z: layout ", c10::str(z.layout()),
            ": give a dense tensor");
    require(z.dim() == 2, op, "z: shape ", z.sizes(), ": give [2N, D], one row a view");
    require(z.size(0) >= 2 && z.size(0) % 2 == 0, op, "z: ", z.size(0),
            " rows: give two views of each image, an even number of rows of at least 2");
    require(z.size(1) >= 1, op, "z: shape ", z.sizes(), ": give at least one column");
    const at::ScalarType type = z.scalar_type();
    require(type == at::kFloat || type == at::kHalf || type == at::kBFloat16, op, "z: dtype ",
            c10::toString(type), ": convert it to float32, float16 or bfloat16");
}

void check_loss(const PairwiseLoss &loss) {
    bool known = false;
    std::string kinds;
    for (const kernels::PairwiseKernels &kernel : kernels::pairwise) {
        known = known || loss.kind == kernel.kind;
        kinds += (kinds.empty() ? "" : ", ") + std::string(kernel.kind);
    }
    require(known, "pairwise_loss", "loss: '", loss.kind, "': use one of ", kinds);
    require(std::isfinite(loss.temperature) && loss.temperature > 0, loss.kind,
            "temperature: ", loss.temperature, ": give a positive finite number, such as 0.5");
    require(std::isfinite(loss.margin) && loss.margin >= 0, loss.kind, "margin: ", loss.margin,
            ": give a finite number of at least 0, such as 0.4");
    require(!loss.semi_hard || loss.kind != "ntxent", loss.kind,
            "semi_hard: true: this loss weights its negatives itself; use nt_logistic or "
            "margin_triplet, or leave it off");
}

} // namespace

void check_pairwise_arguments(const at::Tensor &z, const PairwiseLoss &loss,
                              const PairwiseMode &mode) {
    check_loss(loss);
    check_rows(loss.kind, z);
    require(mode.name == "auto" || mode.name == "recompute" || mode.name == "store" ||
                mode.name == "store16" || mode.name == "hybrid" || mode.name == "tensor",
            loss.kind, "mode: '", mode.name,
            "': use auto, recompute, store, store16, hybrid or tensor");
    require(mode.name != "tensor" || (loss.kind == "ntxent" && mode.precision != "fp32"), loss.kind,
            "mode: tensor with precision ", mode.precision,
            ": only ntxent, in tf32 or bf16, runs on tensor cores: use recompute");
    require(mode.name != "store16" || may_store16(loss), loss.kind, "mode: store16 at temperature ",
            loss.temperature, ": only ntxent from temperature ",
            dsl::smallest_fixed_point_temperature, " on stores in 16 bits: use store or recompute");
    require(mode.store_bytes >= 0, loss.kind, "store_bytes: ", mode.store_bytes,
            ": give the bytes that stored similarities may take, at least 0");
    require(mode.precision == "fp32" || ((mode.name == "hybrid" || mode.name == "tensor") &&
                                         (mode.precision == "tf32" || mode.precision == "bf16")),
            loss.kind, "precision: '", mode.precision,
            "': use fp32, or in mode hybrid or tensor tf32 or bf16");
    require(
        mode.hybrid_stripe_bytes >= 0, loss.kind, "hybrid_stripe_bytes: ", mode.hybrid_stripe_bytes,
        ": give the bytes that a stripe of similarities may take, or 0 for the device's default");
}

void check_rows_are_finite(const at::Tensor &z, const at::Tensor &statistics,
                           const PairwiseLoss &loss) {
    if (std::isfinite(statistics[0].item<float>())) {
        return;
    }
    const at::Tensor bad = z.isfinite().all(1).logical_not().nonzero();
    require(bad.numel() == 0, loss.kind, "z: row ",
            bad.numel() == 0 ? 0 : bad.flatten()[0].item<int64_t>(),
            " is not finite, the first of ", bad.size(0),
            ": look at the encoder's output or lower the rate");
}

} // namespace haliclr::runtime
