// The CPU from /proc and sysconf, other devices from their drivers.
#include "tuner/machine.h"

#include "machine/processor.h"
#include "tuner/driver_query.h"
#include "tuner/errors.h"
#include "tuner/tables.h"

#include <Halide.h>

#include <cstdlib>
#include <thread>
#include <unistd.h>

namespace haliclr::tuner {

namespace {

int64_t cache_bytes(int name) {
    return std::max<int64_t>(0, sysconf(name));
}

// The first of the build's instruction sets that this CPU has: the code that the kernels run here.
std::string cpu_target() {
    const Halide::Target host = Halide::get_host_target();
    for (const std::string &text : kernel_targets()) {
        const Halide::Target target(text);
        bool runs = true;
        for (int f = 0; f < Halide::Target::FeatureEnd; ++f) {
            const auto feature = static_cast<Halide::Target::Feature>(f);
            runs = runs && (!target.has_feature(feature) || host.has_feature(feature));
        }
        if (runs) {
            return text;
        }
    }
    return host.to_string();
}

void describe_cpu(Machine &machine) {
    machine.target = cpu_target();
    const Halide::Target target(machine.target);
    machine.lanes = target.natural_vector_size<float>();
    machine.registers = machine.lanes >= 16 || target.arch == Halide::Target::ARM ? 32 : 16;
#ifdef _SC_LEVEL1_DCACHE_SIZE
    machine.first_cache = cache_bytes(_SC_LEVEL1_DCACHE_SIZE);
    machine.second_cache = cache_bytes(_SC_LEVEL2_CACHE_SIZE);
    machine.last_cache = cache_bytes(_SC_LEVEL3_CACHE_SIZE);
#endif
    machine.device = processor_name().empty() ? target.to_string() : processor_device();
}

void describe_gpu(Machine &machine) {
    const bool cuda = machine.backend == "cuda";
    const DeviceAnswer answer = query_device(machine.backend);
    if (!answer.fault.empty()) {
        throw UsageError("--device " + machine.backend + ": " + answer.fault);
    }
    for (const auto &[variable, value] : answer.environment) {
        setenv(variable.c_str(), value.c_str(), 1); // read by the processes that run candidates
    }
    machine.device = answer.name;
    machine.block_threads = answer.block_threads;
    machine.shared_bytes = answer.shared_bytes;
    machine.target = cpu_target() + (cuda ? "-cuda-cuda_capability_80" : "-opencl");
    machine.lanes = Halide::Target(machine.target).natural_vector_size<float>();
}

} // namespace

std::string Machine::slug() const {
    return slug_of(device);
}

std::string Machine::text() const {
    return backend == "cpu" ? std::to_string(threads) + " threads of " + device : device;
}

Machine find_machine(const std::string &backend, int threads) {
    Machine machine;
    machine.backend = backend;
    const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    machine.threads = threads > 0 ? threads : cores;
    if (backend == "cpu") {
        describe_cpu(machine);
    } else {
        describe_gpu(machine);
    }
    return machine;
}

} // namespace haliclr::tuner
