// One comparison in turn a record.
#include "tuner/drift.h"

#include "tuner/finals.h"
#include "tuner/interrupt.h"
#include "tuner/kernel_trial.h"
#include "tuner/progress.h"

#include <algorithm>
#include <cstdio>

namespace haliclr::tuner {

namespace {

using nlohmann::ordered_json;

ordered_json fault_json(const Record &record, const std::string &fault) {
    std::printf("%-24s %s\n", record.op.c_str(), fault.c_str());
    return {{"operator", record.op}, {"fault", fault}};
}

ordered_json check_record(const Kernel &kernel, const Record &record, const Settings &settings,
                          const Machine &machine) {
    const Space space = space_of(kernel, machine);
    if (!space.knows(record.values)) {
        return fault_json(record, "names a tunable that does not exist; the build ignores it");
    }
    KernelUnderTest test(kernel, settings.shape, machine, settings.seed);
    const Rounds rounds{3, 15, 200};
    const Finals finals = decide(test.maker(), space.standard(), space.completed(record.values), {},
                                 rounds, settings.trial_limit);
    if (!finals.fault.empty()) {
        return fault_json(record, finals.fault);
    }
    const double standard = median(finals.finalists.front().rounds);
    const double now = median(finals.finalists.back().rounds);
    const double then =
        record.default_median_ms > 0 ? record.median_ms / record.default_median_ms : 0;
    const std::string problem = description(kernel, settings.shape);
    std::printf("%-24s %11s %11s %11s %8.3f %8.3f  %s\n", record.op.c_str(),
                milliseconds_text(record.median_ms).c_str(), milliseconds_text(now).c_str(),
                milliseconds_text(standard).c_str(), then, now / standard,
                problem == record.problem ? "same problem" : ("now: " + problem).c_str());
    std::fflush(stdout);
    return {{"operator", record.op},
            {"values", record.values},
            {"recorded_problem", record.problem},
            {"problem", problem},
            {"recorded_ms", record.median_ms},
            {"now_ms", now},
            {"default_now_ms", standard},
            {"ratio_then", then},
            {"ratio_now", now / standard}};
}

} // namespace

ordered_json check_records(const RecordFile &records, const Settings &settings,
                           const Machine &machine) {
    ordered_json list = ordered_json::array();
    std::printf("%-24s %11s %11s %11s %8s %8s\n", "record", "recorded", "now", "default now",
                "then", "now");
    for (const Kernel &kernel : kernels()) {
        const std::optional<Record> record = records.find(kernel.name, machine.backend);
        if (record && !interrupted()) {
            list.push_back(check_record(kernel, *record, settings, machine));
        }
    }
    if (list.empty()) {
        std::printf("%s has no record for %s\n", records.path().c_str(), machine.backend.c_str());
    } else {
        std::printf("then, now: time over that of the schedule's own values\n");
    }
    return list;
}

} // namespace haliclr::tuner
