// The whole of a training step, in the order in which it happens.
#include "trainer/train/loop.h"

#include "runtime/autograd/pairwise.h"
#include "runtime/ops/views.h"
#include "trainer/data/order.h"
#include "trainer/errors.h"
#include "trainer/train/autocast.h"
#include "trainer/train/loss.h"

#include <chrono>

namespace haliclr::trainer {

int64_t steps_per_epoch(const Config &config, int64_t images) {
    if (config.train.batch_size > images) {
        throw UsageError("[train] train.batch_size = " + std::to_string(config.train.batch_size) +
                         " is larger than the data, " + std::to_string(images) +
                         " images; choose --batch-size " + std::to_string(images) + " or less");
    }
    return images / config.train.batch_size;
}

int64_t total_steps(const Config &config, int64_t images) {
    const int64_t all = steps_per_epoch(config, images) * config.train.epochs;
    return config.train.max_steps > 0 ? std::min(config.train.max_steps, all) : all;
}

namespace {

// What keeps the optimizer from the step; empty where it was done.
std::string update(Optimizer &optimizer, double rate) {
    try {
        optimizer.step(rate);
        return "";
    } catch (const NonFiniteLoss &error) {
        return error.what();
    }
}

} // namespace

void train(const Config &config, const ImageSet &images, TrainingState &state,
           const StepDone &step_done) {
    using Clock = std::chrono::steady_clock;
    const int64_t batch = config.train.batch_size;
    const int64_t epoch_steps = steps_per_epoch(config, images.size());
    const int64_t last_step = total_steps(config, images.size());
    const std::string recipe = recipe_of(config.view);
    const RateSchedule rate_of(config.rate, batch, epoch_steps, config.train.epochs);
    const at::Device device = images.bytes.device();
    state.encoder->train();
    state.projector->train();

    while (state.step < last_step) {
        const int64_t epoch = state.step / epoch_steps;
        const at::Tensor order =
            at::tensor(epoch_order(config.seed, epoch, images.size()), at::kLong);
        const int64_t epoch_end = std::min((epoch + 1) * epoch_steps, last_step);
        while (state.step < epoch_end) {
            const Clock::time_point start = Clock::now();
            const double rate = rate_of(state.step);
            const at::Tensor ids =
                order.narrow(0, state.step % epoch_steps * batch, batch).to(device);

            // The images stay where they are: a batch is its rows of the table.
            const at::Tensor table = images.image_table.index_select(0, ids);
            const at::Tensor draws = runtime::view_draws(recipe, table, ids, config.seed, epoch);
            const at::Tensor views =
                runtime::views(recipe, images.bytes, table, draws, config.view.size, std::nullopt,
                               /*channels_last=*/true);
            at::Tensor features;
            {
                const Autocast precision(config.train.precision, device);
                features = state.encoder(views);
            }
            const at::Tensor z = state.projector(features);
            const auto [loss, accuracy, detail] =
                runtime::pairwise_loss(z, loss_of(config.loss), mode_of(config.loss));

            state.optimizer->zero_grad();
            loss.backward();
            const std::string problem = update(*state.optimizer, rate);

            StepMetrics metrics{
                state.step + 1,          epoch,
                loss.item<double>(),     rate,
                accuracy.item<double>(), config.loss.kind == "ntxent" ? "entropy" : "active",
                detail.item<double>(),
                /*images_per_s=*/0.0};
            const std::chrono::duration<double> seconds = Clock::now() - start;
            metrics.images_per_s = static_cast<double>(batch) / seconds.count();
            state.step += problem.empty() ? 1 : 0;
            if (!step_done({metrics, ids, problem}) || !problem.empty()) {
                return;
            }
        }
    }
}

} // namespace haliclr::trainer
