// haliclr-launches DEVICE SECONDS THREADS: the host time of the same kernel's call under Halide's
// own runtime, whose entry points ours replace in every other program. Prints one line of JSON;
// exit code 1 with one line on stderr where a call fails.
#include "bench/call_times.h"

#include "kernels/haliclr_unit_rows_cpu.h"
#include "kernels/haliclr_unit_rows_cuda.h"
#include "kernels/haliclr_unit_rows_opencl.h"

#include <HalideBuffer.h>
#include <HalideRuntimeCuda.h>
#include <HalideRuntimeOpenCL.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace haliclr::bench {

namespace {

using Halide::Runtime::Buffer;

[[noreturn]] void fail(const std::string &reason) {
    std::fprintf(stderr, "haliclr-launches: %s\n", reason.substr(0, reason.find('\n')).c_str());
    std::exit(1);
}

void on_error(void *, const char *message) {
    fail(message);
}

struct Device {
    decltype(&haliclr_unit_rows_cpu) kernel;
    const halide_device_interface_t *interface; // null on the CPU
};

Device device_named(const std::string &name) {
    if (name == "cpu") {
        return {haliclr_unit_rows_cpu, nullptr};
    }
    if (name == "cuda") {
        return {haliclr_unit_rows_cuda, halide_cuda_device_interface()};
    }
    if (name == "opencl") {
        return {haliclr_unit_rows_opencl, halide_opencl_device_interface()};
    }
    fail("unknown device '" + name + "': choose cpu, cuda or opencl");
}

class Launches {
public:
    explicit Launches(const Device &device)
        : device(device), z(launch_columns, launch_rows), norms(launch_rows),
          unit(launch_columns, launch_rows) {
        z.fill(1);
        if (device.interface != nullptr) {
            z.set_host_dirty();
            z.copy_to_device(device.interface);
            norms.device_malloc(device.interface);
            unit.device_malloc(device.interface);
        }
    }

    nlohmann::ordered_json measure(const std::string &name, double seconds) {
        const CallTimes times = time_calls(
            [this] {
                if (device.kernel(nullptr, z, norms, unit) != 0) {
                    fail("the kernel failed");
                }
            },
            [this] {
                if (device.interface != nullptr) {
                    unit.device_sync();
                }
            },
            seconds);
        unit.copy_to_host();
        if (!(std::abs(unit(0, 0) * std::sqrt(float{launch_columns}) - 1) < 1e-3F)) {
            fail("a wrong result: its times would mean nothing");
        }
        return {{"name", name},
                {"median_us", times.median},
                {"fastest_us", times.fastest},
                {"slowest_us", times.slowest}};
    }

private:
    const Device device;
    Buffer<float, 2> z;
    Buffer<float, 1> norms;
    Buffer<float, 2> unit;
};

void run(const std::string &name, double seconds, int threads) {
    halide_set_error_handler(on_error);
    halide_set_num_threads(threads);
    const Device device = device_named(name);
    Launches launches(device);
    auto rows = nlohmann::ordered_json::array();
    rows.push_back(launches.measure("Halide's runtime", seconds));
    if (device.interface != nullptr) {
        halide_reuse_device_allocations(nullptr, true);
        rows.push_back(launches.measure("Halide's runtime, memory reused", seconds));
    }
    std::printf("%s\n", rows.dump().c_str());
}

} // namespace

} // namespace haliclr::bench

int main(int argc, char **argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: haliclr-launches cpu|cuda|opencl SECONDS THREADS\n");
        return 2;
    }
    haliclr::bench::run(argv[1], std::atof(argv[2]), std::atoi(argv[3]));
    return 0;
}
