// A training step of one configuration and its parts, at its own shapes.
#pragma once

#include "bench/benchmarks.h"
#include "trainer/config.h"

#include <map>
#include <string>
#include <vector>

namespace haliclr::bench {

struct ConfigurationBench {
    std::vector<Row> rows; // problems views, loss, optimizer and step
    // Of the results of views, loss and optimizer: some values at even distances. Equal, but for
    // rounding, wherever the same configuration is measured.
    std::map<std::string, std::vector<double>> samples;
};

// Images come from data.source, or where that cannot be read are synthetic; a line on stderr says
// so. NT-Xent is compared with LibTorch's composite, and its result checked first.
ConfigurationBench bench_configuration(const trainer::Config &config, const Roofline &roofline,
                                       const Effort &effort);

} // namespace haliclr::bench
