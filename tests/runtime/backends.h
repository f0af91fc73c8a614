// Runs a check on every back end that this machine can run.
#pragma once

#include "runtime/binding/backend.h"
#include "runtime/binding/cuda.h"
#include "runtime/binding/opencl.h"
#include "tests/runtime/simulated_cuda.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace haliclr::runtime {

// Sets HALICLR_BACKEND for its lifetime.
class ForcedBackend {
public:
    explicit ForcedBackend(const std::string &name) { setenv("HALICLR_BACKEND", name.c_str(), 1); }
    ~ForcedBackend() { unsetenv("HALICLR_BACKEND"); }
    ForcedBackend(const ForcedBackend &) = delete;
    ForcedBackend &operator=(const ForcedBackend &) = delete;
};

// Sets the number of threads for its lifetime.
class Threads {
public:
    explicit Threads(int count) : before(at::get_num_threads()) { at::set_num_threads(count); }
    ~Threads() { at::set_num_threads(before); }
    Threads(const Threads &) = delete;
    Threads &operator=(const Threads &) = delete;

private:
    int before;
};

// A fixture over the names of the back ends; a back end that cannot run here is skipped. On
// simulated_cuda the CUDA kernels run on CPU tensors.
class EveryBackend : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        if (is_simulated()) {
            simulated.emplace();
            return;
        }
        const std::string problem = GetParam() == "cuda"     ? cuda_problem()
                                    : GetParam() == "opencl" ? opencl_problem()
                                                             : std::string();
        if (!problem.empty()) {
            GTEST_SKIP() << problem;
        }
        setenv("HALICLR_BACKEND", backend().c_str(), 1);
    }
    void TearDown() override {
        simulated.reset();
        unsetenv("HALICLR_BACKEND");
    }

    // The name that HALICLR_BACKEND knows.
    std::string backend() const { return is_simulated() ? "cuda" : GetParam(); }
    // Whether thousands of rows take minutes.
    bool is_simulated() const { return GetParam() == "simulated_cuda"; }
    at::Device device() const { return GetParam() == "cuda" ? at::kCUDA : at::kCPU; }

private:
    std::optional<OnSimulatedCuda> simulated;
};

inline std::string backend_name(const testing::TestParamInfo<std::string> &info) {
    return info.param;
}

inline const auto every_backend = testing::Values("cpu", "opencl", "cuda", "simulated_cuda");

// The text of the exception that a call throws; empty if it throws none.
template <typename Call>
std::string error_of(Call &&call) {
    try {
        call();
    } catch (const std::exception &error) {
        return error.what();
    }
    return {};
}

} // namespace haliclr::runtime

// The call must throw one line that holds every given part.
#define EXPECT_REFUSED(call, ...)                                                                  \
    do {                                                                                           \
        const std::string text = haliclr::runtime::error_of([&] { call; });                        \
        for (const std::string part : {__VA_ARGS__}) {                                             \
            EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' not in: " << text;  \
        }                                                                                          \
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;                                     \
    } while (false)
