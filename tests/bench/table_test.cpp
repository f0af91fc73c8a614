// The table says what bounds a row where that is not what bounds the first.
#include "bench/table.h"

#include <gtest/gtest.h>

namespace haliclr::bench {
namespace {

Row row_of(const std::string &name, const std::string &bound_of) {
    return {"ntxent", "forward", name, {2, 1, 3, std::nullopt}, 1, 10, "products", 1, bound_of, 0};
}

TEST(Table, NamesTheBoundsOfOtherKinds) {
    const std::string text = to_text({row_of("haliclr", "flop at the fp32 peak (1 ms)"),
                                      row_of("eager", "flop at the fp32 peak (2 ms)"),
                                      row_of("tensor", "flop at the tf32 peak of tensor cores")});
    EXPECT_NE(text.find("\n  bound: flop at the fp32 peak (1 ms)\n"
                        "  bound of tensor: flop at the tf32 peak of tensor cores\n"),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("bound of eager"), std::string::npos) << text;
}

TEST(Table, BoundsARowByItsOwnFactors) {
    const Roofline roofline{100, 90, 50, 400, 800};
    std::vector<Row> rows = {row_of("tensor", ""), row_of("eager", "")};
    bound_by_factors(rows, {"bf16", "fp32"}, 2e9, "flop", roofline);
    EXPECT_DOUBLE_EQ(rows[0].bound, 2.5);
    EXPECT_EQ(rows[0].bound_of, "flop at the bf16 peak of tensor cores");
    EXPECT_DOUBLE_EQ(rows[1].bound, 20);
    EXPECT_EQ(rows[1].bound_of, "flop at the fp32 peak");
}

TEST(Table, TellsThePeaksThatThereAre) {
    Roofline roofline{100, 90, 50, std::nullopt, std::nullopt};
    EXPECT_EQ(to_text(roofline), "fp32 peak 100 GFLOP/s (LibTorch's sgemm 90), memory 50.0 GB/s");
    roofline.tf32_gflops = 400;
    roofline.bf16_gflops = 800;
    EXPECT_EQ(to_text(roofline), "fp32 peak 100 GFLOP/s (LibTorch's sgemm 90), tensor cores 400 in "
                                 "tf32 and 800 in bf16, memory 50.0 GB/s");
}

} // namespace
} // namespace haliclr::bench
