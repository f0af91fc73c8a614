// Two children leave their results in shared memory, which this process compares.
#include "tuner/fuzz_trial.h"

#include "tuner/build_kernel.h"
#include "tuner/errors.h"
#include "tuner/problem.h"
#include "tuner/trial_process.h"

#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace haliclr::tuner {

namespace {

// All bits set: a NaN in each floating type.
void poison(const std::vector<Halide::Buffer<>> &outputs) {
    for (const Halide::Buffer<> &buffer : outputs) {
        std::memset(buffer.data(), 0xff, buffer.size_in_bytes());
    }
}

// Runs once and leaves the result.
class ResultTrial : public Trial {
public:
    ResultTrial(const FuzzCase &drawn, const Scheduling &scheduling, const Machine &machine,
                Problem &problem, Reference &result, const Tamper &tamper)
        : problem(problem), result(result), tamper(tamper),
          kernel(build_kernel(drawn.kernel, scheduling, machine, problem)) {}

    void check() override {
        poison(problem.outputs());
        problem.restore(); // outputs over inputs
        if (const int error = problem.call(kernel)) {
            throw std::runtime_error("the kernel ended with error " + std::to_string(error));
        }
        std::vector<Halide::Buffer<>> outputs = problem.outputs();
        if (tamper) {
            tamper(outputs);
        }
        result.store(outputs);
    }
    void run(int) override {}

private:
    Problem &problem;
    Reference &result;
    const Tamper &tamper;
    Halide::Callable kernel;
};

} // namespace

std::string FuzzVerdict::text() const {
    if (!compared) {
        return fault;
    }
    char numbers[96];
    std::snprintf(numbers, sizeof numbers, "largest difference %.3g, tolerance %.3g", worst.largest,
                  worst.tolerance);
    return (fault.empty() ? "agrees" : fault) + ", " + numbers;
}

FuzzVerdict run_case(const FuzzCase &drawn, const Machine &machine, double limit,
                     const Tamper &tamper) {
    FuzzVerdict verdict;
    Inputs inputs;
    try {
        inputs = make_inputs(drawn.kernel, drawn.shape, drawn.seed);
    } catch (const UsageError &error) {
        verdict.fault = error.what();
        return verdict;
    }
    const auto problem = make_problem(drawn.kernel, drawn.shape, machine, inputs, drawn.seed);
    Reference expected(problem->outputs(), problem->format);
    Reference found(problem->outputs(), problem->format);
    const Tamper honest;
    const auto leaving = [&](Reference &result, const Tamper &change) -> MakeTrial {
        return [&](const Scheduling &scheduling) {
            return std::make_unique<ResultTrial>(drawn, scheduling, machine, *problem, result,
                                                 change);
        };
    };
    TrialProcess reference(leaving(expected, honest), {{}, unscheduled}, limit);
    TrialProcess schedule(leaving(found, tamper), {drawn.values, ""}, limit);
    const std::string reference_fault = reference.ready().fault;
    verdict.fault = schedule.ready().fault;
    if (!reference_fault.empty()) {
        verdict.fault = "the unscheduled algorithm: " + reference_fault +
                        (verdict.fault.empty() ? "" : "; the schedule: " + verdict.fault);
    }
    if (verdict.fault.empty()) {
        verdict.compared = true;
        verdict.worst = expected.worst_difference(found);
        verdict.fault = verdict.worst.fault();
    }
    return verdict;
}

} // namespace haliclr::tuner
