// What the resource model prunes, and that it prunes all that the schedules refuse.
#include "tuner/resources.h"

#include <gtest/gtest.h>

namespace haliclr::tuner {
namespace {

Machine cpu(int lanes) {
    Machine machine;
    machine.backend = "cpu";
    machine.threads = 4;
    machine.lanes = lanes;
    machine.registers = lanes >= 16 ? 32 : 16;
    machine.second_cache = 1 << 20;
    return machine;
}

Machine gpu(const std::string &backend) {
    Machine machine;
    machine.backend = backend;
    return machine;
}

const Kernel forward{"ntxent_forward", "pairwise_forward", {{"loss", "ntxent"}}};
const Kernel views{"views_32", "views", {{"size", "32"}}};
const Kernel update{"lars", "multi_tensor", {{"rule", "lars"}}};

std::string pruned(const Kernel &kernel, const Values &values, const Machine &machine) {
    return why_pruned(kernel, values, Shape{}, machine);
}

TEST(TunerResources, RegisterBlocksFitTheVectorRegisters) {
    const Values block{
        {"block_rows", 48}, {"register_rows", 8}, {"register_vectors", 2}, {"sum_offsets", 8}};
    EXPECT_EQ(pruned(forward, block, cpu(8)), "vector registers 19 exceed 16");
    Values other = block;
    other["block_rows"] = 32;
    EXPECT_EQ(pruned(forward, other, cpu(16)), "");
}

TEST(TunerResources, RegisterBlocksDivideTheTile) {
    EXPECT_EQ(
        pruned(
            forward,
            {{"block_rows", 32}, {"register_rows", 6}, {"register_vectors", 1}, {"sum_offsets", 8}},
            cpu(8)),
        "register_rows 6 does not divide 32");
}

TEST(TunerResources, EveryThreadGetsATask) {
    Shape few;
    few.images = 20;
    EXPECT_EQ(why_pruned(views, {{"vector_width", 8}, {"images_per_task", 2}}, few, cpu(8)),
              "tasks 10 are fewer than 16");
    EXPECT_EQ(why_pruned(views, {{"vector_width", 8}, {"images_per_task", 1}}, few, cpu(8)), "");
}

TEST(TunerResources, BlocksOfThreadsAndSharedMemoryFitTheDevice) {
    EXPECT_EQ(pruned(views, {{"threads_x", 32}, {"threads_y", 64}}, gpu("cuda")),
              "threads a block 2048 exceed 1024");
    EXPECT_EQ(pruned(update, {{"chunks_per_block", 16}, {"threads", 128}}, gpu("opencl")),
              "threads a block 512 exceed 256");
    EXPECT_EQ(pruned(update, {{"chunks_per_block", 16}, {"threads", 128}}, gpu("cuda")), "");
    EXPECT_NE(
        pruned(forward, {{"block_rows", 64}, {"register_rows", 8}, {"sum_offsets", 8}}, gpu("cuda"))
            .find("bytes of shared memory"),
        std::string::npos);
}

TEST(TunerResources, TilesOfTheBlurFitInSharedMemory) {
    const Kernel any_size{"views", "views", {{"size", "0"}}};
    const Kernel large{"views_224", "views", {{"size", "224"}}};
    const Values tile{{"threads_x", 32}, {"threads_y", 16}, {"thread_rows", 2}, {"blur_rows", 2}};
    Shape shape;
    shape.size = 224;
    EXPECT_EQ(why_pruned(any_size, tile, shape, gpu("opencl")),
              "bytes of shared memory 33408 exceed 32768");
    EXPECT_EQ(why_pruned(any_size, tile, shape, gpu("cuda")), "");
    EXPECT_EQ(why_pruned(large, tile, shape, gpu("opencl")), "");
    const Kernel sharp{"views", "views", {{"size", "0"}, {"recipe", "crop | grey"}}};
    EXPECT_EQ(why_pruned(sharp, tile, shape, gpu("cuda")), "");
    EXPECT_EQ(pruned(views, tile, gpu("cuda")), ""); // no tiles
}

TEST(TunerResources, WarpsShareATileOnTensorCores) {
    const Kernel kernel{"ntxent_forward_tensor_tf32", "pairwise_forward_tensor", {}};
    const auto reason = [&](int rows, int strips, int half_strips) {
        const Values values{{"block_rows", rows},
                            {"warp_strips", strips},
                            {"warp_half_strips", half_strips},
                            {"sum_offsets", 16}};
        return why_pruned(kernel, values, Shape{}, gpu("cuda"));
    };
    EXPECT_EQ(reason(64, 2, 4), "");
    EXPECT_EQ(reason(32, 4, 4), "warp_strips 4 does not divide 2");
    EXPECT_EQ(reason(64, 2, 8), "warp_half_strips 8 does not divide 4");
    EXPECT_EQ(reason(64, 1, 2), "warps 16 does not divide 8");
}

TEST(TunerResources, TheStandardCandidateIsNeverPruned) {
    for (const Kernel &kernel : kernels()) {
        for (const Machine &machine : {cpu(8), cpu(16), gpu("cuda"), gpu("opencl")}) {
            if (!kernel.runs_on(machine.backend)) {
                continue;
            }
            const Space space = space_of(kernel, machine);
            const Candidates candidates = candidates_of(kernel, space, Shape{}, machine);
            EXPECT_EQ(
                std::count(candidates.legal.begin(), candidates.legal.end(), space.standard()), 1)
                << kernel.name;
            EXPECT_EQ(candidates.legal.size() + candidates.pruned.size(), space.all().size());
            for (const Pruned &left_out : candidates.pruned) {
                EXPECT_FALSE(left_out.reason.empty());
            }
        }
    }
}

} // namespace
} // namespace haliclr::tuner
