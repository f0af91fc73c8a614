// The text that names a data set: `kind` or `kind:argument`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace haliclr::trainer {

struct DataSpec {
    std::string kind;     // one of data_kinds()
    std::string argument; // a folder or a count; empty where the kind needs none
    int64_t count = 0;    // of synthetic:N
};

// The kinds as the user writes them: "fashion-mnist[:DIR]", "cifar10:DIR", ...
const std::vector<std::string> &data_kinds();

// Throws UsageError if the kind is unknown (naming the nearest) or its argument is missing or no
// number.
DataSpec parse_data_spec(const std::string &spec);

} // namespace haliclr::trainer
