// haliclr pretrain: from flags and files to a configuration, and the run that it describes.
#include "runtime/binding/backend.h"
#include "runtime/ops/views.h"
#include "trainer/build/specialization.h"
#include "trainer/cli/config_help.h"
#include "trainer/cli/subcommands.h"
#include "trainer/config.h"
#include "trainer/data/dataset.h"
#include "trainer/errors.h"
#include "trainer/plan/model_outline.h"
#include "trainer/train/device.h"
#include "trainer/train/loop.h"
#include "trainer/train/loss.h"
#include "trainer/train/session.h"

#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>

namespace haliclr::trainer {

namespace {

struct PretrainFlags {
    std::string config_file, data, out, resume;
    std::vector<std::string> assignments; // --set
    std::optional<int64_t> epochs, batch_size;
    bool help_config = false;
};

// Later sources win: file, --set, the flags with a name of their own.
void apply_flags(const PretrainFlags &flags, Config &config) {
    read_config(config, flags.config_file, flags.assignments);
    if (!flags.data.empty()) {
        set_key(config, "data.source=" + flags.data);
    }
    if (flags.epochs) {
        set_key(config, "train.epochs=" + std::to_string(*flags.epochs));
    }
    if (flags.batch_size) {
        set_key(config, "train.batch_size=" + std::to_string(*flags.batch_size));
    }
}

// Finds a recipe that does not parse, or a back end that cannot be used, before any data is read.
void check_operators(const Config &config) {
    const at::Device device = resolve_device(config.train.device);
    try {
        runtime::check_view_size(recipe_of(config.view), config.view.size);
        runtime::choose_backend("views", device);
    } catch (const std::invalid_argument &error) {
        throw UsageError(error.what());
    }
}

ImageSet load_training_images(const Config &config) {
    if (config.data.source.empty()) {
        throw UsageError("[pretrain] no data given; add --data SPEC, such as --data fashion-mnist");
    }
    ImageSet images = load_images(config.data.source, Split::Train);
    return config.data.limit > 0 ? first_images(std::move(images), config.data.limit) : images;
}

// A batch of views must be addressable by the kernels; found before a folder is made.
void check_sizes(const Config &config) {
    constexpr int64_t most_values = int64_t{1} << 31;
    const int64_t values_per_image = 2 * 3 * config.view.size * config.view.size;
    if (config.train.batch_size >= most_values / values_per_image) {
        throw UsageError("[train] train.batch_size = " + std::to_string(config.train.batch_size) +
                         " with view.size = " + std::to_string(config.view.size) +
                         " exceeds 2^31 values a batch; choose a smaller one");
    }
}

// Refuses what contradicts itself, and a batch larger than the data, before a folder is made.
void check_plan(const Config &config, int64_t images) {
    const int64_t epoch_steps = steps_per_epoch(config, images);
    require_consistent(config.rate, epoch_steps, config.train.epochs);
    const std::string warning = warmup_warning(config.rate, epoch_steps, config.train.epochs);
    if (!warning.empty()) {
        std::cerr << "warning: " << warning << '\n';
    }
    outline(config); // names in optimizer.skip
}

void run_pretrain(const PretrainFlags &flags) {
    if (flags.help_config) {
        std::cout << config_help();
        return;
    }
    const bool resuming = !flags.resume.empty();
    if (resuming && !flags.out.empty()) {
        throw UsageError(
            "[pretrain] --out and --resume exclude each other; a resumed run stays in its folder");
    }
    Config config;
    RunDirectory run;
    if (resuming) {
        run = find_run(flags.resume);
        Config saved;
        read_toml_file(saved, run.config_file());
        config = saved;
        apply_flags(flags, config);
        require_resumable(saved, config, "'" + run.root.string() + "'");
    } else {
        apply_flags(flags, config);
        run.root = flags.out.empty() ? new_run_name() : std::filesystem::path(flags.out);
        require_fresh(run.root);
    }
    require_consistent(config.optimizer);
    require_consistent(config.loss, 2 * config.train.batch_size);
    require_specialized(config);
    check_operators(config);
    check_sizes(config);
    const ImageSet images = load_training_images(config);
    if (!resuming) {
        check_plan(config, images.size());
        run = create_run(run.root, config);
    }
    const RunLock lock(run);
    std::cerr << images.description << "; run directory '" << run.root.string() << "'\n";
    const int64_t step = run_session(config, images, run);
    std::cerr << "done after step " << step << "; report: '" << (run.root / "report.html").string()
              << "'\n";
}

} // namespace

void add_pretrain(CLI::App &app) {
    CLI::App *command =
        app.add_subcommand("pretrain", "Train an encoder on unlabelled images with SimCLR");
    auto flags = std::make_shared<PretrainFlags>();
    command->add_option("--config", flags->config_file, "configuration file (TOML)")
        ->type_name("F.toml");
    command
        ->add_option("--data", flags->data,
                     "training images: fashion-mnist[:DIR], cifar10:DIR, cifar100:DIR, synthetic:N")
        ->type_name("SPEC");
    command
        ->add_option("--out", flags->out,
                     "run directory, new or empty (default: runs/<date>-<time>)")
        ->type_name("DIR");
    command
        ->add_option("--set", flags->assignments, "one key of the configuration; may be repeated")
        ->type_name("key=value")
        ->allow_extra_args(false);
    command->add_option("--resume", flags->resume, "continue this run, or the latest under runs/")
        ->type_name("DIR|latest");
    command->add_option("--epochs", flags->epochs, "same as --set train.epochs=N")->type_name("N");
    command->add_option("--batch-size", flags->batch_size, "same as --set train.batch_size=N")
        ->type_name("N");
    command->add_flag("--help-config", flags->help_config,
                      "print every configuration key and stop");
    command->callback([flags] { run_pretrain(*flags); });
}

} // namespace haliclr::trainer
