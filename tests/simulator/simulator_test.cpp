// The simulated device on small programs: what it computes, and what it refuses.
#include "tests/simulator/launch.h"
#include "tests/simulator/operations.h"
#include "tests/simulator/product.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace haliclr::simulator {
namespace {

constexpr auto bits = put<float>;
constexpr auto number_of = get<float>;

// A function `run` with the addresses of two arrays in %in and %out.
std::string program(const std::string &body) {
    return R"(.version 7.0
.target sm_80
.address_size 64
.extern .shared .align 16 .b8 block_memory[];
.visible .entry run(
	.param .u64 .ptr .align 1 run_param_0,
	.param .u64 .ptr .align 1 run_param_1,
	.param .u32 run_param_2
)
{
	.reg .pred %p<4>;
	.reg .b32 %r<20>;
	.reg .b64 %in, %out, %at, %to, %shared;
	ld.param.b64 %in, [run_param_0]; // a comment; with a semicolon
	ld.param.b64 %out, [run_param_1];
	mov.b64 %shared, block_memory;
	mov.u32 %r0, %tid.x;
	mul.wide.u32 %at, %r0, 4;
	add.s64 %to, %out, %at;
	add.s64 %at, %in, %at;
	add.s64 %shared, %shared, %at;
	sub.s64 %shared, %shared, %in;
)" + body + "\tret;\n}\n";
}

class Launch : public testing::Test {
protected:
    static constexpr int count = 64;
    DeviceMemory memory;
    float *in = static_cast<float *>(memory.allocate(count * sizeof(float)));
    float *out = static_cast<float *>(memory.allocate(count * sizeof(float)));
    uint32_t launches = 0;

    void SetUp() override {
        for (int k = 0; k < count; ++k) {
            in[k] = static_cast<float>(k);
        }
    }

    // Empty, or the fault.
    std::string run(const std::string &body, Shape shape = {{1, 1, 1}, {count, 1, 1}, 4 * count}) {
        int given = 7;
        void *arguments[] = {&in, &out, &given};
        try {
            const Program parsed = parse(program(body));
            run_launch(parsed.at("run"), shape, arguments, memory, ++launches);
        } catch (const std::runtime_error &error) {
            return error.what();
        }
        return {};
    }
    void expect_fault(const std::string &body, const std::string &what,
                      Shape shape = {{1, 1, 1}, {count, 1, 1}, 4 * count}) {
        const std::string fault = run(body, shape);
        EXPECT_NE(fault.find(what), std::string::npos) << fault;
    }
};

TEST_F(Launch, EveryThreadComputesItsElement) {
    EXPECT_EQ(run(R"(
	ld.global.nc.b32 %r1, [%at];
	ld.param.b32 %r2, [run_param_2];
	cvt.rn.f32.s32 %r2, %r2;
	setp.gt.f32 %p1, %r1, 0f41200000;
	@%p1 bra $large;
	mov.b32 %r2, 0f3F800000;
$large:
	{ .reg .b32 twice; add.f32 twice, %r1, %r1; fma.rn.f32 %r1, twice, %r2, 0fBF800000; }
	st.global.b32 [%to], %r1;
)"),
              "");
    EXPECT_EQ(out[10], 2 * 10 * 1 - 1);
    EXPECT_EQ(out[11], 2 * 11 * 7 - 1);
}

TEST_F(Launch, ABarrierOrdersTheThreadsOfABlock) {
    const std::string write = "\tld.global.b32 %r1, [%at];\n\tst.shared.b32 [%shared], %r1;\n";
    const std::string read = R"(
	xor.b32 %r2, %r0, 63;
	mul.wide.u32 %at, %r2, 4;
	mov.b64 %shared, block_memory;
	add.s64 %shared, %shared, %at;
	ld.shared.b32 %r1, [%shared];
	st.global.b32 [%to], %r1;
)";
    EXPECT_EQ(run(write + "\tbar.sync 0;\n" + read), "");
    EXPECT_EQ(out[5], 58);
    expect_fault(write + read, "with no barrier between");
}

TEST_F(Launch, RefusesRacesInDeviceMemory) {
    expect_fault("\tst.global.b32 [%out], %r0;\n", "writes what another thread writes");
    expect_fault("\tst.global.b32 [%to], %r0;\n\tld.global.b32 %r1, [%out];\n",
                 "reads what another thread writes");
    expect_fault("\tld.global.b32 %r1, [%out+252];\n\tst.global.b32 [%to], %r0;\n",
                 "writes what another thread reads");
    // Two blocks, although a barrier stands between.
    expect_fault("\tst.global.b32 [%to], %r0;\n\tbar.sync 0;\n\tmov.u32 %r2, %ctaid.x;\n"
                 "\tst.global.b32 [%to], %r2;\n",
                 "block 1 0 0, thread 0 0 0", {{2, 1, 1}, {1, 1, 1}, 0});
    EXPECT_EQ(run("\tst.global.b32 [%out], 1;\n"), ""); // the first write of 1 changes the value
    EXPECT_EQ(out[0], number_of(1));
}

TEST_F(Launch, RefusesReadOnlyLoadsOfWhatIsWritten) {
    expect_fault("\tld.global.nc.b32 %r1, [%to];\n\tst.global.b32 [%to], %r1;\n",
                 "reads as read-only");
    expect_fault("\tst.global.b32 [%to], 3;\n\tld.global.nc.b32 %r1, [%to];\n",
                 "reads as read-only");
}

TEST_F(Launch, RefusesAddressesOutsideAllocations) {
    expect_fault("\tld.global.b32 %r1, [%at+4];\n", "thread 63 0 0, line");
    expect_fault("\tld.global.b32 %r1, [%at+4];\n", "no allocation holds the address");
    expect_fault("\tld.global.b32 %r1, [%at+2];\n", "not aligned");
    expect_fault("\tld.global.v2.b32 {%r1, %r2}, [%at];\n", "not aligned");
    expect_fault("\tst.shared.b32 [%shared+4], %r0;\n", "beyond the block's shared memory");
    expect_fault("\tmov.b64 %shared, 0;\n\tst.shared.b32 [%shared], %r0;\n",
                 "beyond the block's shared memory");
}

TEST_F(Launch, RefusesABarrierThatSomeThreadsSkip) {
    expect_fault("\tsetp.lt.u32 %p1, %r0, 40;\n\t@%p1 bra $end;\n\tbar.sync 0;\n$end:\n",
                 "some threads of the block end");
}

TEST_F(Launch, RefusesWhatItDoesNotKnow) {
    expect_fault("\tatom.global.add.u32 %r1, [%out], 1;\n", "line 23: an instruction that is not");
    expect_fault("\tadd.s32 %r1, %r99, 1;\n", "no register %r99");
    expect_fault("\tbra $nowhere;\n", "no label $nowhere");
}

// By lanes that read words of one column, whose distance is a row of shared memory.
TEST_F(Launch, ProfilesInstructionsAndBanksWhereAskedTo) {
    testing::FLAGS_gtest_death_test_style = "threadsafe"; // a process that has not run any yet
    const std::string file = testing::TempDir() + "haliclr-profile-" + std::to_string(getpid());
    setenv("HALICLR_SIMULATOR_PROFILE", file.c_str(), 0); // the child keeps its parent's
    const auto profiled = [&] {
        const std::string column =
            "\tmul.wide.u32 %at, %r0, 128;\n\tmov.b64 %shared, block_memory;\n"
            "\tadd.s64 %shared, %shared, %at;\n"
            "\tst.shared.b32 [%shared], %r0;\n";
        std::exit(run(column, {{1, 1, 1}, {32, 1, 1}, 32 * 128}) == "" ? 0 : 1);
    };
    EXPECT_EXIT(profiled(), testing::ExitedWithCode(0), "");
    std::ostringstream text;
    text << std::ifstream(std::getenv("HALICLR_SIMULATOR_PROFILE")).rdbuf();
    EXPECT_EQ(text.str(),
              "100.0%  448  run, 14 instructions\n"
              "         100%  line 14 to 27, 14 instructions, 32 times each\n"
              "             device memory: 0 requests, 0 lines, 0 sectors; shared memory: 32 "
              "passes\n"
              "             line 26, st.shared.b32: 32.0 passes a request where 1.0 would do, "
              "100% of them all\n");
    std::remove(std::getenv("HALICLR_SIMULATOR_PROFILE"));
    unsetenv("HALICLR_SIMULATOR_PROFILE");
}

// A, B and C in fragments, words of a lane one after another, as docs/tensor-cores.md lays them
// out.
const std::string product_of_words = R"(
	mul.wide.u32 %at, %r0, 40;
	add.s64 %at, %in, %at;
	ld.global.b32 %r1, [%at];
	ld.global.b32 %r2, [%at+4];
	ld.global.b32 %r3, [%at+8];
	ld.global.b32 %r4, [%at+12];
	ld.global.b32 %r5, [%at+16];
	ld.global.b32 %r6, [%at+20];
	ld.global.b32 %r7, [%at+24];
	ld.global.b32 %r8, [%at+28];
	ld.global.b32 %r9, [%at+32];
	ld.global.b32 %r10, [%at+36];
	MMA {%r11, %r12, %r13, %r14}, {%r1, %r2, %r3, %r4}, {%r5, %r6}, {%r7, %r8, %r9, %r10};
	mul.wide.u32 %to, %r0, 16;
	add.s64 %to, %out, %to;
	st.global.v4.b32 [%to], {%r11, %r12, %r13, %r14};
)";

class Product : public Launch {
protected:
    void SetUp() override {
        in = static_cast<float *>(memory.allocate(warp_lanes * 40));
        out = static_cast<float *>(memory.allocate(warp_lanes * 16));
    }
    static float a(int row, int k) { return static_cast<float>((row * 7 + k * 3) % 11 - 5); }
    static float b(int k, int column) { return static_cast<float>((k * 5 + column * 2) % 7 - 3); }
    static float c(int row, int column) { return static_cast<float>(row - 2 * column); }

    static std::string text(const std::string &instruction) {
        std::string body = product_of_words;
        return body.replace(body.find("MMA"), 3, instruction);
    }
    // per_word: depth that a word of 32 bits holds.
    template <typename Word>
    void fill(int lane, Word word) {
        auto *const words = reinterpret_cast<uint32_t *>(in) + 10 * lane;
        for (int r = 0; r < 4; ++r) {
            const int row = lane / 4 + 8 * (r % 2), k = lane % 4 + 4 * (r / 2);
            words[r] = word([&](int depth) { return a(row, depth); }, k);
            const int result_row = lane / 4 + 8 * (r / 2), column = 2 * (lane % 4) + r % 2;
            words[6 + r] = static_cast<uint32_t>(bits(c(result_row, column)));
        }
        for (int r = 0; r < 2; ++r) {
            words[4 + r] = word([&](int depth) { return b(depth, lane / 4); }, lane % 4 + 4 * r);
        }
    }
    void expect_product(int depth) {
        for (int lane = 0; lane < warp_lanes; ++lane) {
            for (int r = 0; r < 4; ++r) {
                const int row = lane / 4 + 8 * (r / 2), column = 2 * (lane % 4) + r % 2;
                float sum = c(row, column);
                for (int k = 0; k < depth; ++k) {
                    sum += a(row, k) * b(k, column);
                }
                EXPECT_EQ(out[4 * lane + r], sum) << lane << " " << r;
            }
        }
    }
    static constexpr Shape warp{{1, 1, 1}, {warp_lanes, 1, 1}, 0};
};

TEST_F(Product, OfTf32) {
    for (int lane = 0; lane < warp_lanes; ++lane) {
        fill(lane, [](auto value, int k) { return to_tf32(value(k)) | 0x1fff; }); // ignored bits
    }
    EXPECT_EQ(run(text("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"), warp), "");
    expect_product(8);
}

TEST_F(Product, OfBf16) {
    for (int lane = 0; lane < warp_lanes; ++lane) {
        fill(lane, [](auto value, int k) {
            return to_bf16(value(2 * k)) | uint32_t(to_bf16(value(2 * k + 1))) << 16;
        });
    }
    EXPECT_EQ(run(text("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"), warp), "");
    expect_product(16);
}

TEST_F(Product, NeedsEveryLane) {
    const std::string product = text("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32");
    const std::string some = "\tsetp.eq.u32 %p1, %r0, 5;\n\t@%p1 bra $end;\n";
    expect_fault(some + product + "$end:\n", "some lanes of the warp", warp);
    expect_fault(product, "not full", {{1, 1, 1}, {31, 1, 1}, 0});
}

} // namespace
} // namespace haliclr::simulator
