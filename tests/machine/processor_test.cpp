// Names of record files, and the instruction sets that a target needs.
#include "machine/processor.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace haliclr {
namespace {

TEST(Processor, NamesAFileByTheDevice) {
    EXPECT_EQ(slug_of("AMD EPYC"), "amd-epyc");
    EXPECT_EQ(slug_of("Intel(R) Xeon(R) CPU @ 2.20GHz"), "intel-r-xeon-r-cpu-2-20ghz");
    EXPECT_EQ(slug_of("??"), "unnamed");
}

TEST(Processor, OfWideVectorsHasRecordsOfItsOwn) {
    const std::string name = processor_name(), device = processor_device();
    EXPECT_EQ(device.find(name), 0u) << device;
    EXPECT_EQ(device.ends_with(", AVX-512"), missing_instruction_sets("-avx512").empty()) << device;
    EXPECT_EQ(slug_of("AMD EPYC, AVX-512"), "amd-epyc-avx-512");
}

TEST(Processor, MissesNothingForTheBaseline) {
    EXPECT_TRUE(missing_instruction_sets("").empty());
    EXPECT_TRUE(missing_instruction_sets(" ").empty());
}

TEST(Processor, NamesWhatAnInventedTargetNeeds) {
    const std::vector<std::string> missing = missing_instruction_sets("-sse99-avx512_beyond");
    EXPECT_EQ(missing, (std::vector<std::string>{"sse99", "avx512_beyond"}));
}

TEST(Processor, KnowsItsOwnByHalidesNames) {
    const std::vector<std::string> present = instruction_sets();
    const auto has = [&](const std::string &name) {
        return std::find(present.begin(), present.end(), name) != present.end();
    };
    EXPECT_EQ(missing_instruction_sets("-sse41").empty(), has("sse4_1"));
    EXPECT_EQ(missing_instruction_sets("-avx512-avx512_skylake").empty(),
              has("avx512f") && has("avx512bw"));
}

} // namespace
} // namespace haliclr
