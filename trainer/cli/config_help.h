// The text of --help-config, which docs/configuration.md repeats.
#pragma once

#include <string>

namespace haliclr::trainer {

// All keys by section: default, range and meaning of each.
std::string config_help();

} // namespace haliclr::trainer
