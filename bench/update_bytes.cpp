// Bytes of one parameter, by optimizer.
#include "bench/update_bytes.h"

namespace haliclr::bench {

double update_bytes(const trainer::OptimizerConfig &optimizer) {
    constexpr double value = 4, seen_before = value;
    const double moments = optimizer.kind == "adamw" ? 2 : 1;
    const double update = (2 + moments) * value + (1 + moments) * value;
    const bool joint =
        optimizer.kind == "lars" && optimizer.form != "larc" && optimizer.denominator == "joint";
    return update + seen_before + (joint ? value : 0);
}

} // namespace haliclr::bench
