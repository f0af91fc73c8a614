// Calls in this process and in others.
#include "bench/launches.h"

#include "bench/child_program.h"
#include "bench/stopwatch.h"
#include "runtime/ops/kernels.h"
#include "runtime/ops/unit_rows.h"
#include "trainer/errors.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <HalideRuntime.h>

#include <cstdio>
#include <filesystem>

namespace haliclr::bench {

namespace {

using nlohmann::ordered_json;
using runtime::Backend;

std::vector<LaunchRow> launches_under_halide(const std::string &device, double seconds) {
    const auto program = this_program().parent_path() / "haliclr-launches";
    if (!std::filesystem::exists(program)) {
        throw trainer::Error("[bench] " + program.string() +
                             " is missing: build it with 'cmake --build --preset release --target "
                             "haliclr_launches'");
    }
    std::vector<LaunchRow> rows;
    for (const ordered_json &row : answer_of({program.string(), device, std::to_string(seconds),
                                              std::to_string(at::get_num_threads())},
                                             program.filename().string())) {
        rows.push_back({row["name"], {row["median_us"], row["fastest_us"], row["slowest_us"]}});
    }
    return rows;
}

// The compiled kernel alone: its buffers are made once.
CallTimes time_kernel(const at::Tensor &z, double seconds) {
    const at::Tensor norms = at::empty({launch_rows}, z.options()), unit = at::empty_like(z);
    runtime::KernelCall call("unit_rows", z.device());
    halide_buffer_t *const in = call.read("z", z), *const first = call.write("norms", norms),
                           *const second = call.write("unit", unit);
    auto *const kernel = runtime::kernels::unit_rows.on(call.backend());
    const Stopwatch stopwatch(z.device());
    int status = 0;
    const CallTimes times = time_calls(
        [&] { status = status != 0 ? status : kernel(call.context(), in, first, second); },
        [&] {
            stopwatch.wait();
            if (call.backend() == Backend::opencl) {
                halide_device_sync(const_cast<void *>(call.context()), second);
            }
        },
        seconds);
    call.finish(status);
    return times;
}

} // namespace

std::vector<LaunchRow> measure_launches(at::Device device, double seconds) {
    const at::NoGradGuard no_gradients;
    const at::Tensor z = at::ones({launch_rows, launch_columns}, at::device(device));
    const std::string backend = runtime::backend_for("unit_rows", device);
    const Stopwatch stopwatch(device);
    const auto wait = [&] { stopwatch.wait(); };
    std::vector<LaunchRow> rows = {{"compiled kernel", time_kernel(z, seconds)}};
    for (LaunchRow &row : launches_under_halide(backend, seconds)) {
        rows.push_back({"compiled kernel, " + row.name, row.times});
    }
    rows.push_back({"operator unit_rows",
                    time_calls([&] { runtime::unit_rows("unit_rows", z); }, wait, seconds)});
    at::Tensor doubled = at::empty_like(z);
    rows.push_back(
        {"LibTorch's mul", time_calls([&] { at::mul_out(doubled, z, z); }, wait, seconds)});
    return rows;
}

std::string to_text(const std::vector<LaunchRow> &rows) {
    char line[160];
    std::snprintf(line, sizeof line,
                  "\nhost time of a call: unit_rows, %d rows of %d columns\n%-50s%10s%20s\n",
                  launch_rows, launch_columns, "", "median us", "fastest..slowest");
    std::string text = line;
    for (const LaunchRow &row : rows) {
        char range[32];
        std::snprintf(range, sizeof range, "%.3g..%.3g", row.times.fastest, row.times.slowest);
        std::snprintf(line, sizeof line, "%-50s%10.2f%20s\n", row.name.c_str(), row.times.median,
                      range);
        text += line;
    }
    return text;
}

nlohmann::ordered_json to_json(const std::vector<LaunchRow> &rows) {
    auto json = ordered_json::array();
    for (const LaunchRow &row : rows) {
        json.push_back({{"name", row.name},
                        {"median_us", row.times.median},
                        {"fastest_us", row.times.fastest},
                        {"slowest_us", row.times.slowest}});
    }
    return json;
}

} // namespace haliclr::bench
