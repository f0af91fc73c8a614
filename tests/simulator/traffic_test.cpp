// Requests of one warp.
#include "tests/simulator/traffic.h"

#include <gtest/gtest.h>

#include <sstream>

namespace haliclr::simulator {
namespace {

TEST(Traffic, CountsLinesAndSectorsThatLanesShare) {
    Function function;
    function.instructions.resize(1);
    Instruction &load = function.instructions[0];
    load.opcode = "ld.global.b32";
    load.operands = {0, 1};
    load.bytes = 4;
    const auto told = [&](uint64_t distance) {
        Traffic traffic;
        for (int lane = 0; lane < 32; ++lane) {
            traffic.touch(function, load, lane, 4096 + distance * static_cast<uint64_t>(lane));
        }
        traffic.end_of_warp();
        std::ostringstream text;
        traffic.write(text, {7});
        return text.str();
    };
    const auto sums = [](int lines, int sectors) {
        return "             device memory: 1 requests, " + std::to_string(lines) + " lines, " +
               std::to_string(sectors) + " sectors; shared memory: 0 passes\n";
    };
    EXPECT_EQ(told(0), sums(1, 1)); // one sector for all
    EXPECT_EQ(told(4), sums(1, 4));
    EXPECT_EQ(told(16),
              sums(4, 16) +
                  "             line 7, ld.global.b32: 16 sectors a request where 4 would "
                  "do, 100% of them all\n");
}

} // namespace
} // namespace haliclr::simulator
