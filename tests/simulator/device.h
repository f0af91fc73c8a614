// A device: memory, loaded programs, and launches one after another.
#pragma once

#include "tests/simulator/launch.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace haliclr::simulator {

// May be used by several threads; a launch ends before another begins.
class Device {
public:
    DeviceMemory memory;
    // Of a text or of a launch, the last one; after one of a launch every other fails too, as on a
    // lost GPU, until it is cleared.
    std::string fault;
    uint32_t launches = 0;
    uint32_t last_launch = UINT32_MAX; // the device is lost after it

    // Null, with a fault, for a text that is not known. Programs live as long as the device.
    Program *load(const char *text);
    // Null where the program has no function of that name.
    static Function *find(Program &program, const char *name);
    // False, with a fault, where it went wrong.
    bool launch(const Function &function, const Shape &shape, void *const *arguments);
    bool is_lost() const { return lost && !fault.empty(); }

private:
    std::mutex mutex;
    std::vector<std::unique_ptr<Program>> programs;
    bool lost = false;
};

} // namespace haliclr::simulator
