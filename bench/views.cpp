// Views by the full SimCLR recipe at 32x32 and 224x224, beside a LibTorch pipeline that works image
// by image, and on a GPU beside one of the whole batch and hand-written kernels; and what each
// operator costs.
#include "bench/benchmarks.h"

#include "bench/cuda_baselines.h"
#include "bench/views_baseline.h"
#include "bench/views_batched.h"
#include "bench/views_work.h"
#include "runtime/ops/views.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cstdio>
#include <functional>

namespace haliclr::bench {

namespace {

struct Task {
    std::string problem, recipe;
    int64_t size, source, count; // sides of views and of images, images
};

const Task cifar = {
    "512 images of 32x32, full CIFAR recipe",
    "crop(0.08, 1) | flip | jitter(0.4, 0.4, 0.4, 0.1)@0.8 | grey@0.2 | blur(0.1, 2)@0.5", 32, 32,
    512};
const Task photographs = {
    "32 images of 400x400 to 224x224, full ImageNet recipe",
    "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5", 224, 400,
    32};

// Each operator taken by every view, after a crop.
const std::pair<const char *, const char *> operators[] = {
    {"crop", "crop(0.08, 1)"},
    {"crop and flip", "crop(0.08, 1) | flip@1"},
    {"crop and jitter", "crop(0.08, 1) | jitter(0.8, 0.8, 0.8, 0.2)"},
    {"crop and grey", "crop(0.08, 1) | grey"},
    {"crop and blur", "crop(0.08, 1) | blur(0.1, 2)"},
    {"crop and solarize", "crop(0.08, 1) | solarize(0.5)"},
};

// The images as the kernels take them: packed bytes and a table.
struct Packed {
    at::Tensor images, bytes, table, ids;
};

Packed random_images(int64_t count, int64_t side) {
    // Smooth images, as photographs are: noise enlarged eightfold.
    const at::Tensor coarse = at::rand({count, 3, side / 8, side / 8});
    const at::Tensor images =
        (at::upsample_bicubic2d(coarse, {side, side}, /*align_corners=*/false).clamp(0, 1) * 255)
            .to(at::kByte);
    const at::Tensor offsets = at::arange(count, at::kInt) * static_cast<int>(3 * side * side);
    const at::Tensor sides = at::full({count}, side, at::kInt);
    return {images, images.permute({0, 2, 3, 1}).contiguous().view(-1),
            at::stack({offsets, sides, sides}, 1).contiguous(), at::arange(count, at::kLong)};
}

// Images on the device, and the work on them.
class Bench {
public:
    Bench(const Task &task, at::Device device)
        : Bench(task, device, random_images(task.count, task.source)) {}

    at::Device device() const { return bytes.device(); }

    at::Tensor draws(const std::string &recipe) const {
        return runtime::view_draws(recipe, table, ids, 1, 0);
    }

    at::Tensor views(const std::string &recipe, const at::Tensor &drawn) const {
        return runtime::views(recipe, bytes, table, drawn, task.size);
    }

    // Draws and views.
    at::Tensor run(const std::string &recipe) const { return views(recipe, draws(recipe)); }

    at::Tensor hand_written(const at::Tensor &drawn) const {
        return cuda_views(bytes, table, drawn, task.size);
    }

    at::Tensor batched(const at::Tensor &drawn) const {
        return views_batched(images, drawn, task.size);
    }

    at::Tensor per_image(const at::Tensor &host_drawn) const {
        return views_per_image(images, host_drawn, task.size);
    }

    // Every source byte read once, every pixel of a view written once as fp32.
    double bytes_moved() const {
        const auto source = static_cast<double>(task.source), side = static_cast<double>(task.size);
        return static_cast<double>(task.count) * (3 * source * source + 2 * 4 * 3 * side * side);
    }

    const Task &task;

private:
    Bench(const Task &task, at::Device device, const Packed &host)
        : task(task), images(host.images.to(device)), bytes(host.bytes.to(device)),
          table(host.table.to(device)), ids(host.ids.to(device)) {}

    at::Tensor images, bytes, table, ids;
};

// Neither the bytes nor the arithmetic can take less; both in milliseconds.
struct Bounds {
    double bytes, arithmetic;
};

Bounds bounds_of(const Bench &bench, const std::string &recipe, const at::Tensor &drawn,
                 const Roofline &roofline) {
    return {bench.bytes_moved() / roofline.gigabytes_per_s / 1e6,
            flop_of_views(recipe, drawn, bench.task.size) / roofline.peak_gflops / 1e6};
}

std::string to_text(const Bounds &bounds) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "the longer of source bytes + fp32 views at the memory rate (%.3g ms) and flop "
                  "at the fp32 peak (%.3g ms)",
                  bounds.bytes, bounds.arithmetic);
    return text;
}

Problem problem_of(const Bench &bench, const std::string &name, const Bounds &bounds) {
    return {"views",
            name,
            "views",
            to_text(bounds),
            2.0 * static_cast<double>(bench.task.count),
            std::max(bounds.bytes, bounds.arithmetic)};
}

struct Contestant {
    std::string name;
    std::function<at::Tensor()> views;
};

// Ours first. All but that take the draws as given, so that on a GPU ours has a row without them.
std::vector<Contestant> contestants(const Bench &bench, const at::Tensor &drawn,
                                    const at::Tensor &host_drawn) {
    const std::string &recipe = bench.task.recipe;
    std::vector<Contestant> all = {
        {"haliclr, with its draws", [&bench, recipe] { return bench.run(recipe); }}};
    if (bench.device().is_cuda()) {
        all.push_back({"haliclr, draws given", [=, &bench] { return bench.views(recipe, drawn); }});
        if (cuda_baselines_problem().empty()) {
            all.push_back(
                {"CUDA, hand-written", [=, &bench] { return bench.hand_written(drawn); }});
        }
        const bool cudnn = batched_views_use_cudnn(bench.device());
        all.push_back({cudnn ? "LibTorch batched, cuDNN" : "LibTorch batched",
                       [=, &bench] { return bench.batched(drawn); }});
    }
    all.push_back({"LibTorch per image", [=, &bench] { return bench.per_image(host_drawn); }});
    return all;
}

std::vector<Row> full_recipe(const Bench &bench, const Roofline &roofline, const Effort &effort) {
    const at::Tensor drawn = bench.draws(bench.task.recipe), host_drawn = drawn.cpu();
    const at::Tensor ours = bench.views(bench.task.recipe, drawn);
    std::vector<Candidate> candidates;
    std::vector<double> differences;
    for (const Contestant &one : contestants(bench, drawn, host_drawn)) {
        differences.push_back(checked_difference("views of " + one.name, ours, one.views(), 1e-3));
        candidates.push_back({one.name, [views = one.views] { views(); }});
    }
    const Bounds bounds = bounds_of(bench, bench.task.recipe, drawn, roofline);
    return rows_of(problem_of(bench, bench.task.problem, bounds), candidates,
                   measure_interleaved(candidates, effort), differences);
}

// The first row is the crop alone, so that the others' ratios tell what an operator adds.
std::vector<Row> by_operator(const Bench &bench, const Roofline &roofline, const Effort &effort) {
    std::vector<Candidate> candidates;
    std::vector<double> differences;
    std::vector<Bounds> bounds;
    for (const auto &[name, recipe] : operators) {
        const at::Tensor drawn = bench.draws(recipe), host_drawn = drawn.cpu();
        bounds.push_back(bounds_of(bench, recipe, drawn, roofline));
        // An inverted value may lie on the other side of the threshold for a rounding difference.
        const double tolerance = std::string(recipe).ends_with("solarize(0.5)") ? 1 : 1e-3;
        differences.push_back(checked_difference("views", bench.views(recipe, drawn),
                                                 bench.per_image(host_drawn), tolerance));
        candidates.push_back({name, [&bench, text = std::string(recipe)] { bench.run(text); }});
    }
    const std::string size = std::to_string(bench.task.size);
    std::vector<Row> rows =
        rows_of(problem_of(bench, "cost by operator at " + size + "x" + size, bounds[0]),
                candidates, measure_interleaved(candidates, effort), differences);
    for (size_t i = 0; i < rows.size(); ++i) {
        rows[i].bound = std::max(bounds[i].bytes, bounds[i].arithmetic);
        rows[i].bound_of = to_text(bounds[i]);
    }
    return rows;
}

} // namespace

std::vector<Row> bench_views(const Roofline &roofline, const Effort &effort) {
    const at::NoGradGuard guard;
    std::vector<Row> rows;
    for (const Task &task : {cifar, photographs}) {
        const Bench bench(task, effort.device);
        for (auto *measured : {full_recipe, by_operator}) {
            const std::vector<Row> more = measured(bench, roofline, effort);
            rows.insert(rows.end(), more.begin(), more.end());
        }
    }
    return rows;
}

} // namespace haliclr::bench
