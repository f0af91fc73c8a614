// Builds the kernel, calls it, waits for the device.
#include "tuner/kernel_trial.h"

#include "tuner/trial_process.h"

#include <stdexcept>

namespace haliclr::tuner {

namespace {

// Which result a trial leaves for the others.
enum class Leaves { nothing, full, odd };

class KernelTrial : public Trial {
public:
    KernelTrial(KernelUnderTest &test, const Scheduling &scheduling, Leaves leaves)
        : test(test), leaves(leaves),
          kernel(build_kernel(test.kernel, scheduling, test.machine, *test.full)) {}

    void check() override {
        call(*test.odd);
        if (leaves == Leaves::odd) {
            test.expected_odd.store(test.odd->outputs());
            return;
        }
        compare(*test.odd, test.expected_odd, " at the odd shape");
        if (leaves == Leaves::full && !test.expected_odd.is_stored()) {
            test.expected_odd.store(test.odd->outputs());
        }
        call(*test.full);
        if (leaves == Leaves::full) {
            test.expected.store(test.full->outputs());
        } else {
            compare(*test.full, test.expected, "");
        }
    }

    void run(int calls) override {
        for (int i = 0; i < calls; ++i) {
            succeed(test.full->call(kernel));
        }
        synchronize();
    }

private:
    KernelUnderTest &test;
    const Leaves leaves;
    Halide::Callable kernel;

    static void succeed(int error) {
        if (error != 0) {
            throw std::runtime_error("the kernel ended with error " + std::to_string(error));
        }
    }

    void call(Problem &problem) {
        problem.restore();
        succeed(problem.call(kernel));
    }

    void synchronize() {
        for (Halide::Buffer<> buffer : test.full->outputs()) {
            if (buffer.has_device_allocation()) {
                buffer.device_sync();
            }
        }
    }

    static void compare(Problem &problem, const Reference &expected, const char *where) {
        const std::string difference =
            expected.is_stored() ? expected.difference(problem.outputs()) : "";
        if (!difference.empty()) {
            throw std::runtime_error(difference + where);
        }
    }
};

} // namespace

KernelUnderTest::KernelUnderTest(const Kernel &kernel, const Shape &shape, const Machine &machine,
                                 uint64_t seed)
    : kernel(kernel), machine(machine),
      full(make_problem(kernel, shape, machine, make_inputs(kernel, shape, seed), seed)),
      odd(make_problem(kernel, odd_shape(kernel, shape), machine,
                       make_inputs(kernel, odd_shape(kernel, shape), seed), seed)),
      expected(full->outputs()), expected_odd(odd->outputs()) {}

MakeTrial KernelUnderTest::maker() {
    return [this](const Scheduling &scheduling) {
        return std::make_unique<KernelTrial>(*this, scheduling, Leaves::nothing);
    };
}

std::string KernelUnderTest::compute_unscheduled(double limit) {
    const MakeTrial make = [this](const Scheduling &scheduling) {
        return std::make_unique<KernelTrial>(*this, scheduling, Leaves::odd);
    };
    return TrialProcess(make, {{}, unscheduled}, limit).ready().fault;
}

std::string KernelUnderTest::compute_standard(const Scheduling &standard, double limit) {
    const MakeTrial make = [this](const Scheduling &scheduling) {
        return std::make_unique<KernelTrial>(*this, scheduling, Leaves::full);
    };
    return TrialProcess(make, standard, limit).ready().fault;
}

} // namespace haliclr::tuner
