// The configuration: reading, refusing, writing, and the pages and files that must agree with it.
#include "trainer/cli/config_help.h"
#include "trainer/config.h"
#include "trainer/config_keys.h"
#include "trainer/errors.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace haliclr::trainer {
namespace {

std::string refusal(const std::function<void()> &act) {
    try {
        act();
    } catch (const UsageError &error) {
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
        return error.what();
    }
    return "";
}

std::string toml_refusal(const std::string &text) {
    return refusal([&] {
        Config config;
        read_toml(config, text, "a.toml");
    });
}

std::string set_refusal(const std::string &assignment) {
    return refusal([&] {
        Config config;
        set_key(config, assignment);
    });
}

TEST(Config, ReadsEveryType) {
    Config config;
    read_toml(config,
              "seed = 7\n[model]\nwidth = 2\nzero_init = false\n[optimizer]\nbase_rate = 0.5\nkind "
              "= 'sgd'\n",
              "a.toml");
    EXPECT_EQ(config.seed, 7);
    EXPECT_EQ(config.model.width, 2.0);
    EXPECT_FALSE(config.model.zero_init);
    EXPECT_EQ(config.rate.base_rate, 0.5);
    EXPECT_EQ(config.optimizer.kind, "sgd");
    EXPECT_EQ(config.train.epochs, Config().train.epochs);
}

TEST(Config, ReadsAndWritesLists) {
    Config config;
    read_toml(config, "[schedule]\nmilestones = [30, 60.5]\n", "a.toml");
    EXPECT_EQ(config.rate.milestones, (std::vector<double>{30, 60.5}));
    EXPECT_NE(to_toml(config).find("milestones = [30.0, 60.5]\n"), std::string::npos);
    set_key(config, "schedule.milestones=1, 2,3");
    EXPECT_EQ(config.rate.milestones, (std::vector<double>{1, 2, 3}));
    set_key(config, "schedule.milestones=[4]");
    EXPECT_EQ(config.rate.milestones, (std::vector<double>{4}));
    set_key(config, "schedule.milestones=[]");
    EXPECT_TRUE(config.rate.milestones.empty());
    EXPECT_NE(toml_refusal("[schedule]\nmilestones = 30\n").find("list of"), std::string::npos);
}

// A change through every key of the optimizer and the schedule reaches the configuration.
TEST(Config, EveryOptimizerAndScheduleKeyIsStored) {
    const char *const assignments[] = {
        "optimizer.kind=sgd",      "optimizer.form=larc",      "optimizer.denominator=separate",
        "optimizer.nesterov=true", "optimizer.clip=true",      "optimizer.skip=*.bias",
        "optimizer.momentum=0.5",  "optimizer.weight_decay=2", "optimizer.trust=3",
        "optimizer.beta1=0.25",    "optimizer.beta2=0.75",     "optimizer.epsilon=4",
        "optimizer.base_rate=5",   "optimizer.rate_rule=sqrt", "schedule.warmup_epochs=6",
        "schedule.warmup_steps=7", "schedule.decay=step",      "schedule.floor=0.125",
        "schedule.milestones=8",   "schedule.factor=0.375"};
    Config config;
    for (const char *assignment : assignments) {
        const std::string before = to_toml(config);
        set_key(config, assignment);
        EXPECT_NE(to_toml(config), before) << assignment;
    }
    const OptimizerConfig &optimizer = config.optimizer;
    EXPECT_EQ(optimizer.denominator + optimizer.form + optimizer.skip, "separatelarc*.bias");
    EXPECT_TRUE(optimizer.nesterov && optimizer.clip);
    EXPECT_EQ(optimizer.beta1 + optimizer.beta2 + optimizer.epsilon, 5.0);
    size_t keys = 0;
    for (const ConfigKey &key : config_keys()) {
        keys += key.name.starts_with("optimizer.") || key.name.starts_with("schedule.");
    }
    EXPECT_EQ(keys, std::size(assignments));
}

TEST(Config, WritesWhatItReadsBack) {
    Config config;
    set_key(config, "loss.temperature=0.1");
    set_key(config, "optimizer.base_rate=0.30000000000000004");
    set_key(config, "data.source=cifar10:a \"b\"\\c\td");
    set_key(config, "seed=9223372036854775807");
    const std::string text = to_toml(config);
    Config back;
    read_toml(back, text, "text");
    EXPECT_EQ(to_toml(back), text);
    EXPECT_EQ(back.rate.base_rate, 0.30000000000000004);
    EXPECT_EQ(back.data.source, "cifar10:a \"b\"\\c\td");
}

TEST(Config, WritesEveryTextItAccepts) {
    Config config;
    const std::string odd = "cifar10:a\rb\x7f\"c\\d\ne\u00e9";
    set_key(config, "data.source=" + odd);
    Config again;
    read_toml(again, to_toml(config), "text");
    EXPECT_EQ(again.data.source, odd);
    EXPECT_THROW(set_key(config, "data.source=cifar10:\xe9"), UsageError);
}

TEST(Config, AnEmptyFileHoldsTheDefaults) {
    const std::string file = testing::TempDir() + "haliclr-empty.toml";
    std::ofstream(file).close();
    Config config;
    EXPECT_NO_THROW(read_toml_file(config, file));
    std::remove(file.c_str());
    EXPECT_THROW(read_toml_file(config, file), UsageError);
    EXPECT_THROW(read_toml_file(config, testing::TempDir()), UsageError);
}

TEST(Config, UnknownKeyNamesPlaceAndNearest) {
    const std::string message = toml_refusal("seed = 1\n[train]\nbatchsize = 3\n");
    EXPECT_NE(message.find("a.toml:3"), std::string::npos) << message;
    EXPECT_NE(message.find("'train.batchsize'"), std::string::npos) << message;
    EXPECT_NE(message.find("'train.batch_size'"), std::string::npos) << message;
    EXPECT_NE(set_refusal("epochs=3").find("'train.epochs'"), std::string::npos);
}

TEST(Config, WrongValuesNameKeyValueAndRange) {
    const struct {
        const char *assignment, *expected;
    } cases[] = {
        {"train.batch_size=0", "integer in [1, "},
        {"train.batch_size=2.5", "integer in [1, "},
        {"model.arch=vgg", "resnet18"},
        {"loss.temperature=0", "number in [0.005, 10.0]"},
        {"loss.temperature=nan", "number in"},
        {"model.zero_init=1", "true or false"},
        {"model.width=0", "number in (0.0, 16.0]"},
        {"optimizer.momentum='a'", "number in [0.0, 1.0]"},
        {"seed=-1", "integer >= 0"},
        {"optimizer.kind=adam", "did you mean 'adamw'?"},
        {"optimizer.form=lamb", "did you mean"},
        {"optimizer.beta1=1", "number in [0.0, 1.0)"},
        {"optimizer.clip=yes", "TOML"},
        {"schedule.factor=0", "number in (0.0, 1.0)"},
        {"schedule.milestones=-3", "list of: number in [0.0, "},
        {"schedule.milestones=[1, 'a']", "list of: number"},
        {"schedule.warmup_steps=-1", "integer >= 0"},
        {"train.epochs=99999999999999999999", "TOML"},
    };
    for (const auto &[assignment, expected] : cases) {
        const std::string message = set_refusal(assignment);
        EXPECT_NE(message.find(expected), std::string::npos) << assignment << ": " << message;
    }
    EXPECT_NE(toml_refusal("[model]\narch = 18\n").find("model.arch = 18"), std::string::npos);
}

TEST(Config, MalformedTextIsRefused) {
    EXPECT_NE(toml_refusal("seed = \n").find("a.toml:1"), std::string::npos);
    EXPECT_NE(set_refusal("train.epochs").find("key=value"), std::string::npos);
    EXPECT_NE(set_refusal("=3").find("key=value"), std::string::npos);
    const std::string message = refusal([] {
        Config config;
        read_toml_file(config, "/no/such.toml");
    });
    EXPECT_NE(message.find("/no/such.toml"), std::string::npos);
}

TEST(Config, ResumeAllowsOnlyKeysWithoutInfluence) {
    Config saved, wanted;
    wanted.train.max_steps = 10;
    wanted.train.checkpoint_steps = 5;
    EXPECT_NO_THROW(require_resumable(saved, wanted, "run"));
    wanted.loss.temperature = 0.2;
    const std::string message = refusal([&] { require_resumable(saved, wanted, "run"); });
    EXPECT_NE(message.find("loss.temperature is 0.5 in run but 0.2"), std::string::npos) << message;
}

std::string file_text(const std::string &name) {
    std::ifstream stream(std::string(HALICLR_SOURCE_DIR) + "/" + name);
    EXPECT_TRUE(stream) << name;
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

TEST(Config, HelpIsTheDefaultConfiguration) {
    Config config;
    read_toml(config, config_help(), "help");
    EXPECT_EQ(to_toml(config), to_toml(Config()));
    for (const ConfigKey &key : config_keys()) {
        EXPECT_NE(config_help().find(key.doc), std::string::npos) << key.name;
    }
}

TEST(Config, PageRepeatsTheHelp) {
    EXPECT_NE(file_text("docs/configuration.md").find(config_help()), std::string::npos)
        << "paste the output of haliclr pretrain --help-config into docs/configuration.md";
}

TEST(Config, PresetsAreValid) {
    for (const char *name : {"quickstart", "cifar10", "simclr_imagenet_resnet50"}) {
        Config config;
        EXPECT_NO_THROW(
            read_toml(config, file_text(std::string("configs/") + name + ".toml"), name));
    }
}

} // namespace
} // namespace haliclr::trainer
