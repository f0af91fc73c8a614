// The spaces as data.
#include "tuner/space.h"

#include <gtest/gtest.h>

namespace haliclr::tuner {
namespace {

Machine machine(const std::string &backend, int lanes = 8) {
    Machine made_up;
    made_up.backend = backend;
    made_up.lanes = lanes;
    made_up.registers = lanes >= 16 ? 32 : 16;
    made_up.threads = 2;
    return made_up;
}

TEST(TunerSpace, EveryKernelHasOneOnItsBackends) {
    ASSERT_FALSE(kernels().empty());
    for (const Kernel &kernel : kernels()) {
        for (const std::string &backend : kernel.backends) {
            const Space space = space_of(kernel, machine(backend));
            for (const Tunable &tunable : space.tunables) {
                EXPECT_GT(tunable.values.front(), 0) << kernel.name << " " << tunable.name;
            }
            EXPECT_EQ(space.differing(space.standard()), Values());
        }
    }
}

TEST(TunerSpace, TakesTheSchedulesOwnValuesForTheMachine) {
    const Kernel forward{"ntxent_forward", "pairwise_forward", {{"loss", "ntxent"}}};
    EXPECT_EQ(space_of(forward, machine("cpu", 8)).standard().at("block_rows"), 48);
    EXPECT_EQ(space_of(forward, machine("cpu", 16)).standard().at("block_rows"), 32);
}

TEST(TunerSpace, LeavesBlockRowsToAllKernelsThatShareTiles) {
    const Kernel reads{"ntxent_forward_tiles", "pairwise_forward", {{"reads_tiles", "true"}}};
    EXPECT_FALSE(space_of(reads, machine("cpu")).standard().contains("block_rows"));
    const Kernel stores{"pairwise_tiles", "pairwise_tiles", {}};
    EXPECT_FALSE(space_of(stores, machine("cpu")).standard().contains("block_rows"));
}

TEST(TunerSpace, KnowsRowsOfAThreadWhereViewsGoByTiles) {
    const auto rows = [](const std::string &size, const std::string &recipe) {
        const Kernel kernel{"views", "views", {{"size", size}, {"recipe", recipe}}};
        const Values values = space_of(kernel, machine("opencl")).standard();
        return std::pair(values.contains("thread_rows"), values.contains("blur_rows"));
    };
    EXPECT_EQ(rows("0", "crop | blur"), std::pair(true, true));
    EXPECT_EQ(rows("224", "crop | blur"), std::pair(true, true));
    EXPECT_EQ(rows("32", "crop | blur"), std::pair(false, false));
    EXPECT_EQ(rows("0", "crop | grey"), std::pair(true, false));
}

TEST(TunerSpace, RecordsHoldWhatDiffers) {
    const Kernel update{"lars", "multi_tensor", {{"rule", "lars"}}};
    const Space space = space_of(update, machine("cuda"));
    Values values = space.standard();
    values["threads"] = 256;
    EXPECT_EQ(space.differing(values), (Values{{"threads", 256}}));
    EXPECT_EQ(space.completed({{"threads", 256}}), values);
    EXPECT_TRUE(space.knows({{"threads", 256}}));
    EXPECT_FALSE(space.knows({{"thread", 256}}));
    EXPECT_EQ(space.all().size(), 6u * 4u);
}

} // namespace
} // namespace haliclr::tuner
