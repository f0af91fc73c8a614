// Counts the operations of each view by what its draws take.
#include "bench/views_work.h"

#include "dsl/view_sequence.h"

#include <algorithm>
#include <cmath>

namespace haliclr::bench {

namespace {

using dsl::DrawColumn;

double value(const float *draws, DrawColumn column) {
    return draws[static_cast<int>(column)];
}

// Three channels, one pass down and one across: the first also filters what only the second drops.
double flop_of_crop(double width, double height, double side) {
    const double taps_across = 2 * std::max(width / side, 1.0);
    const double taps_down = 2 * std::max(height / side, 1.0);
    const double down_first = width * side * taps_down + side * side * taps_across;
    const double across_first = height * side * taps_across + side * side * taps_down;
    return 3 * 2 * std::min(down_first, across_first);
}

double flop_of_jitter(const float *draws) {
    constexpr double clamped = 6, grey = 5, blended = 6 + clamped;
    double flop = 0;
    flop += value(draws, DrawColumn::brightness) != 1 ? 3 + clamped : 0;
    flop += value(draws, DrawColumn::contrast) != 1 ? grey + 1 + blended : 0;
    flop += value(draws, DrawColumn::saturation) != 1 ? grey + 1 + blended : 0;
    // To hue, saturation and value 16, the turn 1, back 10 a channel.
    flop += value(draws, DrawColumn::hue) != 0 ? 16 + 1 + 30 : 0;
    return flop;
}

double flop_of_view(const float *draws, double side) {
    const double radius = std::max(1.0, std::floor(side / 20));
    double a_pixel = 0;
    a_pixel += value(draws, DrawColumn::jitter) > 0.5 ? flop_of_jitter(draws) : 0;
    a_pixel += value(draws, DrawColumn::grey) > 0.5 ? 5 : 0;
    a_pixel += value(draws, DrawColumn::sigma) > 0 ? 3 * 2 * 2 * (2 * radius + 1) : 0;
    a_pixel += value(draws, DrawColumn::threshold) <= 1 ? 3 * 2 : 0;
    return flop_of_crop(value(draws, DrawColumn::crop_width), value(draws, DrawColumn::crop_height),
                        side) +
           a_pixel * side * side;
}

} // namespace

double flop_of_views(const at::Tensor &draws, int64_t size) {
    TORCH_CHECK(draws.dim() == 2 && draws.size(1) == dsl::draw_column_count,
                "[bench] draws: not of the stock sequence");
    const at::Tensor rows = draws.contiguous();
    double flop = 0;
    for (int64_t v = 0; v < rows.size(0); ++v) {
        flop += flop_of_view(rows.const_data_ptr<float>() + v * rows.size(1),
                             static_cast<double>(size));
    }
    return flop;
}

} // namespace haliclr::bench
