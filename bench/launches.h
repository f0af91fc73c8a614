// The host's way to a kernel's launch, beside Halide's own runtime.
#pragma once

#include "bench/call_times.h"

#include <c10/core/Device.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace haliclr::bench {

struct LaunchRow {
    std::string name;
    CallTimes times;
};

// Calls of unit_rows: the compiled kernel with its buffers made before, under our runtime, then
// under Halide's own (by the program haliclr-launches beside this one); our operator, which
// allocates its results; and one elementwise operator of LibTorch. OpenCL where HALICLR_BACKEND
// says so. Throws trainer::Error where that program is missing or fails.
std::vector<LaunchRow> measure_launches(at::Device device, double seconds);

std::string to_text(const std::vector<LaunchRow> &rows);
nlohmann::ordered_json to_json(const std::vector<LaunchRow> &rows);

} // namespace haliclr::bench
