// The command haliclr-tune, which `haliclr tune` starts: exit codes 0 done, 2 usage, 3 the
// fuzzer found a fault, 130 interrupted.
#include "tuner/convergence_plot.h"
#include "tuner/drift.h"
#include "tuner/errors.h"
#include "tuner/fuzz.h"
#include "tuner/interrupt.h"
#include "tuner/report.h"
#include "tuner/report_json.h"
#include "tuner/settings.h"
#include "tuner/tune.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace haliclr::tuner {

namespace {

using Clock = std::chrono::steady_clock;

// How much time an operator deserves: by its candidates, of which a search tries only a part. The
// references take their time however few there are.
double weight(const Kernel &kernel, const Settings &settings, const Machine &machine) {
    constexpr size_t least = 16, most = 48;
    const Space space = space_of(kernel, machine);
    const size_t legal = candidates_of(kernel, space, settings.shape, machine).legal.size();
    return legal == 1 ? 1.0 : static_cast<double>(std::clamp(legal, least, most));
}

// Each operator gets its share of what the ones before it left of the budget.
std::vector<Tuning> tune_all(const Settings &settings, const Machine &machine,
                             RecordFile &records) {
    double weights = 0;
    for (const Kernel &kernel : settings.operators) {
        weights += weight(kernel, settings, machine);
    }
    std::vector<Tuning> tunings;
    Roofs roofs(machine, settings.trial_limit);
    const auto start = Clock::now();
    for (const Kernel &kernel : settings.operators) {
        if (interrupted()) {
            break;
        }
        const double spent = std::chrono::duration<double>(Clock::now() - start).count();
        const double own = weight(kernel, settings, machine);
        const double seconds = (settings.budget - spent) * own / weights;
        weights -= own;
        tunings.push_back(tune(kernel, settings, machine, roofs, records, std::max(seconds, 1.0)));
        print(tunings.back());
    }
    return tunings;
}

void write_json(const Settings &settings, const nlohmann::ordered_json &json) {
    if (!settings.json.empty()) {
        write_atomically(settings.json, json.dump(2) + "\n");
    }
}

int run(int argc, char **argv) {
    const Settings settings = parse_settings(argc, argv);
    const Machine machine = find_machine(settings.backend, settings.threads);
    setenv("HL_NUM_THREADS", std::to_string(machine.threads).c_str(), /*overwrite=*/1);
    unsetenv("HL_JIT_TARGET");
    std::printf("%s; %s; Halide %s\n", machine.text().c_str(), machine.target.c_str(),
                halide_version().c_str());
    if (settings.mode == Mode::list) {
        for (const Kernel &kernel : settings.operators) {
            print_space(kernel, settings, machine);
        }
        return 0;
    }
    if (settings.mode == Mode::fuzz) {
        watch_interrupts();
        return fuzz(settings, machine);
    }
    RecordFile records(record_file(settings, machine), machine.slug());
    watch_interrupts();
    if (settings.mode == Mode::check) {
        write_json(settings, check_records(records, settings, machine));
    } else {
        const std::vector<Tuning> tunings = tune_all(settings, machine, records);
        print_summary(tunings, records);
        write_json(settings, as_json(tunings, settings, machine));
        if (!settings.plot.empty()) {
            write_convergence_plot(settings.plot, tunings);
        }
    }
    return interrupted() ? 130 : 0;
}

} // namespace

} // namespace haliclr::tuner

int main(int argc, char **argv) {
    try {
        return haliclr::tuner::run(argc, argv);
    } catch (const haliclr::tuner::UsageError &error) {
        std::cerr << "haliclr tune: " << error.what() << '\n';
        return 2;
    } catch (const std::exception &error) {
        std::cerr << "haliclr tune: " << error.what() << '\n';
        return 1;
    }
}
