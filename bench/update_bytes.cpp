// Bytes of one parameter, by optimizer.
#include "bench/update_bytes.h"

#include "dsl/update_work.h"

namespace haliclr::bench {

double update_bytes(const trainer::OptimizerConfig &optimizer) {
    const bool reads_weight_for_norm =
        optimizer.kind == "lars" && optimizer.form != "larc" && optimizer.denominator == "joint";
    return dsl::update_bytes({.moments = optimizer.kind == "adamw" ? 2 : 1,
                              .reads_weight_for_norm = reads_weight_for_norm});
}

} // namespace haliclr::bench
