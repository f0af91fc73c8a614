// haliclr preview: a picture of the views that a recipe makes, to judge it before training.
#include "trainer/cli/subcommands.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

#include <ATen/ATen.h>

#include "runtime/binding/backend.h"
#include "runtime/ops/views.h"
#include "trainer/cli/operator_call.h"
#include "trainer/config.h"
#include "trainer/data/dataset.h"
#include "trainer/errors.h"
#include "trainer/eval/embed.h"
#include "trainer/report/json_file.h"
#include "trainer/report/sheet.h"

namespace haliclr::trainer {

namespace {

struct PreviewOptions {
    std::string data, recipe, config, out;
    int64_t size = 0, count = 12, epoch = 0;
    std::optional<int64_t> seed;
    bool explain = false;
};

// The configuration's values, unless the command line gives others.
PreviewOptions resolved(PreviewOptions options) {
    Config config;
    if (!options.config.empty()) {
        read_toml_file(config, options.config);
    }
    options.data = options.data.empty() ? config.data.source : options.data;
    options.recipe = options.recipe.empty() ? recipe_of(config.view) : options.recipe;
    options.size = options.size == 0 ? config.view.size : options.size;
    options.seed = options.seed.value_or(config.seed);
    if (options.data.empty()) {
        throw UsageError("[preview] no data given; add --data, for example --data fashion-mnist");
    }
    return options;
}

// Of a column of the table: its name, or a number that can be copied back.
int width_of(const std::string &column) {
    return std::max(12, static_cast<int>(column.size()));
}

void print_draws(const std::vector<std::string> &columns, const at::Tensor &draws) {
    const at::Tensor table = draws.cpu().to(at::kDouble);
    const int64_t images = table.size(0) / 2;
    std::printf("%5s %4s", "image", "view");
    for (const std::string &column : columns) {
        std::printf(" %*s", width_of(column), column.c_str());
    }
    for (int64_t row = 0; row < 2 * images; row++) {
        const int64_t image = row / 2, view = row % 2;
        std::printf("\n%5ld %4ld", image, view + 1);
        for (size_t column = 0; column < columns.size(); column++) {
            std::printf(" %*.9g", width_of(columns[column]),
                        table[image + view * images][column].item<double>());
        }
    }
    std::printf("\n");
}

void run_preview(const PreviewOptions &given) {
    const PreviewOptions options = resolved(given);
    require_writable_place(options.out, "--out");
    const std::vector<std::string> columns = as_usage([&] {
        runtime::backend_for("views", at::kCPU);
        runtime::check_view_size(options.recipe, options.size);
        return runtime::view_columns(options.recipe);
    });
    const ImageSet images = first_images(load_images(options.data, Split::Train), options.count);
    EmbedOptions plain;
    plain.size = options.size;
    const at::Tensor ids = at::arange(images.size(), at::kLong);
    const at::Tensor draws = as_usage([&] {
        return runtime::view_draws(options.recipe, images.image_table, ids, *options.seed,
                                   options.epoch);
    });
    const at::Tensor views = as_usage([&] {
        return runtime::views(options.recipe, images.bytes, images.image_table, draws,
                              options.size);
    });
    write_view_sheet(options.out, views, plain_views(images, 0, images.size(), plain));
    std::printf("%s: %ld images, each beside its two views (%s)\n", options.out.c_str(),
                images.size(), images.description.c_str());
    if (options.explain) {
        print_draws(columns, draws);
    }
}

} // namespace

void add_preview(CLI::App &app) {
    CLI::App *preview = app.add_subcommand("preview", "Write a picture of images and their views");
    auto options = std::make_shared<PreviewOptions>();
    preview->add_option("--out", options->out, "PNG file to write")->required();
    preview->add_option("--data", options->data,
                        "fashion-mnist[:DIR], cifar10:DIR, cifar100:DIR or synthetic:N");
    preview->add_option("--recipe", options->recipe, "Augmentation, as in view.recipe");
    preview->add_option("--size", options->size, "Height and width of a view in pixels")
        ->check(CLI::Range(1, 4096));
    preview->add_option("--count", options->count, "Images to show (12)")
        ->check(CLI::Range(1, 1000));
    preview->add_option("--seed", options->seed, "Seed of the random draws");
    preview->add_option("--epoch", options->epoch, "Epoch whose views to show (0)")
        ->check(CLI::NonNegativeNumber);
    preview->add_option("--config", options->config, "TOML file with data, recipe, size and seed");
    preview->add_flag("--explain", options->explain, "Print the random draws as a table");
    preview->callback([options] { run_preview(*options); });
}

} // namespace haliclr::trainer
