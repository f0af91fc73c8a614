// What happens before, between and after the steps of a run.
#include "trainer/train/session.h"

#include "runtime/ops/views.h"
#include "trainer/error_line.h"
#include "trainer/errors.h"
#include "trainer/out_of_memory.h"
#include "trainer/report/report.h"
#include "trainer/report/sheet.h"
#include "trainer/report/tensorboard.h"
#include "trainer/train/atomic_file.h"
#include "trainer/train/checkpoint.h"
#include "trainer/train/device.h"
#include "trainer/train/loop.h"
#include "trainer/train/progress.h"
#include "trainer/train/signals.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace haliclr::trainer {

namespace fs = std::filesystem;

namespace {

constexpr int64_t preview_images = 16;

ImageSet to_device(ImageSet images, at::Device device) {
    images.bytes = images.bytes.to(device);
    images.image_table = images.image_table.to(device);
    return images;
}

// A damaged checkpoint costs the steps since the one before it, not the run.
void restore(const Config &config, const RunDirectory &run, TrainingState &state,
             std::FILE *messages) {
    std::vector<fs::path> unreadable;
    for (const fs::path &file : checkpoints_newest_first(run.checkpoints())) {
        try {
            require_resumable(checkpoint_config(file), config, "'" + file.string() + "'");
            load_checkpoint(file, state);
            for (const fs::path &bad : unreadable) { // or pruning would count them as the newest
                fs::rename(bad, bad.string() + ".damaged");
            }
            std::fprintf(messages, "resuming from '%s'\n", file.c_str());
            return;
        } catch (const DataError &error) {
            unreadable.push_back(file);
            std::fprintf(messages, "warning: %s; trying the one before it\n", error.what());
        }
    }
    if (!unreadable.empty()) {
        throw DataError("[resume] no checkpoint in '" + run.checkpoints().string() +
                        "' can be read; move them away to start again from step 0");
    }
}

void write_preview(const Config &config, const ImageSet &images, const RunDirectory &run) {
    const int64_t count = std::min(preview_images, images.size());
    const at::Tensor ids = at::arange(count, images.image_table.options().dtype(at::kLong));
    const at::Tensor table = images.image_table.narrow(0, 0, count);
    const std::string recipe = recipe_of(config.view);
    const at::Tensor draws = runtime::view_draws(recipe, table, ids, config.seed, 0);
    write_view_sheet(run.previews() / "views.png",
                     runtime::views(recipe, images.bytes, table, draws, config.view.size).cpu());
}

class Session {
public:
    Session(const Config &config, const ImageSet &images, const RunDirectory &run,
            TrainingState &state, std::FILE *messages)
        : config(config), run(run), state(state),
          epoch_steps(steps_per_epoch(config, images.size())),
          last_step(total_steps(config, images.size())),
          metrics_file(run.metrics_file(), state.step), events(run.root),
          progress(messages, state.step, last_step) {}

    bool step_done(const StepReport &report) {
        const StepMetrics &metrics = report.metrics;
        if (!std::isfinite(metrics.loss) || !report.problem.empty()) {
            stop(report);
        }
        metrics_file.append(metrics);
        events.scalar("loss", metrics.step, metrics.loss);
        events.scalar("rate", metrics.step, metrics.rate);
        events.scalar("accuracy", metrics.step, metrics.accuracy);
        events.scalar(metrics.detail_name, metrics.step, metrics.detail);
        events.scalar("images_per_s", metrics.step, metrics.images_per_s);
        progress.step(metrics);

        const int64_t every =
            config.train.checkpoint_steps > 0 ? config.train.checkpoint_steps : epoch_steps;
        const int signal = signals.received();
        if (metrics.step % every == 0 || metrics.step == last_step || signal != 0) {
            save(metrics.epoch);
        }
        if (signal != 0 && metrics.step < last_step) {
            throw Interrupted("interrupted after step " + std::to_string(metrics.step) +
                                  "; continue with --resume " + run.root.string(),
                              signal);
        }
        return true;
    }

private:
    void save(int64_t epoch) {
        save_checkpoint(checkpoint_file(run.checkpoints(), state.step), config, epoch, state);
        prune_checkpoints(run, config.train.keep_checkpoints);
        events.flush();
    }

    // For a loss or a gradient that is not finite.
    [[noreturn]] void stop(const StepReport &report) {
        const std::string step = std::to_string(report.metrics.step);
        const fs::path dump = run.root / ("nonfinite-step-" + step + ".json");
        write_batch(dump, report);
        const auto files = checkpoints_newest_first(run.checkpoints());
        const std::string last = files.empty() ? "none" : "'" + files.front().string() + "'";
        const double loss = report.metrics.loss;
        const std::string what = std::isfinite(loss) ? report.problem
                                                     : std::string("[train] the loss is ") +
                                                           (std::isnan(loss) ? "NaN" : "infinite");
        throw NonFiniteLoss(what + "; step " + step + "; last checkpoint: " + last +
                            "; sample ids: '" + dump.string() +
                            "'; start a new run with a smaller optimizer.base_rate");
    }

    static void write_batch(const fs::path &file, const StepReport &report) {
        const at::Tensor ids = report.ids.cpu();
        nlohmann::ordered_json json;
        json["step"] = report.metrics.step;
        json["epoch"] = report.metrics.epoch;
        json["rate"] = report.metrics.rate;
        json["ids"] =
            std::vector<int64_t>(ids.data_ptr<int64_t>(), ids.data_ptr<int64_t>() + ids.numel());
        write_atomically(file, json.dump() + "\n");
    }

    const Config &config;
    const RunDirectory &run;
    TrainingState &state;
    const int64_t epoch_steps, last_step;
    MetricsFile metrics_file;
    EventWriter events;
    Progress progress;
    StopSignals signals;
};

int64_t run_unguarded(const Config &config, const ImageSet &host_images, const RunDirectory &run,
                      std::FILE *messages) {
    steps_per_epoch(config, host_images.size());
    const at::Device device = resolve_device(config.train.device);
    const ImageSet images = to_device(host_images, device);
    TrainingState state = initial_state(config, device);
    state.images = images.size();
    restore(config, run, state, messages);
    if (state.step == 0) {
        write_environment(run, device.str());
    }
    write_preview(config, images, run);
    {
        Session session(config, images, run, state, messages);
        train(config, images, state,
              [&](const StepReport &report) { return session.step_done(report); });
    }
    write_report(run.root);
    return state.step;
}

} // namespace

int64_t run_session(const Config &config, const ImageSet &images, const RunDirectory &run,
                    std::FILE *messages) {
    const std::string remedy =
        "[train] out of memory with train.batch_size = " + std::to_string(config.train.batch_size) +
        "; choose a smaller --batch-size";
    try {
        return run_unguarded(config, images, run, messages);
    } catch (const std::exception &error) {
        if (is_out_of_memory(error)) {
            throw OutOfMemory(remedy);
        }
        const auto files = checkpoints_newest_first(run.checkpoints());
        if (dynamic_cast<const Error *>(&error) != nullptr || files.empty()) {
            throw;
        }
        // Such as a lost GPU, whose faults LibTorch's calls report too, without a remedy.
        throw Error(error_line(error) + "; last checkpoint: '" + files.front().string() +
                    "'; continue with --resume " + run.root.string());
    }
}

} // namespace haliclr::trainer
