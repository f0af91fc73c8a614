// The fuzzer: cases follow from their seeds, and whatever is wrong is found and replays.
#include "tuner/fuzz.h"

#include "dsl/view_sequence.h"
#include "tuner/fuzz_recipe.h"
#include "tuner/machine.h"
#include "tuner/operators.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <limits>
#include <set>
#include <unistd.h>

namespace haliclr::tuner {
namespace {

const Machine &this_machine() {
    static const Machine machine = find_machine("cpu", 2);
    return machine;
}

TEST(TunerFuzzCase, FollowsFromItsSeedAndOperator) {
    std::set<std::string> texts, generators;
    for (uint64_t index = 0; index < 100; ++index) {
        const uint64_t seed = case_seed(7, index);
        const FuzzCase drawn = draw_case(seed, kernels_for("cpu"), this_machine());
        const auto only = operators_named({drawn.kernel.name}, "cpu");
        EXPECT_EQ(draw_case(seed, kernels_for("cpu"), this_machine()).text(), drawn.text());
        EXPECT_EQ(draw_case(seed, only, this_machine()).text(), drawn.text());
        texts.insert(drawn.text());
        generators.insert(drawn.kernel.generator);
    }
    EXPECT_GT(texts.size(), 95u);
    EXPECT_GT(generators.size(), 8u);
    EXPECT_NE(case_seed(7, 0), case_seed(8, 0));
}

TEST(TunerFuzzCase, ImagesHaveSidesAndSizesOfTheirOwn) {
    size_t square = 0, equal = 0, mixed = 0;
    for (uint64_t index = 0; index < 200; ++index) {
        const Shape shape =
            draw_case(case_seed(5, index), operators_named({"draws"}, "cpu"), this_machine()).shape;
        if (shape.image_sizes.empty()) {
            square++;
            continue;
        }
        ASSERT_EQ(shape.image_sizes.size(), static_cast<size_t>(shape.images));
        std::set<std::pair<int, int>> sizes;
        for (const ImageSize &size : shape.image_sizes) {
            EXPECT_TRUE(size.height > 0 && size.width > 0);
            sizes.insert({size.height, size.width});
        }
        (sizes.size() == 1 ? equal : mixed)++;
    }
    EXPECT_GT(std::min({square, equal, mixed}), 20u);
}

// Each kernel gets the temperatures that the runtime gives it.
TEST(TunerFuzzCase, LossesHaveNumbersOfTheirOwn) {
    for (const char *name : {"ntxent_forward", "ntxent_forward_tiles_fixed",
                             "margin_triplet_backward", "nt_logistic_stripe_sums"}) {
        const auto kernel = operators_named({name}, "cpu");
        const bool is_ntxent = std::string(name).starts_with("ntxent");
        const bool is_fixed = std::string(name).ends_with("fixed");
        std::set<float> temperatures;
        size_t semi_hard = 0;
        for (uint64_t index = 0; index < 100; ++index) {
            const Shape shape = draw_case(case_seed(5, index), kernel, this_machine()).shape;
            EXPECT_GE(shape.temperature, is_fixed ? 0.1F : is_ntxent ? 0.025F : 0.005F) << name;
            EXPECT_LE(shape.temperature, 10.001F);
            temperatures.insert(shape.temperature);
            semi_hard += shape.semi_hard;
        }
        EXPECT_GT(temperatures.size(), 40u);
        EXPECT_TRUE(is_ntxent ? semi_hard == 0 : semi_hard > 20) << name;
    }
}

TEST(TunerFuzzCase, RecipesHaveSequences) {
    size_t asymmetric = 0, simclr = 0;
    for (uint64_t seed = 0; seed < 300; ++seed) {
        SplitMix random(seed);
        const std::string recipe = random_recipe(random);
        EXPECT_NO_THROW(dsl::sequence_of(dsl::parse_recipe(recipe))) << recipe;
        asymmetric += recipe.find("||") != std::string::npos;
        simclr += recipe.starts_with("simclr: ");
    }
    EXPECT_GT(asymmetric, 30u);
    EXPECT_GT(simclr, 30u);
}

struct FuzzRun {
    int exit_code;
    std::string output;
};

class TunerFuzz : public testing::Test {
protected:
    Settings settings;

    void SetUp() override {
        settings.operators = operators_named({"unit_rows"}, "cpu");
        settings.seed = 3;
        settings.fuzz_seconds = 100;
        settings.fuzz_cases = 1;
    }

    FuzzRun run(const Tamper &tamper = {}) {
        testing::internal::CaptureStdout();
        const int exit_code = fuzz(settings, this_machine(), tamper);
        return {exit_code, testing::internal::GetCapturedStdout()};
    }

    void expect_fault(const Tamper &tamper, const std::string &fault) {
        const FuzzRun found = run(tamper);
        EXPECT_EQ(found.exit_code, exit_code_of_differences);
        EXPECT_NE(found.output.find(fault), std::string::npos) << found.output;
    }
};

TEST_F(TunerFuzz, WrongResultsAreFoundAndReplay) {
    const Tamper wrong = [](std::vector<Halide::Buffer<>> &outputs) {
        outputs[0].as<float>()(0) += 1;
    };
    const FuzzRun first = run(wrong);
    EXPECT_EQ(first.exit_code, exit_code_of_differences);
    EXPECT_NE(first.output.find("wrong result: 1 of "), std::string::npos) << first.output;
    EXPECT_NE(first.output.find("1 cases of seed 3, 1 with a fault"), std::string::npos);
    const uint64_t seed = case_seed(3, 0);
    const std::string replay = "replay: haliclr tune --fuzz-case " + std::to_string(seed) +
                               " --operator unit_rows --device cpu --threads 2\n";
    EXPECT_NE(first.output.find(replay), std::string::npos) << first.output;

    settings.seed = 99;
    settings.fuzz_case = seed;
    const FuzzRun second = run(wrong);
    EXPECT_EQ(second.exit_code, exit_code_of_differences);
    const auto line = [](const FuzzRun &run) {
        return run.output.substr(0, run.output.find('\n'));
    };
    EXPECT_EQ(line(first), line(second));
    EXPECT_EQ(run().exit_code, 0) << "the kernel itself";
}

TEST_F(TunerFuzz, ElementsWithoutANumberAreFound) {
    expect_fault(
        [](std::vector<Halide::Buffer<>> &outputs) {
            outputs[1].as<float>()(0, 0) = std::numeric_limits<float>::quiet_NaN();
        },
        "elements of output 1 differ");
}

TEST_F(TunerFuzz, CrashesAndHangsAreFound) {
    expect_fault([](std::vector<Halide::Buffer<>> &) { std::raise(SIGSEGV); },
                 "crashed (Segmentation fault)");
    settings.trial_limit = 10;
    expect_fault([](std::vector<Halide::Buffer<>> &) { pause(); }, "no answer in 10 s");
}

} // namespace
} // namespace haliclr::tuner
