// A second run knows what the first one tried.
#include "tuner/journal.h"

#include "tests/tuner/scratch_folder.h"

namespace haliclr::tuner {
namespace {

using Journals = ScratchFolder;

TEST_F(Journals, RememberAttemptsOfTheSameSubject) {
    const auto file = folder / "device.json";
    Journal journal(file, "lars | 8 parameters");
    EXPECT_TRUE(journal.earlier().empty());
    journal.add({{{"threads", 64}}, 1.5, 0.75, ""});
    journal.add({{{"threads", 128}}, std::nullopt, 1, "crashed"});
    journal.add({{{"threads", 64}}, 1.25, 0.5, ""});
    Journal(file, "lars | 9 parameters").add({{{"threads", 256}}, 9.0, 1, ""});

    const std::vector<Attempt> earlier = Journal(file, "lars | 8 parameters").earlier();
    ASSERT_EQ(earlier.size(), 2u);
    EXPECT_EQ(earlier[0].values.at("threads"), 64);
    EXPECT_EQ(earlier[0].milliseconds, 1.25) << "the last one counts";
    EXPECT_EQ(earlier[0].relative, 0.5);
    EXPECT_FALSE(earlier[1].milliseconds);
    EXPECT_EQ(earlier[1].fault, "crashed");
}

TEST_F(Journals, PassOverALineThatWasCutShort) {
    const auto file = folder / "device.json";
    Journal journal(file, "s");
    journal.add({{{"threads", 64}}, 1.5, 1, ""});
    std::ofstream(file.string() + ".journal", std::ios::app) << R"({"subject":"s","val)";
    EXPECT_EQ(journal.earlier().size(), 1u);
}

} // namespace
} // namespace haliclr::tuner
