// Keys of an optimizer that exclude each other.
#include "trainer/optim/optimizer_config.h"

#include "trainer/errors.h"
#include "trainer/optim/parameter_groups.h"

namespace haliclr::trainer {

namespace {

void refuse_if(bool wrong, const std::string &what) {
    if (wrong) {
        throw UsageError("[optimizer] " + what);
    }
}

} // namespace

void require_consistent(const OptimizerConfig &config) {
    const bool lars = config.kind == "lars";
    const std::string kind = "optimizer.kind = " + config.kind;
    refuse_if(config.nesterov && config.kind == "adamw",
              "optimizer.nesterov = true with " + kind +
                  ", which has no momentum; choose lars, momentum or sgd");
    refuse_if(config.nesterov && config.momentum == 0,
              "optimizer.nesterov = true with optimizer.momentum = 0; give a momentum or set "
              "nesterov to false");
    refuse_if(config.clip && !lars, "optimizer.clip = true with " + kind +
                                        ": it bounds the trust ratio, which only lars has; set "
                                        "clip to false");
    refuse_if(config.denominator != "joint" && !lars,
              "optimizer.denominator = " + config.denominator + " with " + kind +
                  ": it is of the trust ratio, which only lars has; set it to joint");
    skip_terms(config.skip);
}

} // namespace haliclr::trainer
