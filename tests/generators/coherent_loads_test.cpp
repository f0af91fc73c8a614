// The pass for kernels that work in place, and all passes one after another.
#include "generators/ptx/coherent_loads.h"

#include <gtest/gtest.h>

#include "generators/ptx/device_text.h"
#include "tests/generators/occurrences.h"

namespace haliclr::ptx {
namespace {

const std::string function = ".visible .entry f()\n{\n"
                             "\tld.global.nc.b32 \t%r1, [%rd1];\n"
                             "\tld.global.nc.v4.b32 \t{%r2, %r3, %r4, %r5}, [%rd1+16];\n"
                             "\tld.global.b32 \t%r6, [%rd2];\n"
                             "\tst.shared.b32 \t[%rd3], %r1;\n"
                             "\tret;\n}\n";

TEST(CoherentLoads, TakeThePlaceOfReadOnlyOnes) {
    const std::string text = load_coherently(function);
    EXPECT_EQ(count(text, ".nc."), 0u);
    EXPECT_NE(text.find("\tld.global.v4.b32 \t{%r2, %r3, %r4, %r5}, [%rd1+16];\n"), text.npos);
    EXPECT_EQ(count(text, "ld.global."), 3u);
    EXPECT_EQ(text.size(), function.size() - 2 * std::string("nc.").size());
}

TEST(CoherentLoads, OtherTextStaysAsItIs) {
    for (const std::string text : {"", "ld.global.b32 \t%r1, [%rd1];\n", "ld.global.n"}) {
        EXPECT_EQ(load_coherently(text), text);
    }
}

TEST(DeviceText, LoadsCoherentlyInPlaceOnly) {
    EXPECT_EQ(count(device_text({function, "f.ptx"}, true), ".nc."), 0u);
    const std::string apart = device_text({function, "f.ptx"}, false);
    EXPECT_EQ(count(apart, ".nc."), 2u);
    EXPECT_EQ(count(apart, "block_memory"), 2u);
}

} // namespace
} // namespace haliclr::ptx
