// Each schedule of the multi-tensor updates against plain loops in double and against the
// unscheduled algorithm, in place as the runtime calls it.
#include "schedules/multi_tensor.h"
#include "tests/dsl/multi_tensor_run.h"

#include <cmath>

namespace haliclr {
namespace {

using dsl::MultiTensor;
using dsl::Precision;
using testing::MultiTensorCase;
using testing::Schedule;
using testing::UpdateOutput;
using testing::UpdateRun;

std::vector<MultiTensorCase> cases() {
    std::vector<MultiTensorCase> list;
    for (int size : {1, 31, 1025, 4099}) {
        list.emplace_back(std::vector<int>{size}, std::vector<int>{1});
    }
    list.emplace_back(std::vector<int>{0, 1, 37, 1024, 5 * 1024 + 13, 0, 150001},
                      std::vector<int>{1, 0, 1, 1, 1, 0, 1});
    list.emplace_back(std::vector<int>(211, 5), std::vector<int>(211, 1));
    return list;
}

const testing::LarsNumbers lars;
const testing::MomentumNumbers momentum;

void expect_rules(const Schedule &schedule, const Halide::Target &target) {
    for (const MultiTensorCase &original : cases()) {
        MultiTensorCase given = original;
        testing::expect_step(
            testing::run_update(given, {"lars", lars.list(), {}, true, {}}, schedule, target),
            testing::in_double(original, lars), "lars");
        given = original;
        testing::expect_step(testing::run_update(given,
                                                 {"momentum_sgd", momentum.list(), {}, true, {}},
                                                 schedule, target),
                             testing::in_double(original, momentum), "momentum_sgd");
    }
}

// Sums have one order on every back end, so that those carried over are those summed anew.
void expect_sums(const Schedule &schedule, const Halide::Target &target) {
    MultiTensorCase given = cases()[4], same = given;
    UpdateRun run{"lars", lars.list(), {}, false, {}};
    const UpdateOutput found = testing::run_update(given, run, schedule, target);
    std::copy_n(found.params.data(), given.params.size(), given.params.begin());
    same.params = given.params;
    const UpdateOutput anew = testing::run_update(given, run, schedule, target);
    run.form.carried = true;
    run.carried.assign(found.weight_squares.data(), found.weight_squares.data() + given.chunks());
    const UpdateOutput carried = testing::run_update(same, run, schedule, target);
    for (size_t i = 0; i < given.params.size(); ++i) {
        ASSERT_EQ(anew.params.data()[i], carried.params.data()[i]) << i;
    }
}

void expect_guard(const Schedule &schedule, const Halide::Target &target) {
    MultiTensorCase given = cases()[4];
    given.grads[given.offsets[4] + 5100] = std::nanf("");
    const MultiTensorCase before = given;
    const UpdateOutput found =
        testing::run_update(given, {"lars", lars.list(), {}, true, {}}, schedule, target);
    for (size_t i = 0; i < given.params.size(); ++i) {
        ASSERT_EQ(found.params.data()[i], before.params[i]);
        ASSERT_EQ(found.momenta.data()[i], before.momenta[i]);
    }
    for (int t = 0; t < given.count(); ++t) {
        EXPECT_EQ(found.verdict(0, t), t == 4 ? 0 : 1);
    }
}

void expect_low_precision(const Schedule &schedule, const Halide::Target &target) {
    MultiTensorCase given = cases()[4];
    std::vector<uint16_t> low;
    for (float &value : given.grads) {
        low.push_back(Halide::float16_t(value).to_bits());
        value = static_cast<float>(Halide::float16_t(value));
    }
    const auto expected = testing::in_double(given, lars);
    UpdateRun run{"lars", lars.list(), {}, true, {}};
    run.form.gradient = Precision::float16;
    const UpdateOutput found = testing::run_update(given, run, schedule, target, low);
    testing::expect_step(found, expected, "float16 gradients");
    for (size_t i = 0; i < given.params.size(); ++i) {
        ASSERT_EQ(found.copies.data()[i], Halide::float16_t(found.params.data()[i]).to_bits());
    }
}

void expect_equal(const Schedule &schedule, const Halide::Target &target) {
    expect_rules(schedule, target);
    expect_sums(schedule, target);
    expect_guard(schedule, target);
    expect_low_precision(schedule, target);
}

TEST(MultiTensorSchedules, Cpu) {
    const Halide::Target host = Halide::get_host_target();
    for (const schedules::MultiTensorCpu tuned :
         {schedules::MultiTensorCpu{}, schedules::MultiTensorCpu{16, 1},
          schedules::MultiTensorCpu{4, 7}}) {
        expect_equal([&](MultiTensor &update) { schedules::multi_tensor_cpu(update, tuned); },
                     host);
    }
}

TEST(MultiTensorSchedules, OpenCl) {
    const auto target = Halide::get_host_target().with_feature(Halide::Target::OpenCL);
    if (!Halide::host_supports_target_device(target)) {
        GTEST_SKIP() << "no OpenCL device";
    }
    expect_equal([](MultiTensor &update) { schedules::multi_tensor_opencl(update, {}); }, target);
}

Halide::Target cuda_target() {
    return Halide::get_host_target()
        .with_feature(Halide::Target::CUDA)
        .with_feature(Halide::Target::CUDACapability80);
}

TEST(MultiTensorSchedules, Cuda) {
    if (!Halide::host_supports_target_device(cuda_target())) {
        GTEST_SKIP() << "no CUDA device";
    }
    expect_equal([](MultiTensor &update) { schedules::multi_tensor_cuda(update, {}); },
                 cuda_target());
}

TEST(MultiTensorSchedules, RefuseTunablesOutOfRange) {
    MultiTensorCase given({5}, {1});
    auto with = [&](const Schedule &schedule) {
        testing::run_update(given, {"lars", lars.list(), {}, false, {}}, schedule,
                            Halide::get_host_target());
    };
    using namespace schedules;
    for (const MultiTensorCpu tuned : {MultiTensorCpu{5, 32}, MultiTensorCpu{8, 0}}) {
        EXPECT_THROW(with([&](MultiTensor &u) { multi_tensor_cpu(u, tuned); }),
                     std::invalid_argument);
    }
    for (const MultiTensorGpu tuned : {MultiTensorGpu{33, 256}, MultiTensorGpu{8, 192}}) {
        EXPECT_THROW(with([&](MultiTensor &u) { multi_tensor_cuda(u, tuned); }),
                     std::invalid_argument);
    }
    for (const MultiTensorGpu tuned : {MultiTensorGpu{9, 128}, MultiTensorGpu{4, 512}}) {
        EXPECT_THROW(with([&](MultiTensor &u) { multi_tensor_opencl(u, tuned); }),
                     std::invalid_argument);
    }
}

} // namespace
} // namespace haliclr
