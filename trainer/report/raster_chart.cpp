// Paints at twice the picture's size and takes the mean of 2 x 2 pixels, which smooths the edges.
#include "trainer/report/raster_chart.h"

#include <ATen/ATen.h>

#include <cmath>

#include "trainer/report/axis.h"
#include "trainer/report/pixel_font.h"

namespace haliclr::trainer {

namespace {

constexpr int64_t scale = 4; // painted pixels a unit of the view box
constexpr double title_height = 24, name_height = 16;
constexpr int64_t letter_pixel = 4, letter_advance = 6 * letter_pixel;

using Colour = std::array<uint8_t, 3>;
constexpr Colour ink{29, 35, 38}, soft{102, 114, 122}, line{227, 230, 228}, accent{11, 122, 117};

class Canvas {
public:
    Canvas(int64_t height, int64_t width)
        : pixels(at::full({height, width, 3}, 255, at::kByte)), height(height), width(width),
          bytes(pixels.data_ptr<uint8_t>()) {}

    // Corners in pixels; what lies outside is left out.
    void rectangle(int64_t x0, int64_t y0, int64_t x1, int64_t y1, const Colour &colour) {
        for (int64_t y = std::max<int64_t>(y0, 0); y < std::min(y1, height); y++) {
            for (int64_t x = std::max<int64_t>(x0, 0); x < std::min(x1, width); x++) {
                std::copy(colour.begin(), colour.end(), bytes + (y * width + x) * 3);
            }
        }
    }

    void disc(double centre_x, double centre_y, double radius, const Colour &colour) {
        for (auto y = static_cast<int64_t>(centre_y - radius); y <= centre_y + radius; y++) {
            const double rise = static_cast<double>(y) - centre_y;
            const double reach = std::sqrt(std::max(0.0, radius * radius - rise * rise));
            rectangle(std::llround(centre_x - reach), y, std::llround(centre_x + reach), y + 1,
                      colour);
        }
    }

    // The text's right end, or with share 0.5 its middle, is at x; its foot at y.
    void text(const std::string &words, double x, double y, double share, const Colour &colour) {
        const auto length = static_cast<int64_t>(words.size()) * letter_advance - letter_pixel;
        int64_t left = std::llround(x - share * static_cast<double>(length));
        const int64_t top = std::llround(y) - 7 * letter_pixel;
        for (const char letter : words) {
            const std::array<uint8_t, 7> rows = glyph(letter);
            for (int64_t cell = 0; cell < 35; cell++) {
                if ((rows[cell / 5] >> (4 - cell % 5) & 1) != 0) {
                    const int64_t cell_x = left + cell % 5 * letter_pixel;
                    const int64_t cell_y = top + cell / 5 * letter_pixel;
                    rectangle(cell_x, cell_y, cell_x + letter_pixel, cell_y + letter_pixel, colour);
                }
            }
            left += letter_advance;
        }
    }

    at::Tensor smoothed() const {
        const at::Tensor planes = pixels.permute({2, 0, 1}).unsqueeze(0).to(at::kFloat);
        return at::avg_pool2d(planes, {2, 2})
            .round()
            .to(at::kByte)
            .squeeze(0)
            .permute({1, 2, 0})
            .contiguous();
    }

private:
    at::Tensor pixels;
    int64_t height, width;
    uint8_t *bytes;
};

double painted(double units) {
    return units * scale;
}

void paint_grid(Canvas &canvas, const Axes &axes) {
    for (const double tick : axis_ticks(axes.y.low, axes.y.high, 5)) {
        const double y = painted(title_height + axes.y.place(tick));
        canvas.rectangle(std::llround(painted(left_margin)), std::llround(y) - 2,
                         std::llround(painted(box_width - right_margin)), std::llround(y) + 2,
                         line);
        canvas.text(tick_label(tick), painted(left_margin - 8), y + 3.5 * letter_pixel, 1, soft);
    }
    for (const double tick : axis_ticks(axes.x.low, axes.x.high, 6)) {
        canvas.text(tick_label(tick), painted(axes.x.place(tick)),
                    painted(title_height + box_height - 8), 0.5, soft);
    }
}

void paint_curve(Canvas &canvas, const Axes &axes, const Curve &curve) {
    for (size_t i = 1; i < curve.x.size(); i++) {
        const double x0 = painted(axes.x.place(curve.x[i - 1])),
                     x1 = painted(axes.x.place(curve.x[i]));
        const double y0 = painted(title_height + axes.y.place(curve.y[i - 1])),
                     y1 = painted(title_height + axes.y.place(curve.y[i]));
        const double steps = std::ceil(std::max(std::hypot(x1 - x0, y1 - y0), 1.0));
        for (double step = 0; step <= steps && std::isfinite(steps); step++) {
            const double share = step / steps;
            canvas.disc(x0 + share * (x1 - x0), y0 + share * (y1 - y0), scale, accent);
        }
    }
}

} // namespace

at::Tensor raster_chart(const ChartText &text, const Curve &curve) {
    const Axes axes = axes_of(curve);
    const double height = title_height + box_height + name_height;
    Canvas canvas(std::llround(painted(height)), std::llround(painted(box_width)));
    canvas.text(text.title, painted(left_margin), painted(18), 0, ink);
    canvas.text(text.x_name, painted(box_width - right_margin), painted(height - 5), 1, soft);
    paint_grid(canvas, axes);
    paint_curve(canvas, axes, curve);
    return canvas.smoothed();
}

} // namespace haliclr::trainer
