// Builds the kernel, calls it, waits for the device.
#include "tuner/kernel_trial.h"

#include <stdexcept>

namespace haliclr::tuner {

namespace {

// Which result a trial leaves for the others.
enum class Leaves { nothing, full, odd };

class KernelTrial : public Trial {
public:
    KernelTrial(KernelUnderTest &test, const Scheduling &scheduling, Leaves leaves)
        : test(test), leaves(leaves), own_schedule(scheduling.autoscheduler.empty()),
          kernel(build_kernel(test.kernel, scheduling, test.machine, *test.full)) {}

    void check() override {
        // An autoscheduler's code needs buffers at least as large as its estimates.
        if (own_schedule || leaves == Leaves::odd) {
            call(*test.odd);
        }
        if (leaves == Leaves::odd) {
            test.expected_odd.store(test.odd->outputs());
            return;
        }
        // The reference at the odd shape may still be on its way when the one at the full shape is
        // made; the standard schedule is compared with it when it is tried like any other.
        if (leaves == Leaves::nothing && own_schedule) {
            compare(*test.odd, test.expected_odd, " at the odd shape");
        }
        call(*test.full);
        if (leaves == Leaves::full) {
            test.expected.store(test.full->outputs());
        } else {
            compare(*test.full, test.expected, "");
        }
    }

    void run(int calls) override { test.full->run(kernel, calls); }

private:
    KernelUnderTest &test;
    const Leaves leaves;
    const bool own_schedule;
    Halide::Callable kernel;

    void call(Problem &problem) {
        problem.restore();
        problem.run(kernel, 1);
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
    : kernel(kernel), machine(machine), inputs(make_inputs(kernel, shape, seed)),
      full(make_problem(kernel, shape, machine, inputs, seed)),
      odd(make_problem(kernel, odd_shape(kernel, shape), machine, inputs, seed)),
      expected(full->outputs(), full->format), expected_odd(odd->outputs(), odd->format) {}

MakeTrial KernelUnderTest::maker() {
    return [this](const Scheduling &scheduling) {
        return std::make_unique<KernelTrial>(*this, scheduling, Leaves::nothing);
    };
}

KernelUnderTest::Made KernelUnderTest::compute_references(const Scheduling &standard,
                                                          double limit) {
    const auto leaving = [this](Leaves leaves) -> MakeTrial {
        return [this, leaves](const Scheduling &scheduling) {
            return std::make_unique<KernelTrial>(*this, scheduling, leaves);
        };
    };
    TrialProcess reference(leaving(Leaves::odd), {{}, unscheduled}, limit);
    Made made;
    made.standard = std::make_unique<TrialProcess>(leaving(Leaves::full), standard, limit);
    made.unscheduled_fault = reference.ready().fault;
    made.fault = made.standard->ready().fault;
    if (!made.unscheduled_fault.empty() && made.fault.empty()) {
        TrialProcess instead(leaving(Leaves::odd), standard, limit);
        made.fault = instead.ready().fault;
    }
    return made;
}

} // namespace haliclr::tuner
