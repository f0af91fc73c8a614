// A whole run whose views, loss, gradient and updates are made by the CUDA kernels, on the
// simulated device; the encoder stays LibTorch's on the CPU.
#include "tests/runtime/simulated_cuda.h"
#include "tiny_run.h"
#include "trainer/errors.h"

#include <nlohmann/json.hpp>

namespace haliclr::trainer {
namespace {

namespace fs = std::filesystem;

class SimulatedCudaRun : public TinyRun {
protected:
    fs::path run_on_cuda(const std::string &name) const {
        const runtime::OnSimulatedCuda cuda;
        const fs::path root = start(name);
        run(root);
        return root;
    }

    static std::vector<double> losses(const fs::path &root) {
        std::vector<double> found;
        std::ifstream lines(root / "metrics.jsonl");
        for (std::string line; std::getline(lines, line);) {
            const auto entry = nlohmann::json::parse(line);
            if (entry.contains("loss")) {
                found.push_back(entry["loss"]);
            }
        }
        return found;
    }
};

TEST_F(SimulatedCudaRun, TrainsAsOnTheCpu) {
    const fs::path here = start("cpu");
    run(here);
    const uint32_t before = runtime::simulated_cuda().device.launches;
    const std::vector<double> expected = losses(here), found = losses(run_on_cuda("cuda"));
    ASSERT_EQ(expected.size(), 12u);
    ASSERT_EQ(found.size(), expected.size());
    for (size_t step = 0; step < found.size(); ++step) {
        EXPECT_NEAR(found[step], expected[step], 2e-3) << "step " << step;
    }
    EXPECT_GT(runtime::simulated_cuda().device.launches - before, 12u * 20);
}

TEST_F(SimulatedCudaRun, ALostDeviceLeavesTheLastCheckpointAndResumesToTheSameBytes) {
    simulator::Device &device = runtime::simulated_cuda().device;
    const uint32_t before = device.launches;
    const std::string expected = bytes_of(last_checkpoint(run_on_cuda("straight")));
    ASSERT_FALSE(expected.empty());
    const uint32_t launches = device.launches - before;
    const fs::path root = start("lost");
    {
        const runtime::OnSimulatedCuda cuda;
        device.last_launch = device.launches + launches / 2;
        try {
            run(root);
            ADD_FAILURE() << "the run ended";
        } catch (const Error &error) {
            const std::string line = error.what();
            EXPECT_EQ(error.exit_code(), 1);
            EXPECT_NE(line.find("cuLaunchKernel"), std::string::npos) << line;
            EXPECT_NE(line.find("step-00000004.safetensors'; continue with --resume"),
                      std::string::npos)
                << line;
            EXPECT_EQ(line.find('\n'), std::string::npos) << line;
        }
        EXPECT_EQ(device.fault, "the device is lost");
        device.fault.clear();
        device.last_launch = UINT32_MAX;
        run(root);
    }
    EXPECT_EQ(bytes_of(last_checkpoint(root)), expected);
}

} // namespace
} // namespace haliclr::trainer
