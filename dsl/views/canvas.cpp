// Images of the pipeline, and their in-place stages. Halide makes each guard a real branch, taken
// once a view, where a select would evaluate both sides for every pixel.
#include "dsl/views/canvas.h"

#include <utility>

namespace haliclr::dsl {

using Halide::cast;
using Halide::clamp;
using Halide::Expr;
using Halide::Func;
using Halide::max;
using Halide::RDom;
using Halide::select;
using Halide::Tuple;
using Halide::undef;

namespace {

constexpr int most_width = 65535; // pixels of a source row

} // namespace

Expr boundless(const Expr &number) {
    return Halide::reinterpret<int32_t>(Halide::reinterpret<float>(number));
}

// One round for a view that takes the stage. Halide tests a predicate that reads tables innermost,
// for every pixel; the end of a loop it finds outside of those over pixels. Only what is asked
// plainly leaves sums out that are made elsewhere for the stage.
RDom guard_of(const Expr &taken, StageReads reads) {
    if (reads == StageReads::sums) {
        RDom guard(0, 1, "guard");
        guard.where(taken);
        return guard;
    }
    RDom rounds(0, 2, "guard");
    rounds.where(rounds < select(taken, 1, 0));
    return rounds;
}

Expr nothing_of(const RDom &guard) {
    return 0.0f * cast<float>(Expr(guard));
}

std::optional<int64_t> known_value(const Expr &number) {
    return Halide::Internal::as_const_int(Halide::Internal::simplify(number));
}

Canvas::Canvas(Views &plan, Func bytes, Expr byte_count, Func image_table, Func draws,
               Expr view_side, SourceReading reading, SourceSize source_size)
    : x(plan.x), y(plan.y), v(plan.v), plan(plan), reading(reading), bytes(std::move(bytes)),
      byte_count(std::move(byte_count)), draws(std::move(draws)), wanted_side(std::move(view_side)),
      current_side(wanted_side) {
    // Whatever the table says, the image lies within the bytes: no later read needs a check.
    const Expr image = v % plan.images;
    const bool known = source_size.is_known();
    const Expr width =
        known ? Expr(source_size.width)
              : clamp(image_table(2, image), 1, clamp(this->byte_count / 3, 1, most_width));
    const Expr height =
        known ? Expr(source_size.height)
              : clamp(image_table(1, image), 1, max(this->byte_count / (3 * width), 1));
    const Expr offset =
        clamp(image_table(0, image), 0, max(this->byte_count - 3 * width * height, 0));
    plan.source(v) = Tuple(boundless(offset), width, height, boundless(3 * width));
    image_width = width;
    bytes_width = known ? width : plan.source(v)[1];
    bytes_height = known ? height : plan.source(v)[2];
    row_bytes = known ? 3 * width : plan.source(v)[3];
}

Expr Canvas::draw(const SequenceStep &step, int column) const {
    return draws(step.first_column + column, v);
}

Expr Canvas::source_width() const {
    return is_empty() ? bytes_width : current_side;
}

Expr Canvas::source_width_for_bounds() const {
    return is_empty() ? image_width : current_side;
}

Expr Canvas::source_height() const {
    return is_empty() ? bytes_height : current_side;
}

Expr Canvas::byte_at(const Expr &row, const Expr &place) const {
    const Expr index = plan.source(v)[0] + row * row_bytes + place;
    return cast<float>(bytes(unsafe_promise_clamped(index, 0, byte_count - 1)));
}

Expr Canvas::source_value(const Expr &channel, const Expr &column, const Expr &row) const {
    return is_empty()
               ? byte_at(row, 3 * column + channel)
               : mux(channel, raw_colour_at(unsafe_promise_clamped(column, 0, current_side - 1),
                                            unsafe_promise_clamped(row, 0, current_side - 1))
                                  .tuple()
                                  .as_vector());
}

Expr Canvas::source_row_value(const Expr &first_column, const Expr &place, const Expr &row) const {
    return is_empty() ? byte_at(row, 3 * first_column + place)
                      : source_value(place % 3, first_column + place / 3, row);
}

Rgb Canvas::raw_colour_at(const Expr &column, const Expr &row) const {
    return Rgb(Tuple(plan.image[latest].func(column, row, v)));
}

Rgb Canvas::raw_colour() const {
    return raw_colour_at(x, y);
}

Rgb Canvas::colour_at(const Expr &column, const Expr &row) const {
    const Rgb raw = raw_colour_at(column, row);
    return overshoots ? Rgb(clamp_unit(raw.red), clamp_unit(raw.green), clamp_unit(raw.blue)) : raw;
}

Rgb Canvas::colour() const {
    return colour_at(x, y);
}

void Canvas::start(const std::string &name, const Rgb &definition) {
    ViewImage image{Func(name), {}};
    image.func(x, y, v) = definition.tuple();
    latest = static_cast<int>(plan.image.size());
    plan.image.push_back(image);
}

void Canvas::start_copy(const std::string &name) {
    start(name, colour());
    overshoots = false;
}

void Canvas::start_empty(const std::string &name, const Expr &side) {
    start(name, Rgb(undef<float>(), undef<float>(), undef<float>()));
    current_side = side;
}

int Canvas::add_stage(const Expr &taken, const Rgb &values, StageReads reads) {
    ViewImage &image = plan.image[latest];
    const RDom guard = guard_of(only.defined() ? only && taken : taken, reads);
    const int index = image.func.num_update_definitions();
    const Expr nothing = nothing_of(guard);
    image.func(x, y, v) =
        Tuple(values.red + nothing, values.green + nothing, values.blue + nothing);
    image.stages.push_back({index, guard});
    return static_cast<int>(image.stages.size()) - 1;
}

} // namespace haliclr::dsl
