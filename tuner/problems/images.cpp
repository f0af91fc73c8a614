// Draws and views: a batch of images of random bytes, with draws of its recipe.
#include "dsl/draws.h"
#include "dsl/view_sequence.h"
#include "dsl/views_work.h"
#include "tuner/build_kernel.h"
#include "tuner/child.h"
#include "tuner/errors.h"
#include "tuner/problems/families.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace haliclr::tuner {

namespace {

using Halide::Buffer;

dsl::ViewSequence sequence_of(const Kernel &kernel) {
    return dsl::sequence_of(dsl::parse_recipe(kernel.param("recipe")));
}

ImageSize size_of(const Shape &shape, int image) {
    return shape.image_sizes.empty() ? ImageSize{shape.source, shape.source}
                                     : shape.image_sizes.at(static_cast<size_t>(image));
}

int bytes_of(const ImageSize &size) {
    return 3 * size.height * size.width;
}

Buffer<int32_t> image_table(const Shape &shape) {
    Buffer<int32_t> table(3, shape.images);
    int offset = 0;
    for (int n = 0; n < shape.images; ++n) {
        const ImageSize size = size_of(shape, n);
        table(0, n) = offset;
        table(1, n) = size.height;
        table(2, n) = size.width;
        offset += bytes_of(size);
    }
    return table;
}

int byte_count(const Shape &shape) {
    int bytes = 0;
    for (int n = 0; n < shape.images; ++n) {
        bytes += bytes_of(size_of(shape, n));
    }
    return bytes;
}

// What decides by comparison or by rounding to whole numbers: whether a crop's or a cutout's
// attempt fits, a crop's pixels; which level a pixel has, and on which side of a threshold it lies.
bool has_step(const dsl::ViewSequence &sequence, const std::vector<std::string> &names) {
    return std::any_of(sequence.steps.begin(), sequence.steps.end(), [&](const auto &step) {
        return std::find(names.begin(), names.end(), step.name) != names.end();
    });
}
bool draws_jump(const dsl::ViewSequence &sequence) {
    return has_step(sequence, {"crop", "cutout"});
}
bool views_jump(const dsl::ViewSequence &sequence) {
    return has_step(sequence, {"equalize", "solarize"});
}

Buffer<float> strengths(const Kernel &kernel) {
    const dsl::ViewSequence sequence = sequence_of(kernel);
    const auto numbers = *dsl::strengths_of(dsl::parse_recipe(kernel.param("recipe")), sequence);
    Buffer<float> buffer(sequence.numbers, 2);
    std::copy(numbers.begin(), numbers.end(), buffer.begin());
    return buffer;
}

Buffer<int64_t> sample_ids(int images) {
    Buffer<int64_t> ids(images);
    for (int n = 0; n < images; ++n) {
        ids(n) = n;
    }
    return ids;
}

class DrawsProblem : public Problem {
public:
    DrawsProblem(const Kernel &kernel, const Shape &shape)
        : table(image_table(shape)), ids(sample_ids(shape.images)), numbers(strengths(kernel)),
          draws(static_cast<int>(sequence_of(kernel).columns.size()), 2 * shape.images) {
        input("image_table", table);
        input("ids", ids);
        input("strengths", numbers);
        output("output", draws);
        format.columns = draws.width();
        format.jumps = draws_jump(sequence_of(kernel));
        scalars = {{"seed_low", 1}, {"seed_high", 0}, {"epoch", 3}};
    }

    int call(const Halide::Callable &kernel) override {
        return kernel(table, ids, numbers, uint32_t{1}, uint32_t{0}, uint32_t{3}, draws);
    }

private:
    Buffer<int32_t> table;
    Buffer<int64_t> ids;
    Buffer<float> numbers, draws;
};

class ViewsProblem : public Problem {
public:
    ViewsProblem(const Kernel &kernel, const Shape &shape, const Inputs &inputs, uint64_t seed)
        : sequence(sequence_of(kernel)), side(view_side(kernel, shape)), bytes(byte_count(shape)),
          table(image_table(shape)),
          draws(static_cast<int>(sequence.columns.size()), 2 * shape.images) {
        std::mt19937_64 random(seed);
        bytes.for_each_value([&](uint8_t &byte) { byte = static_cast<uint8_t>(random()); });
        for (int row = 0; row < 2 * shape.images; ++row) {
            const int view = row / shape.images, image = row % shape.images;
            const float *found =
                inputs.draws.data() + (view * inputs.images + image) * draws.width();
            std::copy(found, found + draws.width(), &draws(0, row));
        }
        format.jumps = views_jump(sequence);
        const std::string precision = kernel.param("precision", "float32");
        format.of_bits = precision == "bfloat16" ? Halide::BFloat(16) : Halide::Float(16);
        const Halide::Type type = precision == "float32" ? Halide::Float(32) : Halide::UInt(16);
        const bool last = kernel.param("layout") == "channels_last";
        views = last ? Buffer<>(type, {3, side, side, 2 * shape.images})
                     : Buffer<>(type, {side, side, 3, 2 * shape.images});
        input("bytes", bytes);
        input("image_table", table);
        input("draws", draws);
        output("output", views);
        scalars = {{"view_size", side}};
    }

    int call(const Halide::Callable &kernel) override {
        return kernel(bytes, table, draws, side, views);
    }

    Work work() const override {
        Work work = Problem::work();
        work.flop = dsl::flop_of_views(sequence, draws.data(), draws.height(), side);
        work.flop_of = "flop that the draws ask for";
        return work;
    }

private:
    const dsl::ViewSequence sequence;
    int32_t side;
    Buffer<uint8_t> bytes;
    Buffer<int32_t> table;
    Buffer<float> draws;
    Buffer<> views;
};

// Each Func of the draws algorithm computed once.
std::vector<float> compute_draws(const Kernel &kernel, const Shape &shape, uint64_t seed) {
    const dsl::ViewSequence sequence = sequence_of(kernel);
    Buffer<int32_t> table = image_table(shape);
    Buffer<int64_t> ids = sample_ids(shape.images);
    Buffer<float> numbers = strengths(kernel);
    dsl::Draws draws(sequence, Halide::Func(table), shape.images, Halide::Func(ids),
                     Halide::Func(numbers), Halide::Expr(static_cast<uint32_t>(seed)),
                     Halide::Expr(0u), Halide::Expr(3u));
    compute_each_once(draws.draws);
    const Buffer<float> result =
        draws.draws.realize({draws.columns, 2 * shape.images}, Halide::get_host_target());
    return std::vector<float>(result.begin(), result.end());
}

} // namespace

std::string image_sizes(const Shape &shape) {
    std::string sizes;
    bool equal = true;
    for (int n = 0; n < shape.images; ++n) {
        const auto [height, width] = size_of(shape, n);
        const std::string one = std::to_string(height) + "x" + std::to_string(width);
        equal = equal && height == size_of(shape, 0).height && width == size_of(shape, 0).width;
        sizes += n == 0 ? one : ", " + one;
    }
    return equal ? sizes.substr(0, sizes.find(',')) : sizes;
}

int view_side(const Kernel &kernel, const Shape &shape) {
    const int fixed = std::stoi(kernel.param("size", "0"));
    const int made = sequence_of(kernel).fixed_side();
    return fixed > 0 ? fixed : made > 0 ? made : shape.size;
}

std::unique_ptr<Problem> draws_problem(const Kernel &kernel, const Shape &shape) {
    return std::make_unique<DrawsProblem>(kernel, shape);
}

std::unique_ptr<Problem> views_problem(const Kernel &kernel, const Shape &shape,
                                       const Inputs &inputs, uint64_t seed) {
    return std::make_unique<ViewsProblem>(kernel, shape, inputs, seed);
}

Inputs make_inputs(const Kernel &kernel, const Shape &shape, uint64_t seed) {
    if (kernel.generator != "views") {
        return {};
    }
    // Several kernels share a recipe, whose draws take seconds to compile.
    static std::map<std::string, Inputs> made;
    const std::string key = kernel.param("recipe") + " | " + std::to_string(shape.images) + " | " +
                            image_sizes(shape) + " | " + std::to_string(seed);
    if (made.contains(key)) {
        return made[key];
    }
    Child child([&](Channel &parent) {
        parent.send(nlohmann::json(compute_draws(kernel, shape, seed)).dump());
    });
    const Answer answer = child.wait(120);
    if (!answer.arrived) {
        throw UsageError("operator " + kernel.name + ": the draws of its recipe failed: " +
                         answer.text + "; tune another operator");
    }
    made[key] = {shape.images, nlohmann::json::parse(answer.text).get<std::vector<float>>()};
    return made[key];
}

} // namespace haliclr::tuner
