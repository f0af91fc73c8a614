// The loss's options and their checks.
#include "trainer/train/loss.h"

#include "trainer/errors.h"

#include <stdexcept>

namespace haliclr::trainer {

runtime::PairwiseLoss loss_of(const LossConfig &config) {
    return {config.kind, config.temperature, config.margin, config.semi_hard};
}

runtime::PairwiseMode mode_of(const LossConfig &config) {
    return {config.mode, config.store_mib << 20, config.mode == "tensor" ? "tf32" : "fp32"};
}

int64_t stored_bytes(const LossConfig &config, at::IntArrayRef shape, at::Device device) {
    try {
        return runtime::stored_tiles(shape, loss_of(config), mode_of(config), device, true).bytes();
    } catch (const std::invalid_argument &error) {
        if (config.mode != "store" && config.mode != "store16") {
            throw UsageError(error.what()); // the back end, which `auto` asks for its record
        }
        throw UsageError("[loss] loss.mode = " + config.mode + ": " + std::to_string(shape[0]) +
                         " views have more similarities than loss.store_mib = " +
                         std::to_string(config.store_mib) +
                         " holds; raise it, or choose loss.mode = recompute");
    }
}

void require_consistent(const LossConfig &config, int64_t views) {
    if (config.semi_hard && config.kind == "ntxent") {
        throw UsageError(
            "[loss] loss.semi_hard = true: ntxent weights its negatives itself; choose "
            "loss.kind = nt_logistic or margin_triplet, or leave it off");
    }
    if (config.mode == "store16" && !runtime::may_store16(loss_of(config))) {
        throw UsageError("[loss] loss.mode = store16: only loss.kind = ntxent with "
                         "loss.temperature of at least 0.1 stores in 16 bits; choose store");
    }
    if (config.mode == "tensor" && config.kind != "ntxent") {
        throw UsageError("[loss] loss.mode = tensor: only loss.kind = ntxent runs on tensor cores; "
                         "choose recompute");
    }
    stored_bytes(config, {views, 1}, at::kCPU); // whether a mode fits does not depend on the device
}

} // namespace haliclr::trainer
