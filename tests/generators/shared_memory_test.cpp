// The pass that gives shared memory its place, on functions as LLVM writes them.
#include "generators/ptx/shared_memory.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/generators/occurrences.h"

namespace haliclr::ptx {
namespace {

const std::string header = ".version 7.0\n.target sm_80\n.address_size 64\n\n";

std::string function(const std::string &name, const std::string &instructions) {
    return ".visible .entry " + name + "()\n{\n\t.reg .b32 \t%r<9>;\n\t.reg .b64 \t%rd<9>;\n\n" +
           "\tmov.u32 \t%r1, %tid.x;\n\tmul.wide.u32 \t%rd5, %r1, 16;\n" + instructions +
           "\tret;\n}\n";
}

std::string placed(const std::string &text) {
    return place_shared_memory({text, "k.ptx"});
}

const std::string accesses = "\tst.shared.b32 \t[%rd5+8192], %r1;\n"
                             "\tst.shared.v4.b32 \t[%rd5], {%r1, %r1, %r1, %r1};\n"
                             "\tbar.sync \t0;\n"
                             "\tld.shared.v4.b32 \t{%r2, %r3, %r4, %r5}, [%rd5+-16];\n";

TEST(SharedMemory, EveryAccessCountsFromTheArray) {
    const std::string text = placed(header + function("f", accesses));
    EXPECT_EQ(count(text, ".extern .shared .align 16 .b8 block_memory[];\n"), 1u);
    EXPECT_EQ(count(text, "mov.b64 \t%shared, block_memory;\n"), 1u);
    EXPECT_EQ(count(text, "\tadd.s64 \t%shared_at, %rd5, %shared;\n"), 3u);
    EXPECT_NE(text.find("st.shared.b32 \t[%shared_at+8192], %r1;\n"), text.npos) << text;
    EXPECT_NE(text.find("{%r2, %r3, %r4, %r5}, [%shared_at+-16];\n"), text.npos) << text;
    EXPECT_EQ(count(text, "[%rd5"), 0u);
    EXPECT_LT(text.find(".extern"), text.find(".visible"));
    EXPECT_LT(text.find("block_memory;"), text.find("%shared_at, "));
}

TEST(SharedMemory, OnlyFunctionsThatUseItTakeItsAddress) {
    const std::string text =
        placed(header + function("f", "") + function("g", accesses) + function("h", ""));
    EXPECT_EQ(count(text, "mov.b64 \t%shared, block_memory;\n"), 1u);
    EXPECT_GT(text.find("block_memory;"), text.find("entry g"));
    EXPECT_LT(text.find("block_memory;"), text.find("entry h"));
}

TEST(SharedMemory, ATextWithoutStaysAsItIs) {
    const std::string text = header + function("f", "\t// nothing shared\n");
    EXPECT_EQ(placed(text), text);
    EXPECT_EQ(placed(text.substr(0, text.size() - 1)), text.substr(0, text.size() - 1));
    EXPECT_EQ(placed(""), "");
}

TEST(SharedMemory, OtherFormsAreRefusedWithTheirLine) {
    for (const std::string line :
         {"\tst.shared.b32 \t[8192], %r1;\n", "\tatom.shared.add.u32 \t%r1, [%rd5], %r2;\n",
          "\t@%p1 ld.shared.b32 \t%r1, [%rd5];\n", "\tcvta.shared.u64 \t%rd6, %rd5;\n"}) {
        try {
            placed(header + function("f", line));
            ADD_FAILURE() << line;
        } catch (const Error &error) {
            EXPECT_EQ(std::string(error.what()),
                      "k.ptx:12: an access to shared memory in a form that is not known");
        }
    }
}

TEST(SharedMemory, ChipsWithReservedBytesAssembleIt) {
    if (std::string(HALICLR_PTXAS_FILE).empty()) {
        GTEST_SKIP() << "no ptxas";
    }
    const auto folder = std::filesystem::path(testing::TempDir());
    std::ofstream(folder / "shared.ptx") << placed(header + function("f", accesses));
    for (const std::string chip : {"sm_80", "sm_90", "sm_120"}) {
        const std::string command = std::string(HALICLR_PTXAS_FILE) + " -arch " + chip + " -o " +
                                    (folder / "shared.cubin").string() + " " +
                                    (folder / "shared.ptx").string();
        EXPECT_EQ(std::system(command.c_str()), 0) << command;
    }
}

} // namespace
} // namespace haliclr::ptx
