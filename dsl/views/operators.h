// The image operators of the recipe language. Each has two halves in its own file: what it draws
// for a view, and what it does to the image.
#pragma once

#include "dsl/draws.h"
#include "dsl/views/canvas.h"

#include <functional>
#include <string>
#include <vector>

namespace haliclr::dsl {

// A word of randomness: which of the four of which block. An operator that occurs again takes
// blocks of its own.
struct RandomWord {
    int block, index;
};

// What a step draws from. Columns are in the order of view_sequence.cpp.
class StepDraws {
public:
    StepDraws(Draws &plan, const SequenceStep &step, bool reads_image, Halide::Func strengths,
              Halide::Expr view, Halide::Expr width, Halide::Expr height, Halide::Expr seed_low,
              Halide::Expr seed_high, std::vector<Halide::Expr> counter);

    Draws &plan;
    const SequenceStep &step;
    const bool reads_image; // draws are in source pixels, else in shares of the image's side
    const Halide::Expr width, height;

    // The i-th of the step's run-time numbers; the first is its probability.
    Halide::Expr number(int index) const;
    Halide::Expr word(RandomWord which) const;
    // The four words of a block, by its distance from the operator's first: one of many attempts.
    std::vector<Halide::Expr> block(int first, const Halide::Expr &distance) const;
    Halide::Expr taken(RandomWord which) const;
    // Between the numbers with this index and the next.
    Halide::Expr between(RandomWord which, int low) const;

private:
    Halide::Func strengths;
    Halide::Expr view, seed_low, seed_high;
    std::vector<Halide::Expr> counter; // the first three words
};

using Columns = std::vector<Halide::Expr>;

Columns draw_crop(const StepDraws &draws);
Columns draw_flip(const StepDraws &draws);
Columns draw_rotate(const StepDraws &draws);
Columns draw_jitter(const StepDraws &draws);
Columns draw_grey(const StepDraws &draws);
Columns draw_blur(const StepDraws &draws);
Columns draw_solarize(const StepDraws &draws);
Columns draw_cutout(const StepDraws &draws);
Columns draw_noise(const StepDraws &draws);
Columns draw_sobel(const StepDraws &draws);
Columns draw_equalize(const StepDraws &draws);
Columns draw_resize(const StepDraws &draws);
Columns draw_centre_crop(const StepDraws &draws);
Columns draw_normalize(const StepDraws &draws);

// An attempt at a rectangle: its sides, and whether they do.
struct Attempt {
    Halide::Expr width, height, accepted;
};

// (row): width and height of the first of ten attempts that is accepted, 0 while there is none.
// Each has a uniform share of the area and a log-uniform ratio, by the numbers of crop and cutout;
// `judge` is given the roots of area * ratio and of area / ratio.
Halide::Func
first_by_area(const StepDraws &draws, const std::string &name, int first_block,
              const Halide::Expr &area,
              const std::function<Attempt(const Halide::Expr &, const Halide::Expr &)> &judge);

// `flip` is the draw of a flip that directly follows, undefined without one.
void apply_crop(Canvas &canvas, const SequenceStep &step, const Halide::Expr &flip);
void apply_resize(Canvas &canvas, const SequenceStep &step, const Halide::Expr &flip);
void apply_centre_crop(Canvas &canvas, const SequenceStep &step);
void apply_flip(Canvas &canvas, const SequenceStep &step);
void apply_rotate(Canvas &canvas, const SequenceStep &step);
void apply_jitter(Canvas &canvas, const SequenceStep &step);
void apply_grey(Canvas &canvas, const SequenceStep &step);
void apply_blur(Canvas &canvas, const SequenceStep &step);
// The same, but the image that it makes is of the blurred views alone: the others stay in the image
// before.
void apply_blur_apart(Canvas &canvas, const SequenceStep &step);
Halide::Expr is_blurred(const Canvas &canvas, const SequenceStep &step);
void apply_solarize(Canvas &canvas, const SequenceStep &step);
void apply_cutout(Canvas &canvas, const SequenceStep &step);
void apply_noise(Canvas &canvas, const SequenceStep &step);
void apply_sobel(Canvas &canvas, const SequenceStep &step);
void apply_equalize(Canvas &canvas, const SequenceStep &step);
void apply_normalize(Canvas &canvas, const SequenceStep &step, bool is_last);

} // namespace haliclr::dsl
