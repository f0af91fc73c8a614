// The one table of configuration keys: name, place in Config, range, meaning.
#pragma once

#include "trainer/config.h"

#include <limits>
#include <string>
#include <variant>
#include <vector>

namespace haliclr::trainer {

struct IntegerField {
    int64_t &(*value)(Config &);
    int64_t least = 0;
    int64_t most = std::numeric_limits<int64_t>::max();
};

struct NumberField {
    double &(*value)(Config &);
    double least = 0.0;
    double most = std::numeric_limits<double>::max();
    bool least_excluded = false, most_excluded = false;
};

struct NumbersField {
    std::vector<double> &(*value)(Config &);
    double least = 0.0;
    double most = std::numeric_limits<double>::max();
};

struct FlagField {
    bool &(*value)(Config &);
};

struct TextField {
    std::string &(*value)(Config &);
    std::vector<std::string> choices = {}; // empty: any text
};

struct ConfigKey {
    std::string name; // "section.key", or "key" at the top
    std::variant<IntegerField, NumberField, NumbersField, FlagField, TextField> field;
    std::string doc;                   // one line
    bool may_change_on_resume = false; // the weights after a given step do not depend on it
};

// In the order of documentation and of the resolved config.toml; a section's keys are together.
const std::vector<ConfigKey> &config_keys();

// Throws a UsageError naming the nearest key where the name is unknown. origin prefixes the
// message.
const ConfigKey &find_key(const std::string &name, const std::string &origin);

// The value as TOML: 256, 0.5, [30.0, 60.0], true, "cosine".
std::string value_text(const ConfigKey &key, const Config &config);

// "integer >= 1", "number in [0, 1]", "true or false", "one of a, b", "text".
std::string range_text(const ConfigKey &key);

} // namespace haliclr::trainer
