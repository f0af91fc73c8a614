// The table of keys. Defaults are the initial values of Config's members.
#include "trainer/config_keys.h"

#include "dsl/nearest.h"
#include "trainer/errors.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <type_traits>

namespace haliclr::trainer {

namespace {

constexpr int64_t most_images = int64_t{1} << 31;

// A member of Config as a function, which a table can hold.
#define HALICLR_FIELD(member) [](Config &config) -> decltype(auto) { return (config.member); }

std::vector<ConfigKey> make_keys() {
    return {
        {"seed", IntegerField{HALICLR_FIELD(seed)},
         "seed of the weights, of the order of the images and of every view"},

        {"data.source", TextField{HALICLR_FIELD(data.source)},
         "images: fashion-mnist[:DIR], cifar10:DIR, cifar100:DIR or synthetic:N (also --data)",
         true},
        {"data.limit", IntegerField{HALICLR_FIELD(data.limit), 0, most_images},
         "train on the first images only; 0 = all"},

        {"view.recipe", TextField{HALICLR_FIELD(view.recipe)},
         "random augmentation of a view: operators joined by |, for example crop(0.08, 1) | flip; "
         "docs/recipe.md lists them"},
        {"view.size", IntegerField{HALICLR_FIELD(view.size), 1, 4096},
         "height and width of a view in pixels"},
        {"view.convention", TextField{HALICLR_FIELD(view.convention), {"torchvision", "simclr"}},
         "whose arithmetic the operators of the recipe follow"},

        {"model.arch", TextField{HALICLR_FIELD(model.arch), architecture_names()}, "encoder"},
        {"model.width", NumberField{HALICLR_FIELD(model.width), 0.0, 16.0, true},
         "factor on the encoder's channels, 64 in the first stage"},
        {"model.stem", TextField{HALICLR_FIELD(model.stem), {"small", "imagenet"}},
         "small: 3x3 convolution; imagenet: 7x7 of stride 2 and max-pool"},
        {"model.stem_stride", IntegerField{HALICLR_FIELD(model.stem_stride), 1, 2},
         "stride of the small stem"},
        {"model.zero_init", FlagField{HALICLR_FIELD(model.zero_init)},
         "start each residual block as the identity, as the original code does"},

        {"head.kind", TextField{HALICLR_FIELD(head.kind), {"none", "linear", "nonlinear"}},
         "projection head; nonlinear = Linear, BatchNorm, ReLU, Linear"},
        {"head.hidden", IntegerField{HALICLR_FIELD(head.hidden), 0, 65536},
         "width of the nonlinear head's hidden layer; 0 = that of the features"},
        {"head.dim", IntegerField{HALICLR_FIELD(head.dim), 1, 65536}, "width of the projection z"},

        {"loss.kind",
         TextField{HALICLR_FIELD(loss.kind), {"ntxent", "nt_logistic", "margin_triplet"}},
         "contrastive loss"},
        {"loss.temperature", NumberField{HALICLR_FIELD(loss.temperature), 0.005, 10.0},
         "temperature of ntxent and nt_logistic"},
        {"loss.margin", NumberField{HALICLR_FIELD(loss.margin), 0.0, 2.0},
         "of margin_triplet, and within which a negative is semi-hard"},
        {"loss.semi_hard", FlagField{HALICLR_FIELD(loss.semi_hard)},
         "of nt_logistic and margin_triplet: only negatives within the margin, farther than the "
         "positive"},
        {"loss.mode",
         TextField{HALICLR_FIELD(loss.mode),
                   {"auto", "recompute", "store", "store16", "hybrid", "tensor"}},
         "where the gradient gets the similarities from; auto takes what was measured fastest; "
         "tensor: ntxent on CUDA's tensor cores, in tf32"},
        {"loss.store_mib", IntegerField{HALICLR_FIELD(loss.store_mib), 0, 1 << 20},
         "most MiB that stored similarities may take"},

        {"optimizer.kind",
         TextField{HALICLR_FIELD(optimizer.kind), {"lars", "momentum", "sgd", "adamw"}},
         "lars and momentum (SGD) by the generated kernels; sgd and adamw by LibTorch"},
        {"optimizer.form", TextField{HALICLR_FIELD(optimizer.form), {"simclr", "pytorch", "larc"}},
         "of LARS: simclr (momentum holds the scaled step), pytorch (rate applied outside) or "
         "larc"},
        {"optimizer.denominator",
         TextField{HALICLR_FIELD(optimizer.denominator), {"joint", "separate"}},
         "of LARS's ratio: joint |g + d w|, separate |g| + d |w|"},
        {"optimizer.base_rate", NumberField{HALICLR_FIELD(rate.base_rate)},
         "learning rate before the rule for the batch size"},
        {"optimizer.rate_rule",
         TextField{HALICLR_FIELD(rate.rate_rule), {"linear", "sqrt", "fixed"}},
         "linear: base * batch / 256; sqrt: base * sqrt(batch); fixed: base"},
        {"optimizer.momentum", NumberField{HALICLR_FIELD(optimizer.momentum), 0.0, 1.0},
         "momentum of lars, momentum and sgd"},
        {"optimizer.nesterov", FlagField{HALICLR_FIELD(optimizer.nesterov)},
         "Nesterov's momentum, of lars, momentum and sgd"},
        {"optimizer.weight_decay", NumberField{HALICLR_FIELD(optimizer.weight_decay)},
         "weight decay of all parameters but those that optimizer.skip names"},
        {"optimizer.skip", TextField{HALICLR_FIELD(optimizer.skip)},
         "parameters without decay and trust ratio: default (biases and normalisation), none, or "
         "name patterns with commas between them, such as default, projector.*"},
        {"optimizer.trust", NumberField{HALICLR_FIELD(optimizer.trust)},
         "trust coefficient of LARS"},
        {"optimizer.clip", FlagField{HALICLR_FIELD(optimizer.clip)},
         "of LARS: no tensor's rate exceeds the rate itself"},
        {"optimizer.beta1", NumberField{HALICLR_FIELD(optimizer.beta1), 0.0, 1.0, false, true},
         "of adamw: decay of the mean of the gradient"},
        {"optimizer.beta2", NumberField{HALICLR_FIELD(optimizer.beta2), 0.0, 1.0, false, true},
         "of adamw: decay of the mean of its square"},
        {"optimizer.epsilon", NumberField{HALICLR_FIELD(optimizer.epsilon)},
         "of adamw: added to the root of the mean square"},

        {"schedule.warmup_epochs", NumberField{HALICLR_FIELD(rate.warmup_epochs), 0, 1e6},
         "epochs of linear warm-up, step by step"},
        {"schedule.warmup_steps", IntegerField{HALICLR_FIELD(rate.warmup_steps)},
         "steps of linear warm-up; where not 0, in place of schedule.warmup_epochs"},
        {"schedule.decay", TextField{HALICLR_FIELD(rate.decay), {"cosine", "step", "none"}},
         "after warm-up: cosine to schedule.floor at the last epoch's end, step, or none"},
        {"schedule.floor", NumberField{HALICLR_FIELD(rate.floor), 0.0, 1.0},
         "of cosine: where it ends, as a share of the peak rate"},
        {"schedule.milestones", NumbersField{HALICLR_FIELD(rate.milestones), 0.0, 1e6},
         "of step: epochs, ascending, at which the rate falls, such as [30, 60, 80]"},
        {"schedule.factor", NumberField{HALICLR_FIELD(rate.factor), 0.0, 1.0, true, true},
         "of step: the rate is multiplied by this at each milestone"},

        {"train.batch_size", IntegerField{HALICLR_FIELD(train.batch_size), 1, most_images},
         "images of a step; each gives two views (also --batch-size)"},
        {"train.epochs", IntegerField{HALICLR_FIELD(train.epochs), 1, 1'000'000},
         "passes over the data (also --epochs)"},
        {"train.max_steps", IntegerField{HALICLR_FIELD(train.max_steps)},
         "stop after this many steps, leaving the rate schedule as it is; 0 = run all epochs",
         true},
        {"train.checkpoint_steps", IntegerField{HALICLR_FIELD(train.checkpoint_steps)},
         "steps between checkpoints; 0 = one at the end of each epoch", true},
        {"train.keep_checkpoints", IntegerField{HALICLR_FIELD(train.keep_checkpoints), 1},
         "newest checkpoints to keep", true},
        {"train.device", TextField{HALICLR_FIELD(train.device), {"auto", "cpu", "cuda"}},
         "auto = cuda where a GPU is usable", true},
        {"train.precision", TextField{HALICLR_FIELD(train.precision), {"fp32", "bf16"}},
         "arithmetic of the encoder; bf16 = LibTorch's autocast"},
    };
}
#undef HALICLR_FIELD

// Shortest text that reads back to the same double, with the point or exponent that TOML asks for.
std::string number_text(double value) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    std::string text(buffer, end);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string list_text(const std::vector<double> &values) {
    std::string text;
    for (const double value : values) {
        text += (text.empty() ? "" : ", ") + number_text(value);
    }
    return "[" + text + "]";
}

// "number in (0, 1]".
std::string interval_text(const NumberField &number) {
    const std::string least = number_text(number.least);
    if (number.most == NumberField{}.most) {
        return (number.least_excluded ? "number > " : "number >= ") + least;
    }
    return (number.least_excluded ? "number in (" : "number in [") + least + ", " +
           number_text(number.most) + (number.most_excluded ? ")" : "]");
}

std::string quoted(const std::string &text) {
    std::string result = "\"";
    for (const char letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        if (code < 0x20 || code == 0x7f) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(code));
            result += escape;
            continue;
        }
        if (letter == '"' || letter == '\\') {
            result += '\\';
        }
        result += letter;
    }
    return result + '"';
}

} // namespace

const std::vector<ConfigKey> &config_keys() {
    static const std::vector<ConfigKey> keys = make_keys();
    return keys;
}

const ConfigKey &find_key(const std::string &name, const std::string &origin) {
    std::vector<std::string> names;
    for (const ConfigKey &key : config_keys()) {
        if (key.name == name) {
            return key;
        }
        names.push_back(key.name);
    }
    throw UsageError(origin + ": unknown key '" + name + "'; did you mean '" +
                     nearest(name, names) + "'? 'haliclr pretrain --help-config' lists all keys");
}

std::string value_text(const ConfigKey &key, const Config &config) {
    // The accessors take a mutable Config; nothing is written through them here.
    Config &place = const_cast<Config &>(config);
    return std::visit(
        [&](const auto &field) -> std::string {
            const auto &value = field.value(place);
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, bool>) {
                return value ? "true" : "false";
            } else if constexpr (std::is_same_v<Value, int64_t>) {
                return std::to_string(value);
            } else if constexpr (std::is_same_v<Value, double>) {
                return number_text(value);
            } else if constexpr (std::is_same_v<Value, std::vector<double>>) {
                return list_text(value);
            } else {
                return quoted(value);
            }
        },
        key.field);
}

std::string range_text(const ConfigKey &key) {
    if (const auto *integer = std::get_if<IntegerField>(&key.field)) {
        const std::string least = std::to_string(integer->least);
        return integer->most == IntegerField{}.most
                   ? "integer >= " + least
                   : "integer in [" + least + ", " + std::to_string(integer->most) + "]";
    }
    if (const auto *number = std::get_if<NumberField>(&key.field)) {
        return interval_text(*number);
    }
    if (const auto *numbers = std::get_if<NumbersField>(&key.field)) {
        return "list of: " + interval_text({nullptr, numbers->least, numbers->most});
    }
    if (std::holds_alternative<FlagField>(key.field)) {
        return "true or false";
    }
    std::string choices;
    for (const std::string &choice : std::get<TextField>(key.field).choices) {
        choices += (choices.empty() ? "" : ", ") + choice;
    }
    return choices.empty() ? "text" : "one of " + choices;
}

} // namespace haliclr::trainer
