// haliclr-tune on the simulated CUDA device, which it opens as the driver's library.
#include "tests/trainer/command.h"
#include "tests/tuner/scratch_folder.h"

#include <nlohmann/json.hpp>

namespace haliclr::tuner {
namespace {

using nlohmann::json;

CommandResult run_on_device(const std::string &arguments) {
    return run_haliclr("--device cuda --threads 2 " + arguments,
                       "LD_LIBRARY_PATH='" HALICLR_SIMULATED_DRIVER "' ");
}

class SimulatedCuda : public ScratchFolder {};

TEST_F(SimulatedCuda, RandomCasesAgreeWithTheUnscheduledAlgorithms) {
    const CommandResult result = run_on_device("--fuzz 5m --cases 10 --seed 1");
    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_NE(result.output.find("simulated sm_80"), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("10 cases of seed 1, 0 with a fault"), std::string::npos)
        << result.output;
}

TEST_F(SimulatedCuda, TunesTensorCores) {
    const CommandResult result = run_on_device(
        "--operator ntxent_forward_tensor_tf32 --rows 64 --columns 32 --budget 20s --out '" +
        (folder / "device.json").string() + "' --json '" + (folder / "r.json").string() + "'");
    ASSERT_EQ(result.exit_code, 0) << result.output;
    const json operation = json::parse(read("r.json"))["operators"][0];
    EXPECT_TRUE(operation["checked_against_unscheduled"]);
    EXPECT_EQ(operation["default"]["warp_strips"], 2);
    EXPECT_GE(operation["tried"].size(), 2u);
    for (const json &tried : operation["tried"]) {
        EXPECT_GT(tried.value("ms", 0.0), 0) << tried;
    }
    EXPECT_NE(operation["bound"].get<std::string>().find("at the tf32 peak of tensor cores"),
              std::string::npos)
        << operation;
}

TEST_F(SimulatedCuda, KernelsOnTensorCoresAreCudas) {
    const CommandResult result = run_haliclr("--operator ntxent_forward_tensor_tf32");
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.output, "haliclr tune: --operator ntxent_forward_tensor_tf32 is made for cuda "
                             "alone; use --device cuda\n");
}

} // namespace
} // namespace haliclr::tuner
