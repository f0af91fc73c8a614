// The bytes that an optimizer's step moves at least: its bound, at the memory rate. Free of Halide.
#pragma once

namespace haliclr::dsl {

// What the step of one parameter moves beside its weight, which is float32 like the moments.
struct UpdateTraffic {
    int moments = 1;                    // two of AdamW
    int gradient = 4;                   // bytes
    int copy = 0;                       // bytes of the weight's copy in the gradient's precision
    bool reads_weight_for_norm = false; // LARS, unless the step before left |w|
};

// Bytes of one parameter. Gradient, weight and moments are read, the last two written. The gradient
// is read once more, as nothing may be updated before all of it has been seen: for its norm, and to
// be found finite.
constexpr int update_bytes(const UpdateTraffic &of) {
    constexpr int value = 4;
    return 2 * value * (1 + of.moments) + 2 * of.gradient + of.copy +
           (of.reads_weight_for_norm ? value : 0);
}

} // namespace haliclr::dsl
