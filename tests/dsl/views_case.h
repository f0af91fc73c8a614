// Batches of images, tables of draws, and the views' definition as plain loops in double, for tests
// of the views algorithm and of its schedules.
#pragma once

#include "dsl/view_sequence.h"
#include "dsl/views.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

namespace haliclr::tests {

using dsl::DrawColumn;

struct ImageBatch {
    Halide::Buffer<uint8_t> bytes;
    Halide::Buffer<int32_t> table;

    int images() const { return table.dim(1).extent(); }
};

// Random images of these sizes (width, height), packed one after another.
inline ImageBatch random_images(const std::vector<std::pair<int, int>> &sizes) {
    int total = 0;
    ImageBatch batch{{}, Halide::Buffer<int32_t>(3, static_cast<int>(sizes.size()))};
    for (size_t n = 0; n < sizes.size(); n++) {
        batch.table(0, n) = total;
        batch.table(1, n) = sizes[n].second;
        batch.table(2, n) = sizes[n].first;
        total += 3 * sizes[n].first * sizes[n].second;
    }
    batch.bytes = Halide::Buffer<uint8_t>(total);
    std::mt19937 random(17);
    batch.bytes.for_each_value([&](uint8_t &byte) { byte = static_cast<uint8_t>(random()); });
    batch.bytes.set_host_dirty();
    batch.table.set_host_dirty();
    return batch;
}

inline ImageBatch mixed_images() {
    return random_images({{1, 1}, {5, 3}, {28, 28}, {40, 17}});
}

inline float &draw(Halide::Buffer<float> &draws, DrawColumn column, int view) {
    return draws(static_cast<int>(column), view);
}

// Draws of views that show the whole image and take no operator.
inline Halide::Buffer<float> neutral_draws(const ImageBatch &batch, int views) {
    Halide::Buffer<float> draws(dsl::draw_column_count, views);
    draws.fill(0);
    for (int v = 0; v < views; v++) {
        draw(draws, DrawColumn::crop_width, v) = batch.table(2, v % batch.images());
        draw(draws, DrawColumn::crop_height, v) = batch.table(1, v % batch.images());
        for (DrawColumn factor :
             {DrawColumn::brightness, DrawColumn::contrast, DrawColumn::saturation}) {
            draw(draws, factor, v) = 1;
        }
        draw(draws, DrawColumn::threshold, v) = 2;
    }
    draws.set_host_dirty();
    return draws;
}

// Draws that take each operator about half the time. Solarize moves values across its threshold by
// up to 1 for the least difference, so it is left out; it has tests of its own.
inline Halide::Buffer<float> random_draws(const ImageBatch &batch, int views) {
    Halide::Buffer<float> draws = neutral_draws(batch, views);
    std::mt19937 random(23);
    const auto between = [&](double low, double high) {
        return static_cast<float>(std::uniform_real_distribution<>(low, high)(random));
    };
    const auto whole = [&](int low, int high) {
        return static_cast<float>(std::uniform_int_distribution<>(low, high)(random));
    };
    for (int v = 0; v < views; v++) {
        const int height = batch.table(1, v % batch.images());
        const int width = batch.table(2, v % batch.images());
        const float crop_width = whole(1, width), crop_height = whole(1, height);
        const std::array<float, dsl::draw_column_count> row = {
            whole(0, width - static_cast<int>(crop_width)),
            whole(0, height - static_cast<int>(crop_height)),
            crop_width,
            crop_height,
            whole(0, 1),
            whole(0, 3) > 0 ? 1.0f : 0.0f,
            static_cast<float>(v % 24),
            between(0.2, 1.8),
            between(0.2, 1.8),
            between(0.2, 1.8),
            between(-0.5, 0.5),
            whole(0, 4) == 0 ? 1.0f : 0.0f,
            whole(0, 1) * between(0.1, 2),
            2.0f};
        std::copy(row.begin(), row.end(), &draws(0, v));
    }
    draws.set_host_dirty();
    return draws;
}

// One view, three planes of size x size, from the definitions of its operators.
class ReferenceView {
public:
    ReferenceView(const ImageBatch &batch, const Halide::Buffer<float> &draws, int view, int size)
        : batch(batch), draws(draws), view(view), size(size), pixels(3 * size * size) {
        crop();
        if (value(DrawColumn::jitter) > 0.5) {
            jitter();
        }
        if (value(DrawColumn::grey) > 0.5) {
            each_pixel([&](double *rgb) { std::fill(rgb, rgb + 3, luma(rgb)); });
        }
        if (value(DrawColumn::sigma) > 0) {
            blur();
        }
        for (double &channel : pixels) {
            const double threshold = value(DrawColumn::threshold);
            channel = channel >= threshold ? 1 - channel : channel;
        }
    }

    double operator()(int x, int y, int channel) const {
        return pixels[3 * (y * size + x) + channel];
    }

private:
    const ImageBatch &batch;
    const Halide::Buffer<float> &draws;
    const int view, size;
    std::vector<double> pixels;

    double value(DrawColumn column) const { return draws(static_cast<int>(column), view); }

    static double luma(const double *rgb) {
        return 0.2989 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
    }

    template <typename Act>
    void each_pixel(Act act) {
        for (int i = 0; i < size * size; i++) {
            act(&pixels[3 * i]);
        }
    }

    // Weights of the crop's pixels along one axis for one pixel of the view: a triangle that is one
    // pixel wide, or wider where the crop shrinks; what lies beyond the crop is left out.
    std::vector<double> weights_along(int index, int extent) const {
        const double scale = static_cast<double>(extent) / size;
        std::vector<double> weights(extent);
        double sum = 0;
        for (int i = 0; i < extent; i++) {
            const double distance = std::abs(i + 0.5 - (index + 0.5) * scale);
            weights[i] = std::max(0.0, 1 - distance / std::max(scale, 1.0));
            sum += weights[i];
        }
        for (double &weight : weights) {
            weight /= sum;
        }
        return weights;
    }

    void crop() {
        const int n = view % batch.images();
        const int offset = batch.table(0, n), row_pixels = batch.table(2, n);
        const int left = std::lround(value(DrawColumn::crop_x));
        const int top = std::lround(value(DrawColumn::crop_y));
        const int width = std::lround(value(DrawColumn::crop_width));
        const int height = std::lround(value(DrawColumn::crop_height));
        for (int i = 0; i < 3 * size * size; i++) {
            const int channel = i % 3, y = i / 3 / size;
            const int x = value(DrawColumn::flip) > 0.5 ? size - 1 - i / 3 % size : i / 3 % size;
            const std::vector<double> across = weights_along(x, width);
            const std::vector<double> down = weights_along(y, height);
            pixels[i] = 0;
            for (int row = 0; row < height; row++) {
                for (int column = 0; down[row] > 0 && column < width; column++) {
                    const int at = (top + row) * row_pixels + left + column;
                    pixels[i] +=
                        down[row] * across[column] * batch.bytes(offset + 3 * at + channel) / 255.0;
                }
            }
        }
    }

    void blend_with(double factor, const std::vector<double> &other) {
        for (size_t i = 0; i < pixels.size(); i++) {
            pixels[i] = std::clamp(factor * pixels[i] + (1 - factor) * other[i / 3], 0.0, 1.0);
        }
    }

    void jitter() {
        std::array<int, 4> order{0, 1, 2, 3};
        for (int rank = 0; rank < value(DrawColumn::order); rank++) {
            std::next_permutation(order.begin(), order.end());
        }
        for (int which : order) {
            std::vector<double> grey;
            each_pixel([&](double *rgb) { grey.push_back(luma(rgb)); });
            double sum = 0;
            for (double one : grey) {
                sum += one;
            }
            if (which == 0) {
                blend_with(value(DrawColumn::brightness), std::vector<double>(grey.size(), 0.0));
            } else if (which == 1) {
                blend_with(value(DrawColumn::contrast),
                           std::vector<double>(grey.size(), sum / grey.size()));
            } else if (which == 2) {
                blend_with(value(DrawColumn::saturation), grey);
            } else {
                each_pixel([&](double *rgb) { turn_hue(rgb, value(DrawColumn::hue)); });
            }
        }
    }

    // The textbook conversion by sextants of the colour circle.
    static void turn_hue(double *rgb, double turns) {
        const double largest = std::max({rgb[0], rgb[1], rgb[2]});
        const double chroma = largest - std::min({rgb[0], rgb[1], rgb[2]});
        if (chroma == 0) {
            return;
        }
        double hue = largest == rgb[0]   ? (rgb[1] - rgb[2]) / chroma
                     : largest == rgb[1] ? 2 + (rgb[2] - rgb[0]) / chroma
                                         : 4 + (rgb[0] - rgb[1]) / chroma;
        hue = hue / 6 + turns;
        const double sextants = 6 * (hue - std::floor(hue));
        const int sextant = static_cast<int>(sextants) % 6;
        const double part = sextants - std::floor(sextants);
        const double saturation = chroma / largest;
        const double p = largest * (1 - saturation), q = largest * (1 - saturation * part);
        const double t = largest * (1 - saturation * (1 - part)), v = largest;
        const double table[6][3] = {{v, t, p}, {q, v, p}, {p, v, t},
                                    {p, q, v}, {t, p, v}, {v, p, q}};
        std::copy(table[sextant], table[sextant] + 3, rgb);
    }

    void blur() {
        const double sigma = value(DrawColumn::sigma);
        const int radius = std::max(1, size / 20);
        std::vector<double> weights;
        for (int tap = -radius; tap <= radius; tap++) {
            weights.push_back(std::exp(-tap * tap / (2 * sigma * sigma)));
        }
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        const auto reflect = [&](int at) {
            at = at < 0 ? -at : at;
            return std::clamp(at >= size ? 2 * size - 2 - at : at, 0, size - 1);
        };
        for (bool across : {true, false}) {
            const std::vector<double> before = pixels;
            for (int i = 0; i < 3 * size * size; i++) {
                const int channel = i % 3, x = i / 3 % size, y = i / 3 / size;
                pixels[i] = 0;
                for (int tap = -radius; tap <= radius; tap++) {
                    const int from_x = across ? reflect(x + tap) : x;
                    const int from_y = across ? y : reflect(y + tap);
                    pixels[i] += weights[tap + radius] / sum *
                                 before[3 * (from_y * size + from_x) + channel];
                }
            }
        }
    }
};

// The unscheduled algorithm, but each Func computed once, where the default would compute the
// reductions anew for every pixel.
inline void compute_each_once(dsl::Views &views) {
    std::vector<Halide::Func> once = views.view_plans;
    once.push_back(views.source);
    for (const dsl::ViewImage &image : views.image) {
        once.push_back(image.func);
    }
    for (const dsl::ImageMean &mean : views.means) {
        once.insert(once.end(), {mean.column_sum, mean.mean});
    }
    for (const dsl::Blur &blur : views.blurs) {
        once.insert(once.end(),
                    {blur.bell, blur.bell_sum, blur.tap_weight, blur.blur_x, blur.blur_y});
    }
    for (const dsl::Histogram &histogram : views.histograms) {
        once.insert(once.end(), {histogram.counts, histogram.running, histogram.below_largest});
    }
    for (const dsl::Resampling &resampling : views.resamplings) {
        once.insert(once.end(), {resampling.window, resampling.columns, resampling.rows,
                                 resampling.across, resampling.down});
        if (resampling.has_filter) {
            Halide::Func image = views.image[resampling.image].func, filtered = resampling.filtered;
            once.insert(once.end(), {resampling.across_sum, resampling.down_sum,
                                     resampling.column_taps, resampling.row_taps});
            filtered.compute_at(image, views.x);
        }
    }
    for (Halide::Func func : once) {
        func.compute_root();
    }
}

inline dsl::Views make_views(ImageBatch batch, Halide::Buffer<float> draws,
                             const Halide::Expr &size, const char *recipe = dsl::stock_recipe,
                             dsl::SourceReading reading = dsl::SourceReading::by_values,
                             dsl::SourceSize source_size = {}) {
    dsl::Views views(dsl::sequence_of(dsl::parse_recipe(recipe)), Halide::Func(batch.bytes),
                     batch.bytes.dim(0).extent(), Halide::Func(batch.table), batch.images(),
                     Halide::Func(draws), size, dsl::Precision::float32,
                     dsl::ViewLayout::channels_first, reading, source_size);
    Halide::OutputImageParam output = views.views.output_buffer();
    output.dim(0).set_bounds(0, size);
    output.dim(1).set_bounds(0, size);
    output.dim(2).set_bounds(0, 3);
    return views;
}

} // namespace haliclr::tests
