// Checkpoints: exact round trips, refusal of damage and of other models, atomic writes.
#include "trainer/errors.h"
#include "trainer/train/atomic_file.h"
#include "trainer/train/checkpoint.h"
#include "trainer/train/safetensors.h"
#include "trainer_case.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace haliclr::trainer {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path &file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

void write(const fs::path &file, const std::string &text) {
    std::ofstream(file, std::ios::binary) << text;
}

// A state that differs from an initial one in every tensor.
TrainingState random_state(const Config &config) {
    TrainingState state = initial_state(config, at::kCPU);
    torch::NoGradGuard no_grad;
    for (const Parameter &parameter : state.parameters) {
        at::Tensor(parameter.value).normal_();
    }
    for (const auto &[name, tensor] : state.optimizer->state()) {
        at::Tensor(tensor).normal_();
    }
    for (at::Tensor buffer : state.encoder->buffers()) {
        buffer.add_(3);
    }
    state.step = 42;
    return state;
}

class CheckpointOf : public testing::TestWithParam<const char *> {};

TEST_P(CheckpointOf, RestoresEveryTensorExactly) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    config.optimizer.kind = GetParam();
    const TrainingState saved = random_state(config);
    const fs::path file = checkpoint_file(folder.path, saved.step);
    save_checkpoint(file, config, 3, saved);
    TrainingState loaded = initial_state(config, at::kCPU);
    load_checkpoint(file, loaded);
    EXPECT_EQ(loaded.step, 42);
    expect_same_state(saved, loaded);
    EXPECT_EQ(to_toml(checkpoint_config(file)), to_toml(config));
}

INSTANTIATE_TEST_SUITE_P(Checkpoint, CheckpointOf,
                         testing::Values("lars", "momentum", "sgd", "adamw"),
                         [](const auto &info) { return std::string(info.param); });

TEST(Checkpoint, StateIsNamedByParameter) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    const auto tensors_of = [&](const char *kind) {
        config.optimizer.kind = kind;
        save_checkpoint(folder.path / kind, config, 0, initial_state(config, at::kCPU));
        return read_safetensors(folder.path / kind).tensors;
    };
    EXPECT_EQ(tensors_of("lars").count("momentum.encoder.conv1.weight"), 1u);
    EXPECT_EQ(tensors_of("sgd").count("momentum.projector.0.weight"), 1u);
    const auto adamw = tensors_of("adamw");
    EXPECT_EQ(adamw.count("first_moment.encoder.bn1.bias"), 1u);
    EXPECT_EQ(adamw.count("second_moment.encoder.bn1.bias"), 1u);
    EXPECT_EQ(adamw.at("adamw.steps").item<float>(), 0.0f);
}

// A file of version 0.1.0's first keys: what it lacks has the default that it was trained with.
TEST(Checkpoint, FileWithFewerKeysLoads) {
    const TemporaryFolder folder;
    const fs::path file = folder.path / "a.safetensors";
    const Config config = tiny_config();
    const TrainingState saved = random_state(config);
    save_checkpoint(file, config, 0, saved);
    SafetensorsFile old = read_safetensors(file);
    std::istringstream lines(old.metadata.at("config"));
    std::string text;
    const std::set<std::string> added{"denominator", "nesterov",   "skip",    "clip",
                                      "beta1",       "beta2",      "epsilon", "warmup_steps",
                                      "floor",       "milestones", "factor"};
    for (std::string line; std::getline(lines, line);) {
        text += added.count(line.substr(0, line.find(' '))) > 0 ? "" : line + "\n";
    }
    EXPECT_LT(text.size(), old.metadata.at("config").size());
    old.metadata["config"] = text;
    write_safetensors(file, {old.tensors.begin(), old.tensors.end()}, old.metadata);
    EXPECT_NO_THROW(require_resumable(checkpoint_config(file), config, "file"));
    TrainingState loaded = initial_state(config, at::kCPU);
    load_checkpoint(file, loaded);
    expect_same_state(saved, loaded);
}

TEST(Checkpoint, AnotherOptimizerIsRefused) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    save_checkpoint(folder.path / "a.safetensors", config, 0, initial_state(config, at::kCPU));
    config.optimizer.kind = "adamw";
    TrainingState other = initial_state(config, at::kCPU);
    EXPECT_THROW(load_checkpoint(folder.path / "a.safetensors", other), UsageError);
}

TEST(Checkpoint, EncoderLoadsFromFileAndFromRun) {
    const TemporaryFolder folder;
    const Config config = tiny_config();
    const TrainingState saved = random_state(config);
    fs::create_directory(folder.path / "checkpoints");
    save_checkpoint(checkpoint_file(folder.path / "checkpoints", 2), config, 0, saved);
    for (const fs::path &path : {folder.path, checkpoint_file(folder.path / "checkpoints", 2)}) {
        const LoadedEncoder loaded = load_encoder(path);
        EXPECT_FALSE(loaded.encoder->is_training());
        EXPECT_EQ(loaded.config.model.arch, config.model.arch);
        expect_same_tensors(saved.encoder->parameters(), loaded.encoder->parameters());
        expect_same_tensors(saved.encoder->buffers(), loaded.encoder->buffers());
    }
}

TEST(Checkpoint, UntrainedEncoderIsThatOfTheFirstStep) {
    const Config config = tiny_config();
    expect_same_tensors(initial_state(config, at::kCPU).encoder->parameters(),
                        untrained_encoder(config)->parameters());
}

TEST(Checkpoint, AnotherModelIsRefused) {
    const TemporaryFolder folder;
    Config config = tiny_config();
    save_checkpoint(folder.path / "a.safetensors", config, 0, random_state(config));
    config.model.width = 0.25;
    TrainingState wider = initial_state(config, at::kCPU);
    try {
        load_checkpoint(folder.path / "a.safetensors", wider);
        FAIL();
    } catch (const UsageError &error) {
        EXPECT_NE(std::string(error.what()).find("another model"), std::string::npos)
            << error.what();
    }
    config = tiny_config();
    config.model.arch = "resnet10";
    TrainingState deeper = initial_state(config, at::kCPU);
    EXPECT_THROW(load_checkpoint(folder.path / "a.safetensors", deeper), UsageError);
}

TEST(Checkpoint, MissingFileIsAUsageError) {
    EXPECT_THROW(load_encoder("/no/such/run"), UsageError);
    const TemporaryFolder folder;
    EXPECT_THROW(load_encoder(folder.path), UsageError);
}

TEST(Safetensors, EveryTruncationIsNoticed) {
    const TemporaryFolder folder;
    const fs::path file = folder.path / "a.safetensors";
    write_safetensors(file, {{"a", at::arange(5)}, {"b", at::rand({2, 3})}}, {{"k", "v"}});
    const std::string whole = content(file);
    EXPECT_EQ(read_safetensors(file).tensors.size(), 2u);
    for (size_t length = 0; length < whole.size(); ++length) {
        write(file, whole.substr(0, length));
        EXPECT_THROW(read_safetensors(file), DataError) << length;
    }
}

TEST(Safetensors, ForeignAndImpossibleHeadersAreRefused) {
    const TemporaryFolder folder;
    const fs::path file = folder.path / "a.safetensors";
    const auto with_header = [](std::string header) {
        header.append((8 - header.size() % 8) % 8, ' ');
        const uint64_t length = header.size();
        return std::string(reinterpret_cast<const char *>(&length), 8) + header +
               std::string(8, '\0');
    };
    for (const std::string &header : {
             std::string("[]"),
             std::string("{\"a\": 3}"),
             std::string(
                 "{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [4, 12]}}"),
             std::string("{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 8]}}"),
             std::string(
                 "{\"a\": {\"dtype\": \"F32\", \"shape\": [-2], \"data_offsets\": [0, 8]}}"),
             std::string("{\"a\": {\"dtype\": \"Q7\", \"shape\": [2], \"data_offsets\": [0, 8]}}"),
             std::string("{\"a\": {\"dtype\": \"F32\", \"shape\": [4611686018427387905], "
                         "\"data_offsets\": [0, 4]}}"),
             std::string("{\"__metadata__\": {\"step\": 3}}"),
         }) {
        write(file, with_header(header));
        EXPECT_THROW(read_safetensors(file), DataError) << header;
    }
    write(file,
          with_header("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}}"));
    EXPECT_NO_THROW(read_safetensors(file));
    write(file, "PK\x03\x04 this is a zip file of another program");
    EXPECT_THROW(read_safetensors(file), DataError);
}

TEST(Safetensors, KeepsTypesStridesAndMetadata) {
    const TemporaryFolder folder;
    const fs::path file = folder.path / "a.safetensors";
    const at::Tensor transposed = at::rand({3, 5}).t();
    write_safetensors(file,
                      {{"scalar", at::scalar_tensor(7, at::kLong)},
                       {"half", at::rand({3}).to(at::kBFloat16)},
                       {"transposed", transposed},
                       {"empty", at::empty({0, 4})}},
                      {{"text", "line\n\"quoted\""}});
    const SafetensorsFile read = read_safetensors(file);
    EXPECT_EQ(read.tensors.at("scalar").item<int64_t>(), 7);
    EXPECT_EQ(read.tensors.at("half").scalar_type(), at::kBFloat16);
    EXPECT_TRUE(at::equal(read.tensors.at("transposed"), transposed));
    EXPECT_EQ(read.tensors.at("empty").sizes(), at::IntArrayRef({0, 4}));
    EXPECT_EQ(read.metadata.at("text"), "line\n\"quoted\"");
}

TEST(AtomicFile, FailureLeavesTheOldFileAndNoOther) {
    const TemporaryFolder folder;
    const fs::path file = folder.path / "a";
    write(file, "old");
    const auto fail = [](const WriteBytes &write) {
        write("new", 3);
        throw std::runtime_error("half way");
    };
    EXPECT_THROW(write_atomically(file, fail), std::runtime_error);
    EXPECT_EQ(content(file), "old");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), {}), 1);
    write_atomically(file, [](const WriteBytes &write) { write("new", 3); });
    EXPECT_EQ(content(file), "new");
    EXPECT_THROW(write_atomically(folder.path / "none" / "a", fail), Error);
}

TEST(Checkpoint, NewestIsThatOfTheLatestStep) {
    const TemporaryFolder folder;
    for (const int64_t step : {7, 100, 99'999'999, 100'000'000, 20}) {
        write(checkpoint_file(folder.path, step), "");
    }
    write(folder.path / "step-00000200.safetensors.partial-1", "");
    const auto files = checkpoints_newest_first(folder.path);
    ASSERT_EQ(files.size(), 5u);
    EXPECT_EQ(files.front(), checkpoint_file(folder.path, 100'000'000));
    EXPECT_EQ(files.back(), checkpoint_file(folder.path, 7));
}

} // namespace
} // namespace haliclr::trainer
