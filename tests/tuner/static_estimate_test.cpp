// Loops of recorded assembly, and llvm-mca stood in for by a script.
#include "tuner/static_estimate.h"

#include "tests/tuner/scratch_folder.h"
#include "tuner/cycle_filter.h"

namespace haliclr::tuner {
namespace {

// Of ntxent_forward, shortened: a loop of two multiply-adds, and one that another label cuts.
const std::string assembly = R"(
	.text
ntxent_forward:                         # @ntxent_forward
	xorl	%ecx, %ecx
	.p2align	4
.LBB0_1:                                # %"for p"
                                        # =>This Inner Loop Header: Depth=1
	vmovups	(%r10,%rcx), %zmm3
	vfmadd231ps	(%r10,%r9){1to16}, %zmm3, %zmm28
	vfmadd231ps	4(%r10,%r9){1to16}, %zmm3, %zmm29 # accumulate
	addq	$64, %rcx
	cmpq	%rdx, %rcx
	jne	.LBB0_1
.LBB0_2:
	vfmadd231ps	%zmm1, %zmm2, %zmm3
	je	.LBB0_3
	jne	.LBB0_2
.LBB0_3:
	retq
)";

// llvm-mca's report, its first lines.
const std::string report = R"(Iterations:        100
Instructions:      600
Total Cycles:      409
Total uOps:        800

Dispatch Width:    6
Block RThroughput: 1.5
)";

TEST(StaticEstimate, FindsTheLoopsOfOneBlock) {
    const auto loops = innermost_loops(assembly);
    ASSERT_EQ(loops.size(), 1u);
    ASSERT_EQ(loops[0].size(), 6u);
    EXPECT_EQ(loops[0][2], "vfmadd231ps\t4(%r10,%r9){1to16}, %zmm3, %zmm29");
    EXPECT_TRUE(innermost_loops("").empty());
}

TEST(StaticEstimate, ReadsCyclesOfAnIteration) {
    EXPECT_DOUBLE_EQ(cycles_in(report).value(), 4.09);
    EXPECT_FALSE(cycles_in("error: found an unsupported instruction in the input assembly"));
    EXPECT_FALSE(cycles_in(""));
}

class StaticEstimateTool : public ScratchFolder {
protected:
    std::string tool(const std::string &script) {
        write("mca", "#!/bin/sh\n" + script);
        std::filesystem::permissions(folder / "mca", std::filesystem::perms::owner_all);
        return (folder / "mca").string();
    }
};

TEST_F(StaticEstimateTool, IsAskedForAnotherCpuWhereTheHostsIsUnknown) {
    const std::string knows_one =
        tool("case \"$*\" in *-mcpu=skylake-avx512*) cat <<'END'\n" + report +
             "END\n;; *) echo 'error: unknown' >&2; exit 1;; esac\n");
    EXPECT_TRUE(is_installed(knows_one));
    EXPECT_DOUBLE_EQ(estimate_cycles(assembly, knows_one).value(), 4.09 / 32);
}

TEST_F(StaticEstimateTool, GivesNoneWithoutAToolOrALoop) {
    EXPECT_FALSE(is_installed((folder / "none").string()));
    EXPECT_FALSE(estimate_cycles(assembly, (folder / "none").string()));
    EXPECT_FALSE(estimate_cycles("retq\n", tool("exit 0\n")));
}

TEST(RankCorrelation, IsThatOfSpearman) {
    EXPECT_DOUBLE_EQ(rank_correlation({{1, 10}, {2, 20}, {3, 1000}}), 1);
    EXPECT_DOUBLE_EQ(rank_correlation({{1, 3}, {2, 2}, {3, 1}}), -1);
    EXPECT_DOUBLE_EQ(rank_correlation({{1, 3}, {1, 2}, {1, 1}}), 0);
    EXPECT_NEAR(rank_correlation({{1, 1}, {1, 2}, {2, 3}}), 0.866, 1e-3);
}

} // namespace
} // namespace haliclr::tuner
