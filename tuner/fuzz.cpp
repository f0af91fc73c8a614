// The loop and its summary.
#include "tuner/fuzz.h"

#include "tuner/interrupt.h"

#include <chrono>
#include <cstdio>
#include <optional>

namespace haliclr::tuner {

namespace {

using Clock = std::chrono::steady_clock;

struct Failure {
    FuzzCase drawn;
    std::string text;
};

class Fuzzer {
public:
    Fuzzer(const Settings &settings, const Machine &machine, const Tamper &tamper)
        : settings(settings), machine(machine), tamper(tamper) {}

    int run() {
        const auto start = Clock::now();
        for (uint64_t index = 0; wants_case(index, start) && !interrupted(); ++index) {
            run(settings.fuzz_case.value_or(case_seed(settings.seed, index)));
        }
        summarise();
        return !failures.empty() ? exit_code_of_differences : interrupted() ? 130 : 0;
    }

private:
    const Settings &settings;
    const Machine &machine;
    const Tamper &tamper;
    size_t count = 0;
    std::vector<Failure> failures;

    bool wants_case(uint64_t index, Clock::time_point start) const {
        if (settings.fuzz_case) {
            return index == 0;
        }
        const double spent = std::chrono::duration<double>(Clock::now() - start).count();
        return spent < settings.fuzz_seconds &&
               (settings.fuzz_cases == 0 || index < settings.fuzz_cases);
    }

    void run(uint64_t seed) {
        const FuzzCase drawn = draw_case(seed, settings.operators, machine);
        const FuzzVerdict verdict = run_case(drawn, machine, settings.trial_limit, tamper);
        const std::string text = std::to_string(seed) + "  " + drawn.text() + ": " + verdict.text();
        std::printf("%s\n", text.c_str());
        std::fflush(stdout);
        count++;
        if (!verdict.fault.empty()) {
            failures.push_back({drawn, text});
        }
    }

    void summarise() const {
        for (const Failure &failure : failures) {
            std::printf("\n%s\n  replay: %s\n", failure.text.c_str(),
                        replay_command(failure.drawn, machine).c_str());
        }
        const std::string of_run =
            settings.fuzz_case ? "" : " of seed " + std::to_string(settings.seed);
        std::printf("\n%zu cases%s%s, %zu with a fault\n", count, of_run.c_str(),
                    interrupted() ? ", interrupted" : "", failures.size());
    }
};

} // namespace

std::string replay_command(const FuzzCase &drawn, const Machine &machine) {
    return "haliclr tune --fuzz-case " + std::to_string(drawn.seed) + " --operator " +
           drawn.kernel.name + " --device " + machine.backend + " --threads " +
           std::to_string(machine.threads);
}

int fuzz(const Settings &settings, const Machine &machine, const Tamper &tamper) {
    return Fuzzer(settings, machine, tamper).run();
}

} // namespace haliclr::tuner
