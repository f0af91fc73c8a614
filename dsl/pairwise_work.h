// The arithmetic of the losses' products, two flop a multiply-add, whatever the schedule: their
// bound at the fp32 peak. Exponentials and sums over rows are not counted. Free of Halide.
#pragma once

namespace haliclr::dsl {

// Similarities of M unit rows of D columns: half of the M x M, as the other half equals it.
constexpr double similarities_flop(double rows, double columns) {
    return rows * rows * columns;
}

// The gradient's product: M x M weights with M x D rows, all of it.
constexpr double gradient_flop(double rows, double columns) {
    return 2 * rows * rows * columns;
}

} // namespace haliclr::dsl
