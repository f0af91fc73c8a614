// Resampling of a rectangle to a square: between two pixels where nothing is reduced, else by a
// filter whose taps depend on the reduction. Conventions of PyTorch's interpolate on float tensors,
// with and without antialias, and of TensorFlow's resize (Catmull-Rom).
#include "dsl/views/canvas.h"
#include "dsl/views/filter.h"

#include <functional>
#include <utility>
#include <vector>

namespace haliclr::dsl {

using Halide::cast;
using Halide::clamp;
using Halide::Expr;
using Halide::floor;
using Halide::Func;
using Halide::max;
using Halide::min;
using Halide::RDom;
using Halide::select;
using Halide::strict_float;
using Halide::Tuple;
using Halide::undef;

namespace {

constexpr int group_values = SourceRow::group_values;
constexpr int most_values = 3 << 16;

Expr always() {
    return cast<bool>(1);
}

} // namespace

ResamplingWords resampling_words(const SequenceStep &step) {
    return {step.uses("bicubic"), step.uses("catmull_rom"), step.uses("antialias")};
}

// Adds the Funcs and the stages of one resampling.
class Resampler {
public:
    Resampler(Canvas &canvas, const SourceBox &box, const Expr &side, ResamplingWords words,
              const Expr &flip)
        : canvas(canvas), plan(canvas.plan), words(words), source(canvas),
          across(axis_of(box.x, box.width, canvas.source_width(), side, box.reads_beyond)),
          down(axis_of(box.y, box.height, canvas.source_height(), side, box.reads_beyond)),
          most_columns(
              axis_of(box.x, box.width, canvas.source_width_for_bounds(), side, box.reads_beyond)
                  .count),
          output_x(flip.defined() ? select(flip > 0.5f, side - 1 - canvas.x, canvas.x)
                                  : Expr(canvas.x)) {
        made.window(canvas.v) =
            Tuple(boundless(across.first), boundless(across.count), boundless(down.first),
                  boundless(down.count), boundless(taps_along(across)), boundless(taps_along(down)),
                  boundless(select(reduces(), 1, 0)));
    }

    void run(const Expr &when) {
        const Expr filters = is_cubic(words) ? always() : !words.antialias ? !always() : reduces();
        made.has_filter = is_cubic(words) || words.antialias;
        made.has_two_taps = !is_cubic(words);
        define_two_taps();
        define_filter();
        made.image = static_cast<int>(plan.image.size());
        const Rgb two_taps = between_two(), filtered = by_filter();
        canvas.start_empty("sampled", across.size);
        if (made.has_two_taps) {
            // Asked of the table, as a comparison of floats would be made again for every pixel:
            // for NaN it and its opposite are both false.
            const bool of_table = reads_by_values() && made.has_filter;
            canvas.add_stage(when && (of_table ? window(6) == 0 : !filters), two_taps,
                             reads_by_values() ? StageReads::pixels : StageReads::sums);
        }
        if (made.has_filter) {
            canvas.add_stage(when && filters, filtered, StageReads::sums);
        }
        plan.resamplings.push_back(made);
    }

private:
    Canvas &canvas;
    Views &plan;
    ResamplingWords words;
    Canvas source; // as it was before the new image
    Axis across, down;
    Expr most_columns; // of the window, in a form that makes row buffers no longer than they are
    Expr output_x;
    Resampling made;

    bool reads_by_values() const { return canvas.reading == SourceReading::by_values; }

    Expr reduces() const {
        return across.extent > cast<float>(across.size) || down.extent > cast<float>(down.size);
    }

    // Taps that would be left out are not taken.
    Expr taps_along(const Axis &axis) const {
        const Expr taps = taps_of(axis, words);
        return repeats_border(words) ? taps : min(taps, axis.count);
    }

    // The first tap; where taps outside the window would be left out, so near that all are inside.
    Expr first_along(const Expr &index, const Axis &axis, const Expr &count,
                     const Expr &taps) const {
        const Expr first = first_tap(index, axis, words);
        return repeats_border(words) ? first : clamp(first, 0, count - taps);
    }

    // After the last tap.
    Expr end_along(const Expr &index, const Axis &axis, const Expr &count) const {
        const Expr end = end_of_taps(index, axis, words);
        return repeats_border(words) ? end : min(end, count);
    }

    // A tap's pixel. Of a table, taps inside the window are known to be.
    Expr tap_inside(const Expr &position, const Expr &count) const {
        return repeats_border(words) ? clamp(position, 0, count - 1)
                                     : unsafe_promise_clamped(position, 0, count - 1);
    }

    Expr window(int field) const { return made.window(plan.v)[field]; }

    // The place of a channel of a column of the window, which it is known not to leave by more than
    // the one value that a vector of three channels holds in excess.
    Expr in_window(const Expr &column, const Expr &channel) const {
        return unsafe_promise_clamped(3 * column + channel, 0, row_values());
    }

    // A place of the row, whose channels are interleaved.
    Expr source_at(const Expr &place, const Expr &row) const {
        return source.source_row_value(window(0), place, window(2) + row);
    }

    using Value = std::function<Expr(const Expr &)>;

    Expr row_values() const { return 3 * most_columns; }

    // The place of a lane of a group of the row. The last group reaches back into the one before
    // it, so that no read leaves the row.
    Expr place_of(const Expr &lane, const Expr &group) const {
        return min(group * group_values, max(row_values() - group_values, 0)) + lane;
    }

    // A row of the window by its places: whole groups, and the values of a row that is shorter.
    SourceRow row_of(const std::function<Expr(const Expr &, const Expr &)> &grouped,
                     const Value &value) const {
        SourceRow made;
        const Halide::Var &i = plan.i, &y = plan.y, &v = plan.v;
        if (reads_by_values()) {
            made.row(i, y, v) = value(i);
            return made;
        }
        const Expr values = row_values();
        made.row(i, y, v) = undef<float>();
        RDom groups(0, most_values, "groups");
        const Expr lane = Expr(groups) % group_values, group = Expr(groups) / group_values;
        groups.where(group * group_values < values && values >= group_values);
        made.row(place_of(lane, group), y, v) = grouped(lane, group);
        made.groups = {0, groups};
        RDom few(0, group_values, "few");
        few.where(Expr(few) < values && values < group_values);
        made.row(few, y, v) = value(few);
        made.few = {1, few};
        return made;
    }

    static Tuple two_positions(const Expr &index, const Axis &axis, const Expr &count) {
        const Expr position =
            strict_float(clamp(centre_of(index, axis) - 0.5f, 0.0f, cast<float>(count - 1)));
        const Expr first = clamp(cast<int>(floor(position)), 0, count - 1);
        return Tuple(boundless(first), boundless(min(first + 1, count - 1)),
                     position - cast<float>(first));
    }

    void define_two_taps() {
        made.columns(plan.x, plan.v) = two_positions(output_x, across, window(1));
        made.rows(plan.y, plan.v) = two_positions(plan.y, down, window(3));
        const Tuple row = made.rows(plan.y, plan.v);
        const auto blend = [&](const Expr &place) {
            return interpolate(source_at(place, row[0]), source_at(place, row[1]), row[2]);
        };
        made.blended = row_of(
            [&](const Expr &lane, const Expr &group) { return blend(place_of(lane, group)); },
            blend);
        define_between();
    }

    void define_between() {
        const Tuple column = made.columns(plan.x, plan.v);
        const auto value = [&](const Expr &position) {
            return made.blended.row(in_window(position, plan.ch), plan.y, plan.v);
        };
        made.between(plan.ch, plan.x, plan.y, plan.v) =
            interpolate(value(column[0]), value(column[1]), column[2]);
    }

    Rgb between_two() const {
        const auto channel = [&](int index) {
            return made.between(index, plan.x, plan.y, plan.v) * source.source_scale();
        };
        return {channel(0), channel(1), channel(2)};
    }

    static RDom taps_below(const Expr &count, const std::string &name) {
        RDom taps(0, most_taps, name);
        taps.where(Expr(taps) < count);
        return taps;
    }

    void define_filter() {
        made.across(plan.x, plan.v) =
            boundless(first_along(output_x, across, window(1), window(4)));
        made.down(plan.y, plan.v) = boundless(first_along(plan.y, down, window(3), window(5)));
        reads_by_values() ? filter_values() : filter_rows();
    }

    Expr x_tap() const { return made.across(plan.x, plan.v); }
    Expr y_tap() const { return made.down(plan.y, plan.v); }
    Expr distance_across(const Expr &tap) const {
        return tap_distance(x_tap() + tap, output_x, across, words);
    }
    Expr distance_down(const Expr &tap) const {
        return tap_distance(y_tap() + tap, plan.y, down, words);
    }

    void sum_weights(const Expr &taps_x, const Expr &taps_y) {
        made.sum_across = taps_below(taps_x, "sum_across");
        made.sum_down = taps_below(taps_y, "sum_down");
        made.across_sum(plan.x, plan.v) = 0.0f;
        made.across_sum(plan.x, plan.v) += tap_weight(distance_across(made.sum_across), words);
        made.down_sum(plan.y, plan.v) = 0.0f;
        made.down_sum(plan.y, plan.v) += tap_weight(distance_down(made.sum_down), words);
    }

    // The sums down the columns serve every pixel of a row.
    void filter_rows() {
        sum_weights(window(4), window(5));
        made.taps_across = taps_below(window(4), "taps_across");
        made.taps_down = taps_below(window(5), "taps_down");
        const Halide::Var &i = plan.i, &lane = plan.lane, &group = plan.group, &x = plan.x,
                          &y = plan.y, &v = plan.v;
        made.shares_across =
            shares_of(x, across, window(4), made.across_taps, [&](const Expr &tap) {
                return tap_weight(distance_across(tap), words) *
                       (source.source_scale() / made.across_sum(x, v));
            });
        made.shares_down = shares_of(y, down, window(5), made.down_taps, [&](const Expr &tap) {
            return tap_weight(distance_down(tap), words) * (1.0f / made.down_sum(y, v));
        });
        const Expr row = tap_inside(y_tap() + made.taps_down, window(3));
        const auto add_sums = [&](Func sums, const std::vector<Halide::Var> &at,
                                  const Expr &place) {
            sums(at) = 0.0f;
            sums(at) +=
                made.shares_down(among_taps(made.taps_down, down), y, v) * source_at(place, row);
        };
        add_sums(made.group_sums, {lane, group, y, v}, place_of(lane, group));
        add_sums(made.few_sums, {i, y, v}, i);
        made.column_sums =
            row_of([&](const Expr &at, const Expr &of) { return made.group_sums(at, of, y, v); },
                   [&](const Expr &place) { return made.few_sums(place, y, v); });
        made.filtered(plan.ch, x, y, v) = 0.0f;
        made.filtered(plan.ch, x, y, v) +=
            made.shares_across(among_taps(made.taps_across, across), x, v) *
            made.column_sums.row(
                in_window(tap_inside(x_tap() + made.taps_across, window(1)), plan.ch), y, v);
    }

    // A pixel takes the taps of its own column and row, of which a table tells all that their loop
    // needs. One reduction over both: sums of their own, a tap across, would need a bound on their
    // extent, and its check would stand in the loop, which would then run over most_taps. The
    // channels are one Tuple, so that they share a tap's weight.
    void filter_values() {
        const Halide::Var &x = plan.x, &y = plan.y, &v = plan.v;
        const Expr taps_x = end_along(output_x, across, window(1)) - x_tap();
        const Expr taps_y = end_along(y, down, window(3)) - y_tap();
        sum_weights(taps_x, taps_y);
        made.tap_steps(v) = Tuple(tap_step(across, words), tap_step(down, words));
        made.column_taps(x, v) = Tuple(x_tap(), taps_x, distance_across(0),
                                       source.source_scale() / made.across_sum(x, v));
        made.row_taps(y, v) = Tuple(y_tap(), taps_y, distance_down(0), 1.0f / made.down_sum(y, v));

        const Tuple column = made.column_taps(x, v), row = made.row_taps(y, v);
        made.taps = RDom({{0, most_taps}, {0, most_taps}}, "taps");
        const Expr tap_x = made.taps.y, tap_y = made.taps.x;
        made.taps.where(tap_y < row[1] && tap_x < column[1]);
        const auto weight = [&](const Tuple &taps, const Expr &tap, int axis) {
            return tap_weight(taps[2] + cast<float>(tap) * made.tap_steps(v)[axis], words);
        };
        const Expr both = weight(column, tap_x, 0) * weight(row, tap_y, 1);
        const Expr at_x = window(0) + tap_inside(column[0] + tap_x, window(1));
        const Expr at_y = window(2) + tap_inside(row[0] + tap_y, window(3));
        const auto added = [&](int channel) {
            return made.filtered(x, y, v)[channel] +
                   both * source.source_value(channel, at_x, at_y);
        };
        made.filtered(x, y, v) = Tuple(0.0f, 0.0f, 0.0f);
        made.filtered(x, y, v) = Tuple(added(0), added(1), added(2));
    }

    // A tap that is known to be one of the view's, so that a table is no longer than those.
    Expr among_taps(const Expr &tap, const Axis &axis) const {
        return unsafe_promise_clamped(tap, 0, taps_of(axis, words) - 1);
    }

    // (tap, index, v): a table of weights that sum to 1.
    Func shares_of(const Halide::Var &index, const Axis &axis, const Expr &count,
                   GuardedStage &stage, const Value &share) const {
        Func shares("shares");
        const RDom taps = taps_below(count, "share_taps");
        shares(plan.tap, index, plan.v) = undef<float>();
        shares(among_taps(taps, axis), index, plan.v) = share(taps);
        stage = {0, taps};
        return shares;
    }

    Rgb by_filter() const {
        const Halide::Var &x = plan.x, &y = plan.y, &v = plan.v;
        const auto value = [&](int channel) {
            const Expr colour = reads_by_values()
                                    ? made.filtered(x, y, v)[channel] *
                                          (made.column_taps(x, v)[3] * made.row_taps(y, v)[3])
                                    : Expr(made.filtered(channel, x, y, v));
            return words.bicubic ? clamp_unit(colour) : colour;
        };
        return {value(0), value(1), value(2)};
    }
};

void Canvas::resample(const SourceBox &box, const Expr &side, const ResamplingWords &words,
                      const Expr &flip, const Expr &when) {
    Resampler(*this, box, side, words, flip).run(when.defined() ? when : always());
    overshoots = overshoots || words.catmull_rom;
}

} // namespace haliclr::dsl
