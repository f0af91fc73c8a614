// Every measurement of a run.
#include "tuner/report_json.h"

#include "tuner/report.h"

namespace haliclr::tuner {

namespace {

using nlohmann::ordered_json;

ordered_json finalists_json(const std::vector<Finalist> &finalists) {
    ordered_json list = ordered_json::array();
    for (const Finalist &finalist : finalists) {
        ordered_json entry{{"median_ms", median(finalist.rounds)}, {"rounds", finalist.rounds}};
        if (finalist.scheduling.autoscheduler.empty()) {
            entry["values"] = finalist.scheduling.values;
        } else {
            entry["autoscheduler"] = finalist.scheduling.autoscheduler;
        }
        list.push_back(entry);
    }
    return list;
}

ordered_json as_json(const Tuning &tuning) {
    ordered_json json{{"operator", tuning.kernel.name},
                      {"problem", tuning.problem},
                      {"default", tuning.standard},
                      {"present", tuning.present},
                      {"candidates", tuning.candidates.legal.size()},
                      {"pruned", ordered_json::array()},
                      {"checked_against_unscheduled", tuning.has_unscheduled_reference},
                      {"tried", ordered_json::array()}};
    if (tuning.bound) {
        json["bound_ms"] = tuning.bound->milliseconds;
        json["bound"] = tuning.bound->of;
    }
    for (const Pruned &pruned : tuning.candidates.pruned) {
        json["pruned"].push_back({{"values", pruned.values}, {"reason", pruned.reason}});
    }
    for (const Attempt &attempt : tuning.attempts) {
        ordered_json entry{{"values", attempt.values}};
        if (attempt.milliseconds) {
            entry["ms"] = *attempt.milliseconds;
            entry["relative"] = attempt.relative;
        } else {
            entry["fault"] = attempt.fault;
        }
        json["tried"].push_back(entry);
    }
    json["competitors"] = finalists_json(tuning.competitors);
    json["finalists"] = finalists_json(tuning.finals.finalists);
    json["verdict"] = verdict_text(tuning);
    if (tuning.finals.verdict != Verdict::failed) {
        if (tuning.bound) {
            const Finalist &winner = tuning.finals.finalists[tuning.finals.winner];
            json["reached_percent"] = tuning.bound->reached(median(winner.rounds));
        }
        json["winner"] = tuning.finals.finalists[tuning.finals.winner].scheduling.values;
        json["gain"] = tuning.finals.comparison.gain;
        json["p"] = tuning.finals.comparison.p;
    }
    json["remarks"] = tuning.remarks;
    return json;
}

} // namespace

ordered_json as_json(const std::vector<Tuning> &tunings, const Settings &settings,
                     const Machine &machine) {
    ordered_json json{{"command", settings.command},       {"date", today()},
                      {"halide", halide_version()},        {"machine", machine.text()},
                      {"backend", machine.backend},        {"target", machine.target},
                      {"operators", ordered_json::array()}};
    for (const Tuning &tuning : tunings) {
        json["operators"].push_back(as_json(tuning));
    }
    return json;
}

} // namespace haliclr::tuner
