// Trials of the roofline's kernels.
#include "tuner/device_roofs.h"

#include "dsl/roofline_limits.h"
#include "tuner/problems/roofline.h"
#include "tuner/trial_process.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace haliclr::tuner {

namespace {

Halide::Callable built(const std::string &name, const Machine &machine, Problem &problem) {
    return build_kernel({name, name, {}}, {}, machine, problem);
}

class CopyTrial : public Trial {
public:
    CopyTrial(const Machine &machine, int elements)
        : problem(copy_problem(elements)), kernel(built("roofline_copy", machine, *problem)) {}

    void check() override {
        problem->run(kernel, 1);
        Halide::Buffer<float> target = problem->outputs().front();
        target.copy_to_host();
        if (!std::all_of(target.begin(), target.end(), [](float value) { return value == 1; })) {
            throw std::runtime_error("the copy differs from its source");
        }
    }

    void run(int calls) override { problem->run(kernel, calls); }

private:
    std::unique_ptr<Problem> problem;
    Halide::Callable kernel;
};

// All rounds of a run are one launch, so that launches count for nothing.
class ChainsTrial : public Trial {
public:
    static constexpr int elements = 1 << 20; // enough threads for any device
    static constexpr int rounds_a_call = 8;

    explicit ChainsTrial(const Machine &machine)
        : problem(elements), kernel(built("roofline_chains", machine, problem)) {}

    void check() override {
        run(1);
        Halide::Buffer<float> total = problem.outputs().front();
        total.copy_to_host();
        const float expected = problem.expected();
        if (!(std::abs(total(elements - 1) - expected) <= 1e-3f * std::abs(expected))) {
            throw std::runtime_error("the chains of multiply-adds give a wrong sum");
        }
    }

    void run(int calls) override {
        problem.rounds = rounds_a_call * calls;
        problem.run(kernel, 1);
    }

private:
    ChainsProblem problem;
    Halide::Callable kernel;
};

// All rounds of a run are one launch, too.
class ProductsTrial : public Trial {
public:
    ProductsTrial(const Machine &machine, const std::string &type, int warps)
        : word_elements(dsl::roofline_word_elements(type)), problem(warps),
          kernel(
              build_kernel({"roofline_products_" + type, "roofline_products", {{"tensor", type}}},
                           {}, machine, problem)) {}

    void check() override {
        run(1);
        Halide::Buffer<float> total = problem.outputs().front();
        total.copy_to_host();
        const auto expected = static_cast<float>(dsl::roofline_products_total(1, word_elements));
        if (!std::all_of(total.begin(), total.end(),
                         [&](float value) { return value == expected; })) {
            throw std::runtime_error("the products on tensor cores give a wrong sum");
        }
    }

    void run(int calls) override {
        problem.rounds = calls;
        problem.run(kernel, 1);
    }

private:
    const int word_elements;
    ProductsProblem problem;
    Halide::Callable kernel;
};

// Milliseconds a call.
double fastest(const std::function<std::unique_ptr<Trial>()> &make, double limit) {
    TrialProcess trial([&](const Scheduling &) { return make(); }, {}, limit);
    Outcome outcome = trial.ready();
    if (outcome.fault.empty()) {
        outcome = trial.time({0.3, 10, 100});
    }
    if (!outcome.fault.empty()) {
        throw std::runtime_error(outcome.fault);
    }
    return *std::min_element(outcome.rounds.begin(), outcome.rounds.end());
}

// A few warps first, all that there are where the device is none that was built for speed.
double tensor_core_peak(const Machine &machine, const std::string &type, double limit) {
    constexpr int few = 1 << 8, many = 1 << 15;
    constexpr double slow = 1; // ms
    double peak = 0;
    for (const int warps : {few, many}) {
        const double time =
            fastest([&] { return std::make_unique<ProductsTrial>(machine, type, warps); }, limit);
        peak =
            dsl::roofline_products_flop(warps, 1, dsl::roofline_word_elements(type)) / time / 1e6;
        if (time > slow) {
            break;
        }
    }
    return peak;
}

} // namespace

double device_copy_rate(const Machine &machine, int64_t bytes, double limit) {
    constexpr int64_t most = 512 << 20, bytes_of_a_run = 2 * sizeof(float) * dsl::roofline_run;
    const int64_t runs = (std::min(bytes, most) + bytes_of_a_run - 1) / bytes_of_a_run;
    const int elements = static_cast<int>(std::max<int64_t>(1, runs)) * dsl::roofline_run;
    const double time =
        fastest([&] { return std::make_unique<CopyTrial>(machine, elements); }, limit);
    return 2.0 * sizeof(float) * elements / time / 1e6;
}

double device_peak(const Machine &machine, const std::string &factors, double limit) {
    if (factors != "fp32") {
        return tensor_core_peak(machine, factors, limit);
    }
    const double time = fastest([&] { return std::make_unique<ChainsTrial>(machine); }, limit);
    return dsl::roofline_flop(ChainsTrial::elements, ChainsTrial::rounds_a_call) / time / 1e6;
}

} // namespace haliclr::tuner
