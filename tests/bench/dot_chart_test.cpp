// The chart's dots: ours are told from those of others, also where a problem is all of ours.
#include "bench/dot_chart.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/generators/occurrences.h"

namespace haliclr::bench {
namespace {

Row row_of(const std::string &problem, const std::string &name) {
    return {"views", problem, name, {2, 1, 3, std::nullopt}, 1, 10, "views", 1, "flop", 0};
}

TEST(DotChart, ColoursOurs) {
    const auto file = std::filesystem::path(testing::TempDir()) / "haliclr_dots.svg";
    write_dot_chart(file, {row_of("512 images", "haliclr"), row_of("512 images", "LibTorch"),
                           row_of("cost by operator", "crop"),
                           row_of("cost by operator", "crop and blur")});
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    std::filesystem::remove(file);
    EXPECT_EQ(ptx::count(text.str(), "class=\"ours\""), 3) << text.str();
    EXPECT_EQ(ptx::count(text.str(), "class=\"theirs\""), 1) << text.str();
}

} // namespace
} // namespace haliclr::bench
