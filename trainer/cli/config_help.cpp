// Lays out the table of keys as text; it is valid TOML, so that it can start a configuration file.
#include "trainer/cli/config_help.h"

#include "trainer/config_keys.h"

namespace haliclr::trainer {

std::string config_help() {
    const Config defaults;
    std::string text =
        "# Every key with its default. Give a file of them with --config, or single ones with\n"
        "# --set section.key=value.\n\n";
    std::string section;
    for (const ConfigKey &key : config_keys()) {
        const size_t dot = key.name.find('.');
        const std::string key_section = dot == std::string::npos ? "" : key.name.substr(0, dot);
        if (key_section != section) {
            section = key_section;
            text += "\n[" + section + "]\n";
        }
        const std::string name = dot == std::string::npos ? key.name : key.name.substr(dot + 1);
        text += "# " + key.doc + ". " + range_text(key) + ".\n";
        text += name + " = " + value_text(key, defaults) + "\n";
    }
    return text;
}

} // namespace haliclr::trainer
