// Failures of the CUDA driver as one line: which call, of which kernel, on which device, the
// driver's name of the code, and what to do.
#pragma once

#include "runtime/binding/cuda_driver.h"

#include <stdexcept>
#include <string>

namespace haliclr::runtime {

// Stays inside the runtime: Halide's frames cannot be unwound, so the entry points turn it into a
// message and a code.
class CudaFailure : public std::runtime_error {
public:
    CudaFailure(const std::string &text, bool out_of_memory)
        : std::runtime_error(text), out_of_memory(out_of_memory) {}

    const bool out_of_memory;
};

// Whether nothing more can run on the device from this process (an illegal address, an ECC error, a
// GPU that fell off the bus): every later call fails with the same code.
bool loses_device(CuResult result);

// Throws a CudaFailure unless `result` is success. where: "haliclr_unit_rows_cuda on cuda:1".
void require_success(const CudaDriver &driver, CuResult result, const char *call,
                     const std::string &where);

// What to do about a code; empty where there is no more to say than its name.
std::string remedy_of(const CudaDriver &driver, CuResult result);

// The CUDA version whose driver first reads PTX of the ISA version that the text names in its first
// lines (7.0 came with CUDA 11.0), as "11.0"; "11.0", the least of all kernels, where it names
// none.
std::string cuda_version_of_ptx(const std::string &text);

} // namespace haliclr::runtime
