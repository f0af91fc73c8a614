// The unscheduled multi-tensor updates against plain loops in double.
#include "tests/dsl/multi_tensor_run.h"

#include <limits>

namespace haliclr {
namespace {

using dsl::Precision;
using testing::LarsNumbers;
using testing::MomentumNumbers;
using testing::MultiTensorCase;
using testing::UpdateOutput;
using testing::UpdateRun;

UpdateOutput run(MultiTensorCase given, const UpdateRun &update) {
    return testing::run_update(given, update, testing::unscheduled, Halide::get_host_target());
}

template <typename Numbers>
void expect_step(const std::string &rule, const MultiTensorCase &given, const Numbers &numbers) {
    testing::expect_step(run(given, {rule, numbers.list(), {}, false, {}}),
                         testing::in_double(given, numbers), rule);
}

// Rate outside, separate norms, clipped, Nesterov: every scalar counts.
LarsNumbers larc() {
    LarsNumbers numbers;
    numbers.gain = 1;
    numbers.rate = 0.3;
    numbers.norm_decay = 0;
    numbers.zero_decay = 0;
    numbers.epsilon = 1e-3;
    numbers.cap = 0.018;
    numbers.velocity_share = 0.9;
    numbers.push_share = 1;
    return numbers;
}

MomentumNumbers nesterov() {
    return {0.1, 0.9, 0.3, 0.9, 1};
}

void expect_all_rules(const MultiTensorCase &given) {
    expect_step("lars", given, LarsNumbers{});
    expect_step("lars", given, larc());
    expect_step("momentum_sgd", given, MomentumNumbers{});
    expect_step("momentum_sgd", given, nesterov());
}

TEST(MultiTensorAlgorithm, EmptyOneOddAndLargeTensors) {
    expect_all_rules({{0, 1, 1024, 1025, 31, 0, 70001}, {1, 1, 1, 1, 1, 1, 1}});
}

TEST(MultiTensorAlgorithm, HundredsOfTinyTensors) {
    std::vector<int> sizes, adapt;
    for (int t = 0; t < 300; ++t) {
        sizes.push_back(1 + t % 67);
        adapt.push_back(t % 3 != 0);
    }
    expect_all_rules({sizes, adapt, 64});
}

TEST(MultiTensorAlgorithm, ZeroNorms) {
    MultiTensorCase given({40, 40, 40, 40}, {1, 1, 0, 1}, 32);
    given.fill(given.params, 0, 0.0f);
    given.fill(given.params, 1, 0.0f);
    given.fill(given.grads, 1, 0.0f);
    given.fill(given.grads, 2, 0.0f);
    given.fill(given.grads, 3, 0.0f);
    expect_all_rules(given);
}

TEST(MultiTensorAlgorithm, TensorsThatDoNotAdaptGetNeitherDecayNorRatio) {
    expect_all_rules({{100, 100}, {0, 1}, 64});
}

TEST(MultiTensorAlgorithm, LarsByHand) {
    MultiTensorCase given({1}, {1}, 32);
    given.params[0] = 2;
    given.grads[0] = 0.5;
    given.momenta[0] = 0;
    LarsNumbers numbers;
    numbers.trust = 0.001;
    numbers.weight_decay = numbers.norm_decay = 0.5;
    numbers.gain = 0.1;
    const UpdateOutput found = run(given, {"lars", numbers.list(), {}, false, {}});
    EXPECT_FLOAT_EQ(found.momenta(0, 0), 0.0002f);
    EXPECT_FLOAT_EQ(found.params(0, 0), 1.9998f);
}

TEST(MultiTensorAlgorithm, CarriedSumsGiveTheSameBits) {
    MultiTensorCase given({3000, 7, 1024}, {1, 1, 0});
    LarsNumbers numbers = larc();
    numbers.cap = 1;
    const UpdateOutput first = run(given, {"lars", numbers.list(), {}, false, {}});
    std::copy_n(first.params.data(), given.params.size(), given.params.begin());
    std::copy_n(first.momenta.data(), given.momenta.size(), given.momenta.begin());
    UpdateRun anew{"lars", numbers.list(), {}, false, {}}, carried = anew;
    carried.form.carried = true;
    carried.carried.assign(first.weight_squares.data(),
                           first.weight_squares.data() + given.chunks());
    const UpdateOutput second = run(given, anew), same = run(given, carried);
    for (size_t i = 0; i < given.params.size(); ++i) {
        ASSERT_EQ(second.params.data()[i], same.params.data()[i]) << i;
    }
    carried.carried[0] *= 4; // so the sums do come from there
    EXPECT_NE(run(given, carried).params.data()[0], second.params.data()[0]);
}

TEST(MultiTensorAlgorithm, ANonFiniteSumUpdatesNothing) {
    for (const float bad : {std::numeric_limits<float>::infinity(), std::nanf(""), 1e30f}) {
        for (const std::string rule : {"lars", "momentum_sgd"}) {
            MultiTensorCase given({50, 3000, 20}, {1, 1, 0});
            given.grads[given.offsets[1] + 2500] = bad;
            const auto scalars = rule == "lars" ? LarsNumbers{}.list() : MomentumNumbers{}.list();
            const UpdateOutput found = run(given, {rule, scalars, {}, false, {}});
            for (size_t i = 0; i < given.params.size(); ++i) {
                ASSERT_EQ(found.params.data()[i], given.params[i]);
                ASSERT_EQ(found.momenta.data()[i], given.momenta[i]);
            }
            EXPECT_EQ(found.verdict(0, 0), 1);
            EXPECT_EQ(found.verdict(0, 1), 0);
            EXPECT_EQ(found.verdict(0, 2), 1);
        }
    }
}

TEST(MultiTensorAlgorithm, LowPrecisionGradientsAndCopies) {
    MultiTensorCase given({1, 1500}, {1, 1});
    std::vector<uint16_t> low;
    for (float &value : given.grads) {
        low.push_back(Halide::bfloat16_t(value).to_bits());
        value = static_cast<float>(Halide::bfloat16_t(value));
    }
    UpdateRun update{"lars", larc().list(), {}, false, {}};
    const UpdateOutput wide = run(given, update);
    update.form.gradient = Precision::bfloat16;
    const UpdateOutput found =
        testing::run_update(given, update, testing::unscheduled, Halide::get_host_target(), low);
    for (size_t i = 0; i < given.params.size(); ++i) {
        ASSERT_EQ(found.params.data()[i], wide.params.data()[i]) << i;
        ASSERT_EQ(found.copies.data()[i], Halide::bfloat16_t(found.params.data()[i]).to_bits());
    }
}

TEST(MultiTensorAlgorithm, RefusesAChunkThatIsNoMultipleOfTheStrandsAndAnUnknownRule) {
    EXPECT_THROW(expect_step("lars", {{8}, {1}, 48}, LarsNumbers{}), std::invalid_argument);
    EXPECT_THROW(expect_step("adam", {{8}, {1}}, LarsNumbers{}), std::invalid_argument);
}

} // namespace
} // namespace haliclr
