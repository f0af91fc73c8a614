// Names of devices and versions.
#include "bench/circumstances.h"

#include "machine/processor.h"
#include "runtime/binding/backend.h"
#include "runtime/binding/opencl.h"

#include <torch/version.h>

#include <ctime>

namespace haliclr::bench {

namespace {

std::string today() {
    const std::time_t now = std::time(nullptr);
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
    return text;
}

} // namespace

nlohmann::ordered_json gpu_circumstances(const runtime::CudaDriver &driver, int device) {
    int version = 0;
    driver.driver_version(&version);
    const int chip = runtime::chip_of_device(driver, device);
    return {{"gpu", runtime::device_name(driver, device)},
            {"compute_capability", runtime::capability_text(chip)},
            {"cuda_driver", runtime::cuda_version_text(version)}};
}

nlohmann::ordered_json circumstances(const std::string &command, at::Device device) {
    nlohmann::ordered_json json = {{"command", command},
                                   {"date", today()},
                                   {"cpu", processor_name()},
                                   {"instruction_sets", instruction_sets()},
                                   {"libtorch", TORCH_VERSION}};
    if (device.is_cuda()) {
        json.update(gpu_circumstances(*runtime::cuda_driver(), device.index()));
    } else if (runtime::wanted_backend("bench", device) == runtime::Backend::opencl) {
        json["opencl"] = runtime::opencl_device();
    }
    return json;
}

} // namespace haliclr::bench
