// Kernels with made-up images over a stand-in for the driver.
#pragma once

#include "runtime/binding/cuda_failure.h"
#include "runtime/binding/cuda_launch.h"
#include "runtime/binding/text_hash.h"
#include "tests/runtime/cuda_stand_in.h"

#include <HalideRuntime.h>
#include <gtest/gtest.h>

namespace haliclr::runtime {

inline const char ptx[] = "//\n.version 7.0\n.target sm_80\n";
inline const char other_ptx[] = "//\n.version 8.5\n.target sm_80\n";
inline const KernelText kernel{{ptx, sizeof ptx - 1}}, other{{other_ptx, sizeof other_ptx - 1}};
inline const unsigned char cubin80[] = "80", cubin86[] = "86", cubin90[] = "90", cubin100[] = "100",
                           rewritten[] = ".version 8.0";

inline DeviceImage image_of(int chip, const unsigned char *begin, std::string_view text = ptx) {
    return {"haliclr_unit_rows_cuda", text_hash(text), without_ending(text).size(), chip, begin, 3};
}

inline std::vector<DeviceImage> usual_images() {
    return {image_of(0, nullptr), image_of(80, cubin80), image_of(86, cubin86),
            image_of(90, cubin90), image_of(100, cubin100)};
}

class CudaModulesTest : public testing::Test {
protected:
    CudaStandIn driver;
    std::vector<DeviceImage> images = usual_images();
    CudaModules modules{driver.table(), images, ImageChoice::any};

    static CudaPlace on(int device) {
        driver_of().set_current_context(CudaStandIn::context_of(device));
        return {CudaStandIn::context_of(device), device, stream_of(device)};
    }
    static CuStream stream_of(int device) {
        return reinterpret_cast<CuStream>(static_cast<uintptr_t>(device) + 100);
    }
    static const CudaDriver &driver_of() { return CudaStandIn::table(); }

    void run(const KernelText &text, const CudaPlace &place, const char *entry = "f",
             LaunchShape shape = {{7, 2, 1}, {32, 4, 1}, 0}) {
        size_t sizes[] = {8, 4, 0};
        halide_buffer_t buffer{};
        buffer.device = 0xABCD;
        int number = 5;
        void *values[] = {&buffer, &number, nullptr};
        int8_t is_buffer[] = {1, 0, 0};
        modules.load(text, place);
        launch(driver.table(), modules, text, place, entry, shape, {sizes, values, is_buffer});
    }

    // The text of the failure; it must be one line.
    template <typename Work>
    static std::string failure_of(const Work &work) {
        try {
            work();
        } catch (const CudaFailure &failure) {
            EXPECT_EQ(std::string(failure.what()).find('\n'), std::string::npos);
            return failure.what();
        }
        return "no failure";
    }
};

inline void expect_parts(const std::string &text, const std::vector<std::string> &parts) {
    for (const std::string &part : parts) {
        EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' not in: " << text;
    }
}

} // namespace haliclr::runtime
