// Counts the operations of each view by what its draws take.
#include "dsl/views_work.h"

#include <algorithm>
#include <cmath>

namespace haliclr::dsl {

namespace {

constexpr double clamped = 6, luma = 5, blended = 6 + clamped; // of a pixel's three channels

// Three channels, one pass down and one across: the first also filters what only the second drops.
double flop_of_crop(const SequenceStep &step, double width, double height, double side) {
    const double taps = step.uses("bilinear") ? 2 : 4;
    const auto of_axis = [&](double extent) {
        return step.uses("antialias") ? taps * std::max(extent / side, 1.0) : taps;
    };
    const double down_first = width * side * of_axis(height) + side * side * of_axis(width);
    const double across_first = height * side * of_axis(width) + side * side * of_axis(height);
    return 3 * 2 * std::min(down_first, across_first);
}

class ViewWork {
public:
    ViewWork(const ViewSequence &sequence, const float *draws) : sequence(sequence), draws(draws) {}

    double flop(double side) const {
        const SequenceStep &first = sequence.steps.front();
        const double crop =
            first.name == "crop" ? flop_of_crop(first, draw(first, 2), draw(first, 3), side) : 0;
        double a_pixel = 0;
        for (const SequenceStep &step : sequence.steps) {
            a_pixel += of_pixel(step, side);
        }
        return crop + a_pixel * side * side;
    }

private:
    const ViewSequence &sequence;
    const float *draws;

    double draw(const SequenceStep &step, int column) const {
        return draws[step.first_column + column];
    }

    double of_pixel(const SequenceStep &step, double side) const {
        if (step.name == "jitter") {
            return draw(step, 0) > 0.5 ? of_jitter(step) : 0;
        }
        if (step.name == "grey") {
            return draw(step, 0) > 0.5 ? luma : 0;
        }
        if (step.name == "blur") {
            const double radius = std::max(1.0, std::floor(side / 20));
            return draw(step, 0) > 0 ? 3 * 2 * 2 * (2 * radius + 1) : 0;
        }
        return step.name == "solarize" && draw(step, 0) <= 1 ? 3 * 2 : 0;
    }

    double of_jitter(const SequenceStep &step) const {
        const auto changes = [&](int column) {
            return draw(step, column) != sequence.columns[step.first_column + column].neutral;
        };
        double flop = 0;
        flop += changes(2) ? 3 + clamped : 0;
        flop += changes(3) ? luma + 1 + blended : 0;
        flop += changes(4) ? luma + 1 + blended : 0;
        // To hue and chroma 13, the turn 1, to within one turn 4, back 7 a channel.
        flop += changes(5) ? 13 + 1 + 4 + 21 : 0;
        return flop;
    }
};

// Where operators may work on fewer pixels than the view has.
int smallest_side(const ViewSequence &sequence, int size) {
    for (const SequenceStep &step : sequence.steps) {
        size = step.side > 0 ? std::min(size, step.side) : size;
    }
    return size;
}

} // namespace

double flop_of_views(const ViewSequence &sequence, const float *draws, int views, int size) {
    const int smallest = smallest_side(sequence, size);
    double flop = 0;
    for (int v = 0; v < views; ++v) {
        flop += ViewWork(sequence, draws + v * sequence.columns.size()).flop(smallest);
    }
    return flop;
}

} // namespace haliclr::dsl
