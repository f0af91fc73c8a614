// haliclr doctor: what this machine offers and what each operator makes of it.
#include "trainer/cli/subcommands.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <ATen/Parallel.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <nlohmann/json.hpp>
#include <torch/version.h>

#include "machine/processor.h"
#include "runtime/binding/backend.h"
#include "runtime/binding/cuda_driver.h"
#include "runtime/binding/device_images.h"
#include "runtime/binding/opencl.h"
#include "runtime/specialization.h"
#include "trainer/cli/operator_call.h"
#include "trainer/report/json_file.h"

namespace haliclr::trainer {

namespace {

using nlohmann::ordered_json;

ordered_json devices() {
    ordered_json list = ordered_json::array({"cpu"});
    if (c10::impl::hasDeviceGuardImpl(at::kCUDA)) {
        const int count = c10::impl::getDeviceGuardImpl(at::kCUDA)->deviceCount();
        for (int i = 0; i < count; i++) {
            list.push_back("cuda:" + std::to_string(i));
        }
    }
    return list;
}

// "NVIDIA H100 80GB HBM3, compute capability 9.0" by the device's name in LibTorch.
ordered_json gpus(const ordered_json &devices) {
    ordered_json texts = ordered_json::object();
    const runtime::CudaDriver *driver = runtime::cuda_driver();
    for (size_t i = 1; driver != nullptr && i < devices.size(); i++) {
        const int device = static_cast<int>(i) - 1;
        const std::string name = runtime::device_name(*driver, device);
        texts[devices[i].get<std::string>()] =
            (name.empty() ? "unnamed" : name) + ", compute capability " +
            runtime::capability_text(runtime::chip_of_device(*driver, device));
    }
    return texts;
}

// The chips that the kernels were assembled for; others compile the PTX at the first call.
std::string cuda_images() {
    if (runtime::device_images().empty()) {
        return "none in this binary";
    }
    std::string text;
    for (const int chip : runtime::image_chips(runtime::device_images())) {
        text += "sm_" + std::to_string(chip) + " ";
    }
    return text.empty() ? "PTX alone: built without ptxas" : text + "and PTX";
}

std::string cuda_driver() {
    int version = 0;
    const runtime::CudaDriver *driver = runtime::cuda_driver();
    if (driver == nullptr) {
        return runtime::cuda_driver_problem();
    }
    return driver->driver_version(&version) == runtime::CuResult::success
               ? "for CUDA " + runtime::cuda_version_text(version)
               : "of an unknown version";
}

ordered_json examination() {
    // First, since it loads the libraries of the devices that it finds.
    const std::vector<runtime::OperatorInfo> operators =
        as_usage([] { return runtime::describe_backends(); });
    ordered_json json;
    json["version"] = HALICLR_VERSION;
    json["compiler"] = "g++ " __VERSION__;
    json["libtorch"] = TORCH_VERSION;
    json["cpu"] = processor_name();
    json["instruction_sets"] = instruction_sets();
    json["threads"] = at::get_num_threads();
    json["devices"] = devices();
    json["gpus"] = gpus(json["devices"]);
    json["cuda_driver"] = cuda_driver();
    json["cuda_images"] = cuda_images();
    const std::string &opencl = runtime::opencl_problem();
    json["opencl_device"] = opencl.empty() ? runtime::opencl_device() : opencl;
    std::error_code unknown;
    const auto space = std::filesystem::space(".", unknown);
    json["free_disk_bytes"] = unknown ? 0 : space.available;
    json["operators"] = ordered_json::array();
    for (const runtime::OperatorInfo &info : operators) {
        json["operators"].push_back(
            {{"operator", info.op}, {"backend", info.backend}, {"reason", info.reason}});
    }
    for (const runtime::FixedValue &fixed : runtime::fixed_values()) {
        json["specialized_to"][fixed.key] = fixed.value;
    }
    return json;
}

std::string joined(const ordered_json &list) {
    std::string text;
    for (const auto &item : list) {
        text += (text.empty() ? "" : " ") + item.get<std::string>();
    }
    return text;
}

void print(const ordered_json &json) {
    const std::array<std::pair<const char *, const char *>, 4> texts{{{"haliclr", "version"},
                                                                      {"compiler", "compiler"},
                                                                      {"LibTorch", "libtorch"},
                                                                      {"CPU", "cpu"}}};
    for (const auto &[name, key] : texts) {
        std::printf("%-18s%s\n", name, json[key].get<std::string>().c_str());
    }
    std::printf("%-18s%s\n", "instruction sets", joined(json["instruction_sets"]).c_str());
    std::printf("%-18s%d\n", "threads", json["threads"].get<int>());
    std::printf("%-18s%s\n", "devices", joined(json["devices"]).c_str());
    for (const auto &[device, text] : json["gpus"].items()) {
        std::printf("%-18s%s\n", device.c_str(), text.get<std::string>().c_str());
    }
    for (const auto &[name, key] :
         {std::pair{"CUDA driver", "cuda_driver"}, std::pair{"CUDA images", "cuda_images"},
          std::pair{"OpenCL device", "opencl_device"}}) {
        std::printf("%-18s%s\n", name, json[key].get<std::string>().c_str());
    }
    std::printf("%-18s%.1f GB in this folder's file system\n", "free disk",
                json["free_disk_bytes"].get<double>() / 1e9);
    std::printf("%-18s%-10s%s\n", "operator", "back end", "why");
    for (const auto &info : json["operators"]) {
        std::printf("%-18s%-10s%s\n", info["operator"].get<std::string>().c_str(),
                    info["backend"].get<std::string>().c_str(),
                    info["reason"].get<std::string>().c_str());
    }
    if (!json.contains("specialized_to")) {
        std::printf("%-18severy configuration that the trainer reads\n", "compiled for");
        return;
    }
    std::printf("compiled for one configuration\n");
    for (const auto &[key, value] : json["specialized_to"].items()) {
        std::printf("  %-18s%s\n", key.c_str(), value.get<std::string>().c_str());
    }
}

} // namespace

void add_doctor(CLI::App &app) {
    CLI::App *doctor = app.add_subcommand(
        "doctor", "Show versions, CPU, devices and the back end of each operator");
    auto json_file = std::make_shared<std::string>();
    doctor->add_option("--json", *json_file, "Also write this to a file");
    doctor->callback([json_file] {
        require_writable_place(*json_file, "--json");
        const ordered_json json = examination();
        print(json);
        if (!json_file->empty()) {
            write_json_file(*json_file, json);
        }
        for (const auto &info : json["operators"]) {
            if (info["backend"] == "none") {
                throw UsageError(info["reason"].get<std::string>());
            }
        }
    });
}

} // namespace haliclr::trainer
