// Exceptions become faults here, as the drivers' functions give codes.
#include "tests/simulator/device.h"

#include <stdexcept>

namespace haliclr::simulator {

Program *Device::load(const char *text) {
    const std::lock_guard lock(mutex);
    try {
        programs.push_back(std::make_unique<Program>(parse(text)));
        return programs.back().get();
    } catch (const std::runtime_error &error) {
        fault = error.what();
        return nullptr;
    }
}

Function *Device::find(Program &program, const char *name) {
    const auto found = program.find(name);
    return found == program.end() ? nullptr : &found->second;
}

bool Device::launch(const Function &function, const Shape &shape, void *const *arguments) {
    const std::lock_guard lock(mutex);
    if (is_lost()) {
        return false;
    }
    try {
        if (launches >= last_launch) {
            throw std::runtime_error("the device is lost");
        }
        run_launch(function, shape, arguments, memory, ++launches);
        return true;
    } catch (const std::runtime_error &error) {
        fault = error.what();
        lost = true;
        return false;
    }
}

} // namespace haliclr::simulator
