// Draws the ten shapes of the generated data set.
#include "trainer/data/synthetic.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "trainer/data/splitmix64.h"

namespace haliclr::trainer {

namespace {

constexpr int side = synthetic_side;
constexpr int class_count = 10;

using Colour = std::array<double, 3>;

struct Scene {
    int shape;
    double x, y;   // centre in pixels
    double radius; // of the shape in pixels
    Colour front, back;
};

// Saturated colour of a hue in turns; piecewise linear, so no library function may round
// differently.
Colour hue_colour(double hue) {
    Colour colour;
    for (int channel = 0; channel < 3; channel++) {
        double turn = hue + channel / 3.0;
        turn -= std::floor(turn);
        colour[channel] = std::clamp(std::abs(6 * turn - 3) - 1, 0.0, 1.0);
    }
    return colour;
}

Colour mix(const Colour &a, const Colour &b, double share_of_b) {
    Colour mixed;
    for (int channel = 0; channel < 3; channel++) {
        mixed[channel] = a[channel] + (b[channel] - a[channel]) * share_of_b;
    }
    return mixed;
}

Scene random_scene(int shape, SplitMix64 &random) {
    Scene scene{};
    scene.shape = shape;
    scene.x = random.uniform(11, 21);
    scene.y = random.uniform(11, 21);
    scene.radius = random.uniform(7, 12);
    const double front_hue = double(shape) / class_count + random.uniform(-0.15, 0.15);
    const double brightness = random.uniform(0.1, 0.4);
    scene.front = mix(hue_colour(front_hue), {1, 1, 1}, random.uniform(0.1, 0.5));
    scene.back = mix({0, 0, 0}, hue_colour(random.uniform(0, 1)), brightness);
    return scene;
}

// Whether the shape covers the point (dx, dy), measured from its centre in units of its radius.
bool covers(int shape, double dx, double dy) {
    const double square = std::max(std::abs(dx), std::abs(dy));
    const double disc = dx * dx + dy * dy;
    const auto band = [](double v) { return static_cast<int>(std::floor(v * 2.5 + 10)) % 2 == 0; };
    switch (shape) {
    case 0:
        return disc < 1;
    case 1:
        return disc < 1 && disc > 0.4;
    case 2:
        return square < 0.85;
    case 3:
        return square < 0.9 && square > 0.55;
    case 4:
        return std::abs(dx) + std::abs(dy) < 1.1;
    case 5:
        return square < 1 && std::min(std::abs(dx), std::abs(dy)) < 0.3;
    case 6:
        return square < 1 && band(dy);
    case 7:
        return square < 1 && band(dx);
    case 8:
        return square < 1 && band((dx + dy) * 0.75);
    default:
        return square < 1 && band(dx) == band(dy);
    }
}

} // namespace

PackedImages synthetic_images(int64_t count, Split split) {
    PackedImages images{side, side, {}, {}};
    images.pixels.reserve(count * side * side * 3);
    for (int64_t i = 0; i < count; i++) {
        SplitMix64 random(SplitMix64(2 * i + (split == Split::Test)).next());
        const Scene scene = random_scene(i % class_count, random);
        images.labels.push_back(scene.shape);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                const bool inside =
                    covers(scene.shape, (x - scene.x) / scene.radius, (y - scene.y) / scene.radius);
                for (double value : inside ? scene.front : scene.back) {
                    const double noisy = value + random.uniform(-0.08, 0.08);
                    images.pixels.push_back(std::clamp(noisy, 0.0, 1.0) * 255);
                }
            }
        }
    }
    return images;
}

} // namespace haliclr::trainer
