// Everything a run depends on: the configuration, its defaults and its text form.
//
// config_keys.h holds the one table of keys that reads, checks, documents and writes it.
#pragma once

#include "trainer/model/model_config.h"
#include "trainer/optim/optimizer_config.h"
#include "trainer/optim/rate_schedule.h"

#include <filesystem>
#include <string>
#include <vector>

namespace haliclr::trainer {

struct DataConfig {
    std::string source;
    int64_t limit = 0; // first images of the training split; 0 = all
};

struct ViewConfig {
    std::string recipe = "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2";
    int64_t size = 32;                      // height and width of a view in pixels
    std::string convention = "torchvision"; // | simclr; a recipe may name its own instead
};

// The recipe with its convention, as the runtime reads it.
std::string recipe_of(const ViewConfig &config);

struct LossConfig {
    std::string kind = "ntxent"; // ntxent | nt_logistic | margin_triplet; see docs/ntxent.md
    double temperature = 0.5;
    double margin = 0.4;
    bool semi_hard = false;
    std::string mode = "auto"; // auto | recompute | store | store16 | hybrid | tensor
    int64_t store_mib = 24;    // most that stored similarities may take
};

struct TrainConfig {
    int64_t batch_size = 256; // images; each gives two views
    int64_t epochs = 100;
    int64_t max_steps = 0; // stops the run early, leaving the rate schedule as it is; 0 = off
    int64_t checkpoint_steps = 0; // 0 = at the end of each epoch
    int64_t keep_checkpoints = 3;
    std::string device = "auto";    // cpu | cuda | auto
    std::string precision = "fp32"; // of the encoder: fp32 | bf16
};

struct Config {
    int64_t seed = 1;
    DataConfig data;
    ViewConfig view;
    ModelConfig model;
    HeadConfig head;
    LossConfig loss;
    OptimizerConfig optimizer;
    RateConfig rate; // keys optimizer.base_rate, optimizer.rate_rule and schedule.*
    TrainConfig train;
};

// Reads TOML over the values already in config. origin names the text in errors, which are
// UsageErrors with line number, key, value and remedy.
void read_toml(Config &config, const std::string &text, const std::string &origin);
void read_toml_file(Config &config, const std::filesystem::path &file);

// "key=value" as given to --set.
void set_key(Config &config, const std::string &assignment);

// A file, none where its name is empty, and then the assignments in their order.
void read_config(Config &config, const std::string &file,
                 const std::vector<std::string> &assignments);

// The whole configuration as TOML, read back to the same values bit for bit.
std::string to_toml(const Config &config);

// Throws a UsageError that names the first key in which a resumed run's configuration differs,
// apart from the keys that may change on the way (train.max_steps, for one).
void require_resumable(const Config &saved, const Config &wanted, const std::string &origin);

} // namespace haliclr::trainer
