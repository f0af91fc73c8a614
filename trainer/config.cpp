// TOML in and out: the table of keys does the work, toml++ the syntax.
#include "trainer/config.h"

#include "dsl/nearest.h"
#include "trainer/config_keys.h"
#include "trainer/errors.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <type_traits>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace haliclr::trainer {

namespace {

// The choice nearest to a word that is none.
std::string hint(const ConfigKey &key, const toml::node &node) {
    const auto *field = std::get_if<TextField>(&key.field);
    const std::optional<std::string> word = node.value_exact<std::string>();
    const bool helps = field != nullptr && field->choices.size() > 1 && word;
    return helps ? "; did you mean '" + nearest(*word, field->choices) + "'?" : "";
}

[[noreturn]] void refuse(const ConfigKey &key, const std::string &origin, const toml::node &node) {
    std::ostringstream value;
    node.visit([&](const auto &leaf) { value << leaf; });
    throw UsageError(origin + ": " + key.name + " = " + value.str() +
                     " is not allowed; it takes: " + range_text(key) + hint(key, node));
}

bool allowed(double value, const NumberField &field) {
    return std::isfinite(value) && value >= field.least && value <= field.most &&
           !(field.least_excluded && value == field.least) &&
           !(field.most_excluded && value == field.most);
}

void store(const ConfigKey &key, const IntegerField &field, Config &config,
           const std::string &origin, const toml::node &node) {
    const std::optional<int64_t> value = node.value_exact<int64_t>();
    if (!value || *value < field.least || *value > field.most) {
        refuse(key, origin, node);
    }
    field.value(config) = *value;
}

void store(const ConfigKey &key, const NumberField &field, Config &config,
           const std::string &origin, const toml::node &node) {
    // An integer is as good as a float here; a string is not.
    const std::optional<double> value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value || !allowed(*value, field)) {
        refuse(key, origin, node);
    }
    field.value(config) = *value;
}

void store(const ConfigKey &key, const NumbersField &field, Config &config,
           const std::string &origin, const toml::node &node) {
    const toml::array *list = node.as_array();
    if (list == nullptr) {
        refuse(key, origin, node);
    }
    std::vector<double> values;
    for (const toml::node &item : *list) {
        const std::optional<double> value = item.is_number() ? item.value<double>() : std::nullopt;
        if (!value || !allowed(*value, {nullptr, field.least, field.most})) {
            refuse(key, origin, node);
        }
        values.push_back(*value);
    }
    field.value(config) = values;
}

void store(const ConfigKey &key, const FlagField &field, Config &config, const std::string &origin,
           const toml::node &node) {
    const std::optional<bool> value = node.value_exact<bool>();
    if (!value) {
        refuse(key, origin, node);
    }
    field.value(config) = *value;
}

// config.toml and the checkpoints' metadata hold UTF-8 text only.
bool is_utf8(const std::string &text) {
    try {
        return !nlohmann::json(text).dump().empty();
    } catch (const nlohmann::json::type_error &) {
        return false;
    }
}

void store(const ConfigKey &key, const TextField &field, Config &config, const std::string &origin,
           const toml::node &node) {
    const std::optional<std::string> value = node.value_exact<std::string>();
    const std::vector<std::string> &choices = field.choices;
    const bool known =
        value && (choices.empty() || std::count(choices.begin(), choices.end(), *value) > 0);
    if (!known) {
        refuse(key, origin, node);
    }
    if (!is_utf8(*value)) {
        throw UsageError(origin + ": " + key.name +
                         " holds bytes that are not UTF-8 text; rename the file or folder");
    }
    field.value(config) = *value;
}

void read_table(Config &config, const toml::table &table, const std::string &prefix,
                const std::string &origin) {
    for (const auto &[name, node] : table) {
        const std::string full_name = prefix + std::string(name.str());
        if (const toml::table *section = node.as_table()) {
            read_table(config, *section, full_name + ".", origin);
            continue;
        }
        const std::string place = origin + ":" + std::to_string(node.source().begin.line);
        const ConfigKey &key = find_key(full_name, place);
        std::visit([&](const auto &field) { store(key, field, config, place, node); }, key.field);
    }
}

toml::table parse(const std::string &text, const std::string &origin) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error &error) {
        throw UsageError(origin + ":" + std::to_string(error.source().begin.line) +
                         ": not valid TOML: " + std::string(error.description()));
    }
}

} // namespace

std::string recipe_of(const ViewConfig &config) {
    const bool names_its_own = config.recipe.find(':') != std::string::npos;
    return config.convention == "torchvision" || names_its_own
               ? config.recipe
               : config.convention + ": " + config.recipe;
}

void read_toml(Config &config, const std::string &text, const std::string &origin) {
    read_table(config, parse(text, origin), "", origin);
}

void read_toml_file(Config &config, const std::filesystem::path &file) {
    std::ifstream stream(file);
    std::ostringstream text;
    // An empty file is a valid one, though copying nothing counts as a failure of the stream.
    const bool readable = stream && (stream.peek() == std::ifstream::traits_type::eof()
                                         ? !stream.bad() && !std::filesystem::is_directory(file)
                                         : static_cast<bool>(text << stream.rdbuf()));
    if (!readable) {
        throw UsageError("[config] cannot read '" + file.string() +
                         "'; give a TOML file such as configs/quickstart.toml");
    }
    read_toml(config, text.str(), "[config] " + file.string());
}

void set_key(Config &config, const std::string &assignment) {
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw UsageError("[config] --set '" + assignment + "' is not of the form key=value");
    }
    const std::string name = assignment.substr(0, equals);
    std::string value = assignment.substr(equals + 1);
    const ConfigKey &key = find_key(name, "[config] --set");

    // A text needs no quotes on the command line, a list no brackets.
    if (std::holds_alternative<NumbersField>(key.field) && !value.starts_with("[")) {
        value = "[" + value + "]";
    }
    toml::table table;
    if (std::holds_alternative<TextField>(key.field)) {
        table.insert("value", value);
    } else {
        table = parse("value = " + value, "[config] --set " + assignment);
    }
    const toml::node &node = *table.get("value");
    std::visit([&](const auto &field) { store(key, field, config, "[config] --set", node); },
               key.field);
}

void read_config(Config &config, const std::string &file,
                 const std::vector<std::string> &assignments) {
    if (!file.empty()) {
        read_toml_file(config, file);
    }
    for (const std::string &assignment : assignments) {
        set_key(config, assignment);
    }
}

std::string to_toml(const Config &config) {
    std::string text, section;
    for (const ConfigKey &key : config_keys()) {
        const size_t dot = key.name.find('.');
        const std::string key_section = dot == std::string::npos ? "" : key.name.substr(0, dot);
        if (key_section != section) {
            section = key_section;
            text += "\n[" + section + "]\n";
        }
        const std::string name = dot == std::string::npos ? key.name : key.name.substr(dot + 1);
        text += name + " = " + value_text(key, config) + "\n";
    }
    return text;
}

void require_resumable(const Config &saved, const Config &wanted, const std::string &origin) {
    for (const ConfigKey &key : config_keys()) {
        const std::string before = value_text(key, saved), now = value_text(key, wanted);
        if (before != now && !key.may_change_on_resume) {
            throw UsageError("[resume] " + key.name + " is " + before + " in " + origin + " but " +
                             now +
                             " was asked for; resume without it, or start a new run with --out");
        }
    }
}

} // namespace haliclr::trainer
