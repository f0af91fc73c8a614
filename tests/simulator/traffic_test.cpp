// Requests of one warp.
#include "tests/simulator/traffic.h"

#include <gtest/gtest.h>

#include <sstream>

namespace haliclr::simulator {
namespace {

TEST(Traffic, CountsSectorsThatLanesShare) {
    Function function;
    function.instructions.resize(1);
    Instruction &load = function.instructions[0];
    load.opcode = "ld.global.b32";
    load.operands = {0, 1};
    load.bytes = 4;
    const auto line = [&](uint64_t distance) {
        Traffic traffic;
        for (int lane = 0; lane < 32; ++lane) {
            traffic.touch(function, load, lane, 4096 + distance * static_cast<uint64_t>(lane));
        }
        traffic.end_of_warp();
        std::ostringstream text;
        traffic.write(text, {7});
        return text.str();
    };
    EXPECT_EQ(line(0), ""); // one sector for all
    EXPECT_EQ(line(4), "");
    EXPECT_NE(line(16).find("line 7, ld.global.b32: 16 sectors a request where 4 would do"),
              std::string::npos)
        << line(16);
}

} // namespace
} // namespace haliclr::simulator
