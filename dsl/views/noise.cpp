// Gaussian noise on every value, clamped; torchvision's GaussianNoise. The noise of a pixel is a
// pure function of the view's key and the pixel's place: Philox words, by the method of Box and
// Muller, "A note on the generation of random normal deviates", 1958.
#include "dsl/views/operators.h"

#include "dsl/philox.h"

namespace haliclr::dsl {

using Halide::cast;
using Halide::cos;
using Halide::Expr;
using Halide::log;
using Halide::select;
using Halide::sin;

namespace {

constexpr RandomWord taken_word{23, 0}, sigma_word{23, 1}, low_word{23, 2}, high_word{23, 3};
constexpr int sigma_low = 1; // of the step's numbers
constexpr float turn = 6.28318530718f;

// The upper 24 bits of a word, a whole number that a float holds exactly.
Expr key_of(const Expr &word) {
    return cast<float>(word >> 8);
}

// Uniform in (0, 1): the logarithm is finite.
Expr open_uniform(const Expr &word) {
    return unit_uniform(word) + 0.5f / (1 << 24);
}

} // namespace

Columns draw_noise(const StepDraws &draws) {
    const Expr taken = draws.taken(taken_word);
    return {select(taken, draws.between(sigma_word, sigma_low), 0.0f),
            select(taken, key_of(draws.word(low_word)), 0.0f),
            select(taken, key_of(draws.word(high_word)), 0.0f)};
}

void apply_noise(Canvas &canvas, const SequenceStep &step) {
    const Expr sigma = canvas.draw(step, 0);
    const Expr pixel = cast<uint32_t>(canvas.y * canvas.side() + canvas.x);
    const Expr zero = cast<uint32_t>(0);
    const auto words =
        philox4x32({pixel, zero, zero, zero},
                   {cast<uint32_t>(canvas.draw(step, 1)), cast<uint32_t>(canvas.draw(step, 2))});
    const auto radius = [&](int word) {
        return sigma * sqrt(-2.0f * log(open_uniform(words[word])));
    };
    const auto angle = [&](int word) { return turn * unit_uniform(words[word]); };
    const Rgb colour = canvas.colour();
    canvas.add_stage(sigma > 0.0f, {clamp_unit(colour.red + radius(0) * cos(angle(1))),
                                    clamp_unit(colour.green + radius(0) * sin(angle(1))),
                                    clamp_unit(colour.blue + radius(2) * cos(angle(3)))});
}

} // namespace haliclr::dsl
