// Fresh processes of this program.
#include "bench/start_up.h"

#include "bench/child_program.h"
#include "bench/stopwatch.h"
#include "runtime/binding/cuda_kernels.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace haliclr::bench {

namespace {

constexpr int processes = 3;

} // namespace

nlohmann::ordered_json load_kernels(at::Device device) {
    const c10::OptionalDeviceGuard guard(device);
    at::ones({1}, at::device(device)); // creates LibTorch's context
    Stopwatch(device).wait();
    const auto start = std::chrono::steady_clock::now();
    const size_t kernels = runtime::load_cuda_kernels();
    const std::chrono::duration<double, std::milli> spent =
        std::chrono::steady_clock::now() - start;
    return {{"kernels", kernels}, {"milliseconds", spent.count()}};
}

std::vector<StartUp> measure_start_up() {
    std::vector<StartUp> all = {{"any", 0, {}}, {"ptx", 0, {}}};
    for (StartUp &one : all) {
        for (int i = 0; i < processes; ++i) {
            const nlohmann::ordered_json answer =
                answer_of({"env", "CUDA_CACHE_DISABLE=1", "HALICLR_CUDA_IMAGES=" + one.images,
                           this_program().string(), "bench", "--device", "cuda", "--load-kernels"},
                          "loading the kernels (HALICLR_CUDA_IMAGES=" + one.images + ")");
            one.kernels = answer["kernels"];
            one.milliseconds.push_back(answer["milliseconds"]);
        }
        std::sort(one.milliseconds.begin(), one.milliseconds.end());
    }
    return all;
}

std::string to_text(const std::vector<StartUp> &all) {
    std::string text = "\ntime to load every CUDA kernel, in fresh processes without the driver's "
                       "cache\n";
    for (const StartUp &one : all) {
        char line[160];
        std::snprintf(line, sizeof line, "%-26s%6zu kernels%12.1f ms (%.1f..%.1f)\n",
                      ("HALICLR_CUDA_IMAGES=" + one.images).c_str(), one.kernels,
                      one.milliseconds[one.milliseconds.size() / 2], one.milliseconds.front(),
                      one.milliseconds.back());
        text += line;
    }
    return text;
}

nlohmann::ordered_json to_json(const std::vector<StartUp> &all) {
    auto json = nlohmann::ordered_json::array();
    for (const StartUp &one : all) {
        json.push_back(
            {{"images", one.images}, {"kernels", one.kernels}, {"milliseconds", one.milliseconds}});
    }
    return json;
}

} // namespace haliclr::bench
