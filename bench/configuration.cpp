// What a training step calls, in turn with the step as a whole.
#include "bench/configuration.h"

#include "bench/ntxent_baseline.h"
#include "bench/update_bytes.h"
#include "bench/views_work.h"
#include "dsl/pairwise_work.h"
#include "runtime/autograd/pairwise.h"
#include "runtime/ops/views.h"
#include "trainer/data/dataset.h"
#include "trainer/errors.h"
#include "trainer/train/checkpoint.h"
#include "trainer/train/loop.h"
#include "trainer/train/loss.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdio>
#include <optional>

namespace haliclr::bench {

namespace {

using trainer::Config;
using trainer::ImageSet;

constexpr int64_t sampled = 64;

// Rows of the table again and again, where a source has fewer images than a batch: what they cost
// is theirs.
ImageSet repeated(ImageSet images, int64_t count) {
    const at::Tensor rows = at::arange(count).remainder(images.size());
    images.image_table = images.image_table.index_select(0, rows);
    images.labels = images.labels.index_select(0, rows);
    return images;
}

// A batch of images.
ImageSet images_of(const Config &config) {
    const int64_t count = config.train.batch_size;
    const std::string synthetic = "synthetic:" + std::to_string(count);
    try {
        const std::string &source = config.data.source;
        ImageSet images =
            trainer::load_images(source.empty() ? synthetic : source, trainer::Split::Train);
        return images.size() >= count ? trainer::first_images(std::move(images), count)
                                      : repeated(std::move(images), count);
    } catch (const trainer::DataError &error) {
        std::fprintf(stderr, "note: %s; synthetic images instead\n", error.what());
    }
    return trainer::load_images(synthetic, trainer::Split::Train);
}

std::vector<double> sample_of(const at::Tensor &result) {
    const at::Tensor flat = result.detach().to(at::kCPU).to(at::kDouble).flatten();
    std::vector<double> values;
    for (int64_t i = 0; i < sampled; ++i) {
        values.push_back(flat[i * (flat.numel() - 1) / (sampled - 1)].item<double>());
    }
    return values;
}

// The state of a run whose epochs are one step long, and never at an end.
class TrainingStep {
public:
    TrainingStep(const Config &wanted, at::Device device)
        : config(endless(wanted)), images(images_of(config)),
          state(trainer::initial_state(config, device)) {
        images.bytes = images.bytes.to(device);
        images.image_table = images.image_table.to(device);
        state.images = images.size();
        ids = at::arange(images.size(), images.image_table.options().dtype(at::kLong));
        z = at::randn({2 * config.train.batch_size, width()}).to(device);
    }

    at::Tensor draws() const {
        return runtime::view_draws(recipe_of(config.view), images.image_table, ids, config.seed, 0);
    }

    at::Tensor views() const {
        return runtime::views(recipe_of(config.view), images.bytes, images.image_table, draws(),
                              config.view.size, std::nullopt, /*channels_last=*/true);
    }

    template <typename Loss>
    at::Tensor gradient(const Loss &loss) const {
        const at::Tensor leaf = z.detach().requires_grad_();
        loss(leaf).backward();
        return leaf.grad();
    }

    at::Tensor gradient() const {
        return gradient([this](const at::Tensor &leaf) {
            return std::get<0>(runtime::pairwise_loss(leaf, trainer::loss_of(config.loss),
                                                      trainer::mode_of(config.loss)));
        });
    }

    // One update from gradients as a step left them; the rate is too small to move far.
    void update() const { state.optimizer->step(1e-6); }

    // The parameters after one update from stated gradients, before any step.
    at::Tensor first_update() const {
        state.optimizer->zero_grad();
        for (const trainer::Parameter &parameter : state.parameters) {
            at::Tensor &gradient = parameter.value.mutable_grad();
            if (!gradient.defined()) {
                gradient = at::empty_like(parameter.value);
            }
            gradient.copy_(at::randn(parameter.value.sizes()) * 0.01);
        }
        state.optimizer->step(0.1);
        std::vector<at::Tensor> flat;
        for (const trainer::Parameter &parameter : state.parameters) {
            flat.push_back(parameter.value.detach().flatten());
        }
        return at::cat(flat);
    }

    void step() {
        trainer::train(config, images, state, [](const trainer::StepReport &report) {
            if (!report.problem.empty()) {
                throw trainer::NonFiniteLoss(report.problem);
            }
            return false; // one is enough
        });
    }

    double parameters() const {
        double count = 0;
        for (const trainer::Parameter &parameter : state.parameters) {
            count += static_cast<double>(parameter.value.numel());
        }
        return count;
    }

    int64_t width() const {
        return trainer::projection_width(config.head, state.encoder->features());
    }

    double loss_flop() const {
        const auto views = 2.0 * static_cast<double>(config.train.batch_size);
        const auto columns = static_cast<double>(width());
        return dsl::similarities_flop(views, columns) + dsl::gradient_flop(views, columns);
    }

    // Every source byte read once, every pixel of a view written once as fp32.
    double view_bytes() const {
        const auto side = static_cast<double>(config.view.size);
        return static_cast<double>(images.bytes.numel()) +
               24 * side * side * static_cast<double>(images.size());
    }

    const Config config;

private:
    static Config endless(Config config) {
        config.train.epochs = 1'000'000;
        config.train.max_steps = 0;
        return config;
    }

    ImageSet images;
    trainer::TrainingState state;
    at::Tensor ids, z;
};

struct Part {
    Problem problem;
    Candidate candidate;
};

std::vector<Part> parts_of(TrainingStep &training, const Roofline &roofline) {
    const Config &config = training.config;
    const auto views = 2.0 * static_cast<double>(config.train.batch_size);
    const std::string size = std::to_string(config.view.size);
    const std::string shape = "M = " + std::to_string(2 * config.train.batch_size) +
                              ", D = " + std::to_string(training.width());
    const double moved = update_bytes(config.optimizer);
    const double byte_ms = 1 / roofline.gigabytes_per_s / 1e6;
    const double flop_ms = 1 / roofline.peak_gflops / 1e6;
    const double view_flop =
        flop_of_views(recipe_of(config.view), training.draws(), config.view.size);
    return {
        {{"views", "a batch of " + size + "x" + size, "views",
          "the longer of source bytes + fp32 views at the memory rate and flop at the fp32 peak",
          views, std::max(training.view_bytes() * byte_ms, view_flop * flop_ms)},
         {"with their draws", [&] { training.views(); }}},
        {{"loss", config.loss.kind + " forward + backward, " + shape, "multiply-adds", "",
          training.loss_flop() / 2, 0}, // the bound is by factors
         {"haliclr " + config.loss.mode, [&] { training.gradient(); }}},
        {{"optimizer", config.optimizer.kind, "parameters",
          std::to_string(static_cast<int>(moved)) + " bytes a parameter at the memory rate",
          training.parameters(), moved * training.parameters() * byte_ms},
         {config.optimizer.kind, [&] { training.update(); }}},
        {{"step", config.model.arch + ", " + config.train.precision, "views", "none stated", views,
          0},
         {"the whole step", [&] { training.step(); }}},
    };
}

} // namespace

ConfigurationBench bench_configuration(const Config &config, const Roofline &roofline,
                                       const Effort &effort) {
    TrainingStep training(config, effort.device);
    ConfigurationBench result;
    const at::Tensor gradient = training.gradient();
    result.samples = {{"views", sample_of(training.views())},
                      {"loss", sample_of(gradient)},
                      {"optimizer", sample_of(training.first_update())}};
    const std::vector<Part> parts = parts_of(training, roofline);
    std::vector<Candidate> candidates;
    for (const Part &part : parts) {
        candidates.push_back(part.candidate);
    }
    const auto eager = [&config](const at::Tensor &z) {
        return eager_ntxent(z, config.loss.temperature);
    };
    std::optional<double> difference;
    if (config.loss.kind == "ntxent") {
        const double rounding =
            config.loss.mode == "tensor" ? 0x1p-10 / config.loss.temperature : 0;
        difference = checked_difference("the gradient of ntxent", gradient,
                                        training.gradient(eager), std::max(1e-3, rounding));
        candidates.push_back({"LibTorch eager", [&] { training.gradient(eager); }});
    }
    training.step(); // gradients for the optimizer
    const std::vector<Timing> timings = measure_interleaved(candidates, effort);
    for (size_t i = 0; i < parts.size(); ++i) {
        const bool loss = parts[i].problem.operator_name == "loss";
        std::vector<Candidate> rows = {candidates[i]};
        std::vector<Timing> times = {timings[i]};
        std::vector<double> differences = {0};
        if (loss && difference) {
            rows.push_back(candidates.back());
            times.push_back(timings.back());
            differences.push_back(*difference);
        }
        std::vector<Row> more = rows_of(parts[i].problem, rows, times, differences);
        if (loss) { // LibTorch's products are of fp32
            bound_by_factors(more, {trainer::mode_of(config.loss).precision, "fp32"},
                             training.loss_flop(), "3*M*M*D flop", roofline);
        }
        result.rows.insert(result.rows.end(), more.begin(), more.end());
    }
    return result;
}

} // namespace haliclr::bench
