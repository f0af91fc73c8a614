// What the build knows and the tuner reads; tables.cpp is written by tuner/CMakeLists.txt.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace haliclr::tuner {

// A kernel as the build makes it.
struct Kernel {
    std::string name, generator;
    std::map<std::string, std::string> params;
    bool in_place = false; // an output may be an input
    std::vector<std::string> backends{"cpu", "cuda", "opencl"};

    bool runs_on(const std::string &backend) const {
        return std::find(backends.begin(), backends.end(), backend) != backends.end();
    }
    std::string param(const std::string &key, const std::string &otherwise = "") const {
        const auto found = params.find(key);
        return found == params.end() ? otherwise : found->second;
    }
};

const std::vector<Kernel> &kernels();
// Targets of the cpu kernels, the widest vectors first.
const std::vector<std::string> &kernel_targets();
// schedules/tunables.json.
const std::string &tunables_json();

} // namespace haliclr::tuner
