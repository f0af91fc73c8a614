// From a seed to a case.
#include "tuner/fuzz_case.h"

#include "dsl/multi_tensor_layout.h"
#include "dsl/pairwise_limits.h"
#include "dsl/recipe.h"
#include "dsl/view_sequence.h"
#include "tuner/fuzz_recipe.h"
#include "tuner/problem.h"
#include "tuner/resources.h"
#include "tuner/split_mix.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace haliclr::tuner {

namespace {

// A unit, a prime, beside a multiple of the usual vectors and tiles, or anything.
int random_extent(SplitMix &random, int most) {
    static const std::vector<int> primes = {2, 3, 5, 7, 11, 13, 17, 31, 37, 61, 67, 97, 127, 131};
    switch (random.between(0, 4)) {
    case 0:
        return random.between(1, std::min(4, most));
    case 1:
        return std::min(random.pick(primes), most);
    case 2:
        return std::clamp(16 * random.between(1, 8) + random.between(-1, 1), 1, most);
    default:
        return random.between(1, most);
    }
}

// Bounded by the time of the unscheduled algorithm: about a second.
Shape random_shape(SplitMix &random) {
    Shape shape;
    shape.images = random_extent(random, 12);
    shape.source = random_extent(random, 100);
    shape.size = random_extent(random, 72);
    shape.rows = 2 * random_extent(random, 140);
    shape.columns = random_extent(random, 200);
    shape.parameters = 0;
    for (int tensors = random.between(1, 9); tensors > 0; --tensors) {
        constexpr int chunk = dsl::multi_tensor_chunk;
        const int size = random.happens(30)
                             ? std::max(1, chunk * random.between(0, 4) + random.between(-1, 1))
                             : random_extent(random, 300) * random_extent(random, 40);
        shape.tensors.push_back(size);
        shape.parameters += size;
    }
    return shape;
}

void draw_views(SplitMix &random, const Shape &shape, Kernel &kernel) {
    const std::string recipe = random_recipe(random);
    static const std::vector<std::string> precisions = {"float32", "float32", "bfloat16",
                                                        "float16"};
    const std::string precision = random.pick(precisions);
    const bool last = random.happens(30), fixed = random.happens(30);
    kernel.params["recipe"] = recipe;
    if (kernel.generator == "views") {
        const int own = dsl::sequence_of(dsl::parse_recipe(recipe)).fixed_side();
        kernel.params["size"] = std::to_string(fixed ? (own > 0 ? own : shape.size) : 0);
        kernel.params["precision"] = precision;
        kernel.params["layout"] = last ? "channels_last" : "channels_first";
    }
}

// Squares of one size, images of one size with two sides, or of a size each.
void draw_image_sizes(SplitMix &random, Shape &shape) {
    constexpr int most = 100;
    const bool equal = random.happens(50);
    if (random.happens(40)) {
        return;
    }
    const auto size = [&] {
        return ImageSize{random_extent(random, most), random_extent(random, most)};
    };
    const ImageSize first = size();
    for (int n = 0; n < shape.images; ++n) {
        shape.image_sizes.push_back(equal || n == 0 ? first : size());
    }
}

bool has_semi_hard(const Kernel &kernel) {
    const std::string loss = kernel.param("loss");
    return !loss.empty() && loss != "ntxent";
}

// What the trainer takes, as far as the runtime gives it to these kernels.
void draw_loss(SplitMix &random, const Kernel &kernel, Shape &shape) {
    constexpr double least = 0.005, most = 10;
    const double drawn = least * std::pow(most / least, random.between(0, 1000) / 1000.0);
    shape.margin = static_cast<float>(random.between(0, 200)) / 100;
    shape.semi_hard = random.happens(50) && has_semi_hard(kernel);
    const double least_of_kernel =
        kernel.param("fixed_tiles") == "true" ? dsl::smallest_fixed_point_temperature
        : kernel.param("loss") == "ntxent"    ? double{dsl::smallest_ntxent_temperature}
                                              : least;
    shape.temperature = static_cast<float>(std::max(drawn, least_of_kernel));
}

std::string loss_text(const Kernel &kernel, const Shape &shape) {
    if (kernel.param("loss").empty()) {
        return "";
    }
    char text[80];
    std::snprintf(text, sizeof text, ", temperature %.4g", shape.temperature);
    std::string all = text;
    if (has_semi_hard(kernel)) {
        std::snprintf(text, sizeof text, ", margin %.4g%s", shape.margin,
                      shape.semi_hard ? ", semi-hard" : "");
        all += text;
    }
    return all;
}

// Slow points have to be right too: at this size, with these caches and one thread, the resource
// model refuses only what cannot run.
std::vector<Values> valid_points(const Kernel &kernel, const Machine &machine) {
    Shape large;
    large.images = large.rows = 1 << 14;
    large.size = 1024;
    Machine patient = machine;
    patient.threads = 1;
    patient.first_cache = patient.second_cache = patient.last_cache = 0; // unknown
    return candidates_of(kernel, space_of(kernel, machine), large, patient).legal;
}

std::vector<Kernel> of_generator(const std::vector<Kernel> &operators, const std::string &name) {
    std::vector<Kernel> found;
    std::copy_if(operators.begin(), operators.end(), std::back_inserter(found),
                 [&](const Kernel &kernel) { return kernel.generator == name; });
    return found;
}

std::vector<std::string> generators_of(const std::vector<Kernel> &operators) {
    std::vector<std::string> names;
    for (const Kernel &kernel : operators) {
        if (std::find(names.begin(), names.end(), kernel.generator) == names.end()) {
            names.push_back(kernel.generator);
        }
    }
    return names;
}

} // namespace

uint64_t case_seed(uint64_t run_seed, uint64_t index) {
    return SplitMix(SplitMix(run_seed).next() + index).next();
}

FuzzCase draw_case(uint64_t seed, const std::vector<Kernel> &operators, const Machine &machine) {
    SplitMix random(seed);
    const std::string generator = random.pick(generators_of(operators));
    FuzzCase drawn{seed, random.pick(of_generator(operators, generator)), {}, {}};
    drawn.shape = random_shape(random);
    if (generator == "draws" || generator == "views") {
        draw_views(random, drawn.shape, drawn.kernel);
    }
    drawn.values = random.pick(valid_points(drawn.kernel, machine));
    draw_image_sizes(random, drawn.shape);
    draw_loss(random, drawn.kernel, drawn.shape);
    return drawn;
}

std::string FuzzCase::text() const {
    std::string text = kernel.name;
    if (kernel.generator == "views") {
        text += ", " + kernel.param("precision") + " " + kernel.param("layout") +
                (kernel.param("size") == "0" ? ", any size" : ", fixed size");
    }
    text += ", " + description(kernel, shape) + loss_text(kernel, shape);
    const std::string recipe = kernel.param("recipe");
    return text + (recipe.empty() ? "" : ", recipe \"" + recipe + "\"") + ", " + to_text(values);
}

} // namespace haliclr::tuner
