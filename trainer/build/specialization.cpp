// Which kernels a run calls, as runtime/ops calls them.
#include "trainer/build/specialization.h"

#include "dsl/view_sequence.h"
#include "runtime/binding/backend.h"
#include "runtime/ops/views.h"
#include "runtime/specialization.h"
#include "trainer/cli/operator_call.h"
#include "trainer/data/image_count.h"
#include "trainer/plan/model_outline.h"
#include "trainer/train/device.h"
#include "trainer/train/loss.h"

#include <algorithm>

namespace haliclr::trainer {

namespace {

dsl::ViewSequence sequence_of(const std::string &recipe) {
    return dsl::sequence_of(dsl::parse_recipe(recipe));
}

std::vector<std::string> recipes_of(const Config &config, const dsl::ViewSequence &sequence) {
    const bool carries_plain =
        dsl::strengths_of(dsl::parse_recipe(runtime::plain_recipe), sequence).has_value();
    std::vector<std::string> recipes = {recipe_of(config.view)};
    if (!carries_plain) {
        recipes.emplace_back(runtime::plain_recipe);
    }
    return recipes;
}

// The mode that `auto` becomes; "exact" where LibTorch computes the loss.
std::string loss_mode(const Config &config, const Specialization &special) {
    const runtime::PairwiseLoss loss = loss_of(config.loss);
    if (runtime::is_exact_path(loss)) {
        return "exact";
    }
    const at::Device device(special.backend == "cuda" ? at::kCUDA : at::kCPU);
    return runtime::chosen_mode({special.rows, special.columns}, loss, mode_of(config.loss), device)
        .name;
}

std::vector<std::string> loss_kernels(const std::string &kind, const std::string &mode) {
    const auto of_loss = [&](std::initializer_list<const char *> steps) {
        std::vector<std::string> names = {"unit_rows"};
        for (const char *step : steps) {
            names.push_back(kind + "_" + step);
        }
        return names;
    };
    std::vector<std::string> names;
    if (mode == "store") {
        names = of_loss({"forward_tiles", "backward_tiles"});
        names.emplace_back("pairwise_tiles");
    } else if (mode == "store16") {
        names = of_loss({"forward_tiles_fixed", "backward_tiles_fixed"});
        names.emplace_back("pairwise_tiles_fixed");
        names.emplace_back("pairwise_tiles"); // tells how the tiles are laid out
    } else if (mode == "recompute") {
        names = of_loss({"forward", "backward"});
    } else if (mode == "tensor") {
        names = of_loss({"forward_tensor_tf32", "backward_tensor_tf32"});
    } else if (mode == "hybrid") {
        names = of_loss({"stripe_sums", "stripe_rows", "stripe_weights"});
        names.emplace_back("stripe_gradient");
    }
    return names;
}

std::vector<std::string> optimizer_kernels(const std::string &kind) {
    if (kind == "lars") {
        return {"lars", "lars_carried"};
    }
    return kind == "momentum" ? std::vector<std::string>{"momentum_sgd"}
                              : std::vector<std::string>{}; // LibTorch's
}

} // namespace

std::string backend_of(const Config &config) {
    const at::Device device = resolve_device(config.train.device);
    return as_usage([&] { return runtime::backend_for("views", device); });
}

Specialization specialization_of(const Config &config, const std::string &backend) {
    require_consistent(config.optimizer);
    require_consistent(config.loss, 2 * config.train.batch_size);
    return as_usage([&] {
        const dsl::ViewSequence sequence = sequence_of(recipe_of(config.view));
        Specialization special{.backend = backend,
                               .recipes = recipes_of(config, sequence),
                               .view_size = config.view.size,
                               .rows = 2 * config.train.batch_size,
                               .columns = projection_width(config.head, outline(config).features),
                               .kernels = {},
                               .fixed = {}};
        if (!config.data.source.empty()) {
            const ImageCount images = count_training_images(config.data.source);
            special.image_height = images.height;
            special.image_width = images.width;
        }
        const std::string mode = loss_mode(config, special);
        special.kernels = loss_kernels(config.loss.kind, mode);
        for (std::string &name : optimizer_kernels(config.optimizer.kind)) {
            special.kernels.push_back(std::move(name));
        }
        special.fixed = {{"back end", backend},
                         {"view.recipe", dsl::to_text(sequence)},
                         {"view.size", std::to_string(config.view.size)},
                         {"train.batch_size", std::to_string(config.train.batch_size)},
                         {"head.dim", std::to_string(special.columns)},
                         {"loss.kind", config.loss.kind},
                         {"loss.mode", mode},
                         {"optimizer.kind", config.optimizer.kind}};
        if (special.image_height > 0) {
            special.fixed.emplace_back(
                "image size", runtime::to_text({special.image_height, special.image_width}));
        }
        return special;
    });
}

void require_specialized(const Config &config) {
    if (runtime::fixed_values().empty()) {
        return;
    }
    for (const auto &[key, value] : specialization_of(config, backend_of(config)).fixed) {
        const char *built_for = runtime::fixed_value(key.c_str());
        if (built_for != nullptr && value != built_for) {
            throw UsageError(runtime::not_built_for(key, "not " + value));
        }
    }
}

} // namespace haliclr::trainer
