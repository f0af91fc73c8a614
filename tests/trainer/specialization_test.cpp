// Which kernels a configuration keeps, and what a specialized binary would compare.
#include "trainer/build/project.h"
#include "trainer/build/subprocess.h"
#include "trainer/errors.h"
#include "trainer_case.h"

#include <algorithm>
#include <fstream>

namespace haliclr::trainer {
namespace {

using Names = std::vector<std::string>;

Names sorted(Names names) {
    std::sort(names.begin(), names.end());
    return names;
}

std::string fixed_value_of(const Specialization &special, const std::string &key) {
    for (const auto &[known, value] : special.fixed) {
        if (known == key) {
            return value;
        }
    }
    return "none";
}

TEST(Specialization, KeepsThePassesOfItsModeAndItsRule) {
    Config config = tiny_config();
    config.loss.mode = "store";
    EXPECT_EQ(sorted(specialization_of(config, "cpu").kernels),
              sorted({"unit_rows", "pairwise_tiles", "ntxent_forward_tiles",
                      "ntxent_backward_tiles", "lars", "lars_carried"}));
    config.loss.mode = "store16";
    EXPECT_EQ(
        sorted(specialization_of(config, "cpu").kernels),
        sorted({"unit_rows", "pairwise_tiles", "pairwise_tiles_fixed", "ntxent_forward_tiles_fixed",
                "ntxent_backward_tiles_fixed", "lars", "lars_carried"}));
    config.loss.mode = "recompute";
    config.loss.kind = "nt_logistic";
    config.optimizer.kind = "momentum";
    EXPECT_EQ(sorted(specialization_of(config, "cpu").kernels),
              sorted({"unit_rows", "nt_logistic_forward", "nt_logistic_backward", "momentum_sgd"}));
    config.loss.mode = "hybrid";
    config.optimizer.kind = "adamw";
    EXPECT_EQ(sorted(specialization_of(config, "cpu").kernels),
              sorted({"unit_rows", "nt_logistic_stripe_sums", "nt_logistic_stripe_rows",
                      "nt_logistic_stripe_weights", "stripe_gradient"}));
}

TEST(Specialization, KeepsTheKernelsOfTensorCores) {
    Config config = tiny_config();
    config.loss.mode = "tensor";
    EXPECT_EQ(sorted(specialization_of(config, "cuda").kernels),
              sorted({"unit_rows", "ntxent_forward_tensor_tf32", "ntxent_backward_tensor_tf32",
                      "lars", "lars_carried"}));
    config.loss.kind = "nt_logistic";
    EXPECT_THROW(specialization_of(config, "cuda"), UsageError);
}

TEST(Specialization, LeavesTheLossOutWhereLibTorchComputesIt) {
    Config config = tiny_config();
    config.loss.temperature = 0.005;
    const Specialization special = specialization_of(config, "cpu");
    EXPECT_EQ(fixed_value_of(special, "loss.mode"), "exact");
    EXPECT_EQ(special.kernels, (Names{"lars", "lars_carried"}));
}

TEST(Specialization, DecidesWhatAutoIs) {
    const Specialization special = specialization_of(tiny_config(), "cpu");
    EXPECT_EQ(fixed_value_of(special, "loss.mode"), "store");
    EXPECT_EQ(special.rows, 18);
    EXPECT_EQ(special.columns, 8);
}

TEST(Specialization, FixesTheSequenceAndNotTheStrengths) {
    Config config = tiny_config(), stronger = tiny_config(), longer = tiny_config();
    config.view.recipe = "crop(0.2, 1) | flip";
    stronger.view.recipe = "crop(0.5, 1) | flip@0.1";
    longer.view.recipe = "crop(0.2, 1) | flip | grey@0.2";
    const auto sequence = [](const Config &of) {
        return fixed_value_of(specialization_of(of, "cpu"), "view.recipe");
    };
    EXPECT_EQ(sequence(config), sequence(stronger));
    EXPECT_NE(sequence(config), sequence(longer));
}

TEST(Specialization, FixesTheImageSizeOfDataThatHasOne) {
    Config config = tiny_config();
    config.data.source = "synthetic:100";
    const Specialization special = specialization_of(config, "cpu");
    EXPECT_EQ(fixed_value_of(special, "image size"), "32x32");
    EXPECT_EQ(special.image_height, 32);
    for (const char *source : {"", "fashion-mnist:/no/such"}) {
        config.data.source = source;
        EXPECT_EQ(fixed_value_of(specialization_of(config, "cpu"), "image size"), "none");
    }
}

TEST(Specialization, AddsTheEvaluationsCropWhereTheRecipeHasNone) {
    Config config = tiny_config();
    EXPECT_EQ(specialization_of(config, "cpu").recipes.size(), 1u);
    config.view.recipe = "flip | grey@0.2";
    EXPECT_EQ(specialization_of(config, "cpu").recipes,
              (Names{"flip | grey@0.2", "crop(0.08, 1)"}));
}

TEST(Specialization, TakesTheFeaturesWidthWithoutAHead) {
    Config config = tiny_config();
    config.head.kind = "none";
    EXPECT_EQ(specialization_of(config, "cpu").columns, make_encoder(config.model)->features());
}

TEST(Specialization, LetsTheGenericBinaryTakeAnything) {
    EXPECT_NO_THROW(require_specialized(tiny_config()));
}

TEST(BuildFolder, TakesOnlyItsOwnUnfinishedBuild) {
    const TemporaryFolder folder;
    const Config config = tiny_config();
    const Specialization special = specialization_of(config, "cpu");
    const TargetProcessor processor = this_processor();
    const BuildFolder fresh{folder.path / "new"}, used{folder.path / "used"};
    EXPECT_NO_THROW(require_free(fresh, special, processor));
    write_project(fresh, config, special, processor);
    EXPECT_NO_THROW(require_free(fresh, special, processor));
    Config other = config;
    other.view.size = 17;
    EXPECT_THROW(require_free(fresh, specialization_of(other, "cpu"), processor), UsageError);
    std::filesystem::create_directory(used.root);
    EXPECT_NO_THROW(require_free(used, special, processor));
    std::ofstream(used.root / "thesis.txt") << "precious";
    EXPECT_THROW(require_free(used, special, processor), UsageError);
}

TEST(Subprocess, HandsOnLinesAndExitCodes) {
    Names lines;
    const auto keep = [&](const std::string &line) { lines.push_back(line); };
    EXPECT_EQ(run_program({"sh", "-c", "echo a b; echo c >&2; printf d; exit 3"}, keep), 3);
    EXPECT_EQ(lines, (Names{"a b", "c", "d"}));
    EXPECT_EQ(run_program({"no-such-program-anywhere"}, keep), 127);
    EXPECT_EQ(run_program({"sh", "-c", "kill -9 $$"}, keep), 137);
}

} // namespace
} // namespace haliclr::trainer
