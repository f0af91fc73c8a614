// Whole runs of a tiny model: one result under one seed, exact after a resume, in order on failure.
#include "trainer/data/dataset.h"
#include "trainer/errors.h"
#include "trainer/train/loop.h"
#include "trainer/train/session.h"
#include "trainer_case.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <set>

namespace haliclr::trainer {
namespace {

namespace fs = std::filesystem;

ImageSet images() {
    return load_images("synthetic:37", Split::Train);
}

// Runs a session in a new folder of the given name, without messages.
RunDirectory run_in(const TemporaryFolder &folder, const std::string &name, const Config &config) {
    std::FILE *nowhere = std::fopen("/dev/null", "w");
    const fs::path root = folder.path / name;
    const RunDirectory run = fs::exists(root) ? RunDirectory{root} : create_run(root, config);
    try {
        run_session(config, images(), run, nowhere);
    } catch (...) {
        std::fclose(nowhere);
        throw;
    }
    std::fclose(nowhere);
    return run;
}

TrainingState state_of(const RunDirectory &run, const Config &config) {
    TrainingState state = initial_state(config, at::kCPU);
    load_checkpoint(checkpoints_newest_first(run.checkpoints()).front(), state);
    return state;
}

// metrics.jsonl without the one number that is a time.
std::vector<nlohmann::json> metrics_of(const RunDirectory &run) {
    std::vector<nlohmann::json> lines;
    std::ifstream stream(run.metrics_file());
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(nlohmann::json::parse(line));
        lines.back().erase("images_per_s");
    }
    return lines;
}

TEST(Run, LogsEveryStepAndLeavesTheWholeDirectory) {
    const TemporaryFolder folder;
    const RunDirectory run = run_in(folder, "a", tiny_config());
    const auto metrics = metrics_of(run);
    ASSERT_EQ(metrics.size(), 12u); // 3 epochs of 4 whole batches: the incomplete one is dropped
    for (size_t i = 0; i < metrics.size(); ++i) {
        EXPECT_EQ(metrics[i]["step"], i + 1);
        EXPECT_EQ(metrics[i]["epoch"], i / 4);
        EXPECT_TRUE(metrics[i]["loss"].is_number());
    }
    for (const char *name : {"config.toml", "env.json", "report.html", "previews/views.png",
                             "checkpoints/step-00000012.safetensors"}) {
        EXPECT_TRUE(fs::exists(run.root / name)) << name;
    }
    Config saved;
    read_toml_file(saved, run.config_file());
    EXPECT_EQ(to_toml(saved), to_toml(tiny_config()));
}

TEST(Run, TrainsWithEveryLossAndMode) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    config.train.max_steps = 2;
    for (const char *kind : {"ntxent", "nt_logistic", "margin_triplet"}) {
        std::vector<double> losses;
        for (const char *mode : {"recompute", "store", "hybrid"}) {
            config.loss.kind = kind;
            config.loss.semi_hard = config.loss.kind != "ntxent";
            config.loss.mode = mode;
            const auto metrics = metrics_of(run_in(folder, std::string(kind) + "-" + mode, config));
            ASSERT_EQ(metrics.size(), 2u) << kind << " " << mode;
            const char *detail = config.loss.kind == "ntxent" ? "entropy" : "active";
            EXPECT_TRUE(metrics[1].contains(detail)) << kind;
            losses.push_back(metrics[1]["loss"]);
            EXPECT_NEAR(losses.back(), losses.front(), 1e-4) << kind << " " << mode;
        }
    }
}

TEST(Run, ChangesTheWeights) {
    const TemporaryFolder folder;
    const Config config = tiny_config();
    const TrainingState trained = state_of(run_in(folder, "a", config), config);
    const TrainingState initial = initial_state(config, at::kCPU);
    EXPECT_FALSE(at::equal(trained.encoder->parameters()[0], initial.encoder->parameters()[0]));
}

TEST(Run, OneSeedIsOneResult) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    const RunDirectory first = run_in(folder, "a", config), second = run_in(folder, "b", config);
    EXPECT_EQ(metrics_of(first), metrics_of(second));
    expect_same_state(state_of(first, config), state_of(second, config));
    config.seed = 2;
    EXPECT_NE(metrics_of(run_in(folder, "c", config)), metrics_of(first));
}

// Stops in the middle of an epoch, at its end and after the first step; then goes on to the end.
TEST(Run, ResumedEqualsStraightBitForBit) {
    const TemporaryFolder folder;
    for (const char *optimizer : {"lars", "momentum", "sgd", "adamw"}) {
        Config config = tiny_config();
        config.optimizer.kind = optimizer;
        config.optimizer.nesterov = config.optimizer.kind == "sgd";
        const RunDirectory straight = run_in(folder, std::string("straight-") + optimizer, config);
        for (const int64_t stop : {1, 4, 7}) {
            Config stopped = config;
            stopped.train.max_steps = stop;
            const std::string name = optimizer + std::to_string(stop);
            EXPECT_EQ(metrics_of(run_in(folder, name, stopped)).size(), static_cast<size_t>(stop));
            const RunDirectory resumed = run_in(folder, name, config);
            EXPECT_EQ(metrics_of(resumed), metrics_of(straight)) << name;
            expect_same_state(state_of(resumed, config), state_of(straight, config));
        }
    }
}

// A run that was killed has logged steps after its last checkpoint, the last one in part.
TEST(Run, StepsAfterTheCheckpointAreDoneAgain) {
    const TemporaryFolder folder;
    const Config config = tiny_config();
    const RunDirectory run = run_in(folder, "a", config);
    const auto straight = metrics_of(run);
    fs::remove(checkpoint_file(run.checkpoints(), 12));
    std::ofstream(run.metrics_file(), std::ios::app) << "{\"step\": 13, \"lo";
    run_in(folder, "a", config);
    EXPECT_EQ(metrics_of(run), straight);
}

TEST(Run, DamagedCheckpointFallsBackToTheOneBefore) {
    const TemporaryFolder folder;
    const Config config = tiny_config();
    const RunDirectory run = run_in(folder, "a", config);
    const TrainingState straight = state_of(run, config);
    fs::resize_file(checkpoint_file(run.checkpoints(), 12), 1000);
    run_in(folder, "a", config);
    expect_same_state(state_of(run, config), straight);
}

// A damaged file that counted as the newest would push the good ones out.
TEST(Run, DamagedCheckpointsDoNotCountAmongThoseKept) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    config.train.keep_checkpoints = 2;
    const RunDirectory run = run_in(folder, "a", config);
    fs::resize_file(checkpoint_file(run.checkpoints(), 12), 1000);
    config.train.max_steps = 9;
    run_in(folder, "a", config);
    const auto files = checkpoints_newest_first(run.checkpoints());
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].filename(), "step-00000009.safetensors");
    EXPECT_EQ(files[1].filename(), "step-00000008.safetensors");
}

TEST(Run, NoReadableCheckpointIsNoFreshStart) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    config.train.keep_checkpoints = 1;
    const RunDirectory run = run_in(folder, "a", config);
    const auto logged = metrics_of(run);
    fs::resize_file(checkpoint_file(run.checkpoints(), 12), 1000);
    EXPECT_THROW(run_in(folder, "a", config), DataError);
    EXPECT_EQ(metrics_of(run), logged);
}

TEST(Run, DataOfAnotherSizeIsRefused) {
    const TemporaryFolder folder;
    const Config config = tiny_config();
    const RunDirectory run = run_in(folder, "a", config);
    TrainingState state = initial_state(config, at::kCPU);
    state.images = 38;
    try {
        load_checkpoint(checkpoint_file(run.checkpoints(), 12), state);
        FAIL();
    } catch (const UsageError &error) {
        EXPECT_NE(std::string(error.what()).find("38 images"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("trained on 37"), std::string::npos);
    }
}

TEST(Run, CheckpointOfAnotherConfigurationIsRefused) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    run_in(folder, "a", config);
    config.loss.temperature = 0.1;
    EXPECT_THROW(run_in(folder, "a", config), UsageError);
    config = tiny_config();
    config.model.width = 0.25;
    EXPECT_THROW(run_in(folder, "a", config), UsageError);
}

TEST(Run, KeepsTheNewestCheckpoints) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    config.train.checkpoint_steps = 2;
    config.train.keep_checkpoints = 2;
    const auto files = checkpoints_newest_first(run_in(folder, "a", config).checkpoints());
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].filename(), "step-00000012.safetensors");
    EXPECT_EQ(files[1].filename(), "step-00000010.safetensors");
}

TEST(Run, NonFiniteLossStopsAndNamesTheImages) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    config.optimizer.kind = "sgd";
    config.rate.base_rate = 1e30;
    config.train.checkpoint_steps = 1;
    try {
        run_in(folder, "a", config);
        FAIL();
    } catch (const NonFiniteLoss &error) {
        EXPECT_EQ(error.exit_code(), 4);
        EXPECT_NE(std::string(error.what()).find("step-00000001.safetensors"), std::string::npos)
            << error.what();
    }
    std::ifstream stream(folder.path / "a" / "nonfinite-step-2.json");
    const auto dump = nlohmann::json::parse(stream);
    const std::set<int64_t> ids = dump["ids"];
    EXPECT_EQ(ids.size(), 9u);
    EXPECT_LT(*ids.rbegin(), 37);
}

// The gradient of step 3 is spoilt, its loss is fine.
TEST(Run, NonFiniteGradientEndsTheLoopUndone) {
    Config config = tiny_config();
    config.optimizer.kind = "sgd";
    TrainingState state = initial_state(config, at::kCPU);
    const Parameter &spoilt = state.parameters[1];
    spoilt.value.register_hook([&](const at::Tensor &gradient) {
        return state.step == 2 ? gradient * INFINITY : gradient;
    });
    std::vector<at::Tensor> weights; // after each step
    std::string problem;             // of the last step
    train(config, images(), state, [&](const StepReport &report) {
        EXPECT_TRUE(std::isfinite(report.metrics.loss) && problem.empty());
        problem = report.problem;
        weights.push_back(state.parameters[0].value.detach().clone());
        return true;
    });
    ASSERT_EQ(weights.size(), 3u);
    EXPECT_NE(problem.find("gradient of " + spoilt.name), std::string::npos) << problem;
    EXPECT_TRUE(state.step == 2 && at::equal(weights[1], weights[2]));
}

TEST(Run, BatchLargerThanTheDataIsRefusedWithBothNumbers) {
    Config config = tiny_config();
    config.train.batch_size = 38;
    try {
        steps_per_epoch(config, 37);
        FAIL();
    } catch (const UsageError &error) {
        EXPECT_NE(std::string(error.what()).find("38"), std::string::npos);
        EXPECT_NE(std::string(error.what()).find("37 images"), std::string::npos);
    }
    config.train.batch_size = 37;
    EXPECT_EQ(steps_per_epoch(config, 37), 1);
    config.train.max_steps = 2;
    EXPECT_EQ(total_steps(config, 37), 2);
}

TEST(Run, Bf16EncoderTrains) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    config.train.precision = "bf16";
    const RunDirectory run = run_in(folder, "a", config);
    EXPECT_EQ(metrics_of(run).size(), 12u);
    const TrainingState state = state_of(run, config);
    EXPECT_EQ(state.encoder->parameters()[0].scalar_type(), at::kFloat); // master weights stay fp32
}

TEST(RunDirectory, NothingIsWrittenOver) {
    const TemporaryFolder folder;
    EXPECT_NO_THROW(require_fresh(folder.path)); // empty
    EXPECT_NO_THROW(require_fresh(folder.path / "new"));
    std::ofstream(folder.path / "notes.txt") << "mine";
    EXPECT_THROW(create_run(folder.path, tiny_config()), UsageError);
    EXPECT_THROW(require_fresh(folder.path / "notes.txt"), UsageError);
}

TEST(RunDirectory, OneProcessTrainsInIt) {
    const TemporaryFolder folder;
    const RunDirectory run = create_run(folder.path / "a", tiny_config());
    {
        const RunLock lock(run);
        EXPECT_THROW(RunLock second(run), UsageError);
    }
    EXPECT_NO_THROW(RunLock again(run));
}

TEST(RunDirectory, LatestIsTheRunWrittenToLast) {
    const TemporaryFolder folder;
    EXPECT_THROW(find_run("latest", folder.path), UsageError);
    EXPECT_THROW(find_run("latest", folder.path / "none"), UsageError);
    const auto now = fs::file_time_type::clock::now();
    for (const char *name : {"b", "a", "c"}) {
        const RunDirectory run = create_run(folder.path / name, tiny_config());
        std::ofstream(run.metrics_file()) << "";
        fs::last_write_time(run.metrics_file(), now - std::chrono::hours(name[0] == 'a' ? 0 : 1));
    }
    EXPECT_EQ(find_run("latest", folder.path).root.filename(), "a");
}

} // namespace
} // namespace haliclr::trainer
