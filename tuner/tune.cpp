// The stages of one operator's tuning, in their order.
#include "tuner/tune.h"

#include "tuner/batch.h"
#include "tuner/cycle_filter.h"
#include "tuner/interrupt.h"
#include "tuner/kernel_trial.h"
#include "tuner/progress.h"
#include "tuner/search.h"
#include "tuner/static_estimate.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace haliclr::tuner {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double share_of_search = 0.7; // of the budget; the finals have the rest
constexpr size_t most_children = 16;
constexpr size_t finalists = 3;

class Tuner {
public:
    Tuner(const Kernel &kernel, const Settings &settings, const Machine &machine, Roofs &roofs,
          RecordFile &records, double seconds)
        : settings(settings), machine(machine), roofs(roofs), records(records),
          search_end(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                        std::chrono::duration<double>(share_of_search * seconds))),
          finals_seconds((1 - share_of_search) * seconds / 2), space(space_of(kernel, machine)),
          test(kernel, settings.shape, machine, settings.seed) {
        result.kernel = kernel;
        result.problem = description(kernel, settings.shape);
        result.standard = space.standard();
        result.present = present_values();
        result.candidates = candidates_of(kernel, space, settings.shape, machine);
    }

    Tuning run() {
        Progress progress(result.kernel.name, result.candidates.legal.size());
        measure_bound(progress);
        progress.note(result.kernel.name + ": " + result.problem + "; " +
                      std::to_string(result.candidates.legal.size()) + " candidates, " +
                      std::to_string(result.candidates.pruned.size()) + " pruned" +
                      (result.bound ? "; bound " + milliseconds_text(result.bound->milliseconds) +
                                          ", " + result.bound->of
                                    : ""));
        if (!compute_references(progress)) {
            return std::move(result);
        }
        for (const std::string &name : settings.autoschedulers) {
            compete(name, progress);
        }
        if (!space.tunables.empty()) {
            search(progress);
            if (!result.was_interrupted) {
                decide_and_record(progress);
            }
        }
        return std::move(result);
    }

private:
    const Settings &settings;
    const Machine &machine;
    Roofs &roofs;
    RecordFile &records;
    const Clock::time_point search_end;
    const double finals_seconds;
    const Space space;
    KernelUnderTest test;
    std::unique_ptr<TrialProcess> yardstick; // the schedule's own values
    Tuning result;

    // As CMake does: the device's record, else the generic one, if its names are known.
    Values present_values() const {
        const auto generic = records.path().parent_path() / "generic.json";
        std::optional<Record> record = records.find(result.kernel.name, machine.backend);
        if (!record && std::filesystem::exists(generic)) {
            record = RecordFile(generic, "generic").find(result.kernel.name, machine.backend);
        }
        return record && space.knows(record->values) ? space.completed(record->values)
                                                     : result.standard;
    }

    void remark(Progress &progress, const std::string &text) {
        result.remarks.push_back(text);
        progress.note(result.kernel.name + "  " + text);
    }

    void measure_bound(Progress &progress) {
        try {
            result.bound = roofs.bound(test.full->work());
        } catch (const std::runtime_error &error) {
            remark(progress,
                   std::string("no bound, as the roofs cannot be measured: ") + error.what());
        }
    }

    bool compute_references(Progress &progress) {
        auto made = test.compute_references({result.standard, ""}, settings.trial_limit);
        yardstick = std::move(made.standard);
        result.has_unscheduled_reference = made.unscheduled_fault.empty();
        if (!made.unscheduled_fault.empty()) {
            remark(progress, "the schedule's own values are the reference, as the unscheduled "
                             "algorithm cannot run: " +
                                 made.unscheduled_fault);
        }
        if (!made.fault.empty()) {
            result.finals.fault = "the schedule's own values: " + made.fault;
            remark(progress, result.finals.fault);
        }
        return made.fault.empty();
    }

    void compete(const std::string &name, Progress &progress) {
        TrialProcess trial(test.maker(), {{}, name}, settings.trial_limit);
        Outcome outcome = trial.ready();
        if (outcome.fault.empty()) {
            outcome = trial.time({});
        }
        if (!outcome.fault.empty()) {
            remark(progress, name + " left out: " + outcome.fault);
            return;
        }
        progress.note(result.kernel.name + "  " + name + "  " +
                      milliseconds_text(median(outcome.rounds)));
        result.competitors.push_back({{{}, name}, outcome.rounds});
    }

    void search(Progress &progress) {
        Journal journal(records.path(), result.kernel.name + " | " + result.problem + " | " +
                                            machine.target + " | " + machine.text() + " | Halide " +
                                            halide_version());
        Search search(result.candidates.legal, {result.standard, result.present}, settings.seed);
        for (const Attempt &attempt : journal.earlier()) {
            if (attempt.values != result.standard) { // whose time today tells of the machine
                search.tell(attempt.values, score(attempt));
                result.attempts.push_back(attempt);
            }
        }
        if (!result.attempts.empty()) {
            progress.note(result.kernel.name + "  " + std::to_string(result.attempts.size()) +
                          " candidates are known from an earlier run");
        }
        const size_t cores =
            std::clamp<size_t>(std::thread::hardware_concurrency(), 2, most_children);
        CycleFilter filter(test, settings.trial_limit);
        const bool estimates = can_estimate(progress);
        do {
            std::vector<Values> batch = search.next(cores);
            if (batch.empty()) {
                break;
            }
            if (estimates) {
                batch = worth_timing(batch, filter, search, progress);
            }
            const auto tell = [&](const Attempt &attempt) { progress.report(attempt); };
            for (const Attempt &attempt :
                 try_batch(test.maker(), batch, *yardstick, settings.trial_limit, tell)) {
                search.tell(attempt.values, score(attempt));
                journal.add(attempt);
                result.attempts.push_back(attempt);
            }
        } while (Clock::now() < search_end && !interrupted());
        if (const std::string found = filter.correlation_text(result.attempts); !found.empty()) {
            remark(progress, found);
        }
        result.was_interrupted = interrupted();
        ranking = search.ranking();
    }

    std::vector<std::pair<Values, double>> ranking;

    bool can_estimate(Progress &progress) {
        if (settings.static_estimate == "off" || machine.backend != "cpu") {
            return false;
        }
        if (!is_installed("llvm-mca")) {
            remark(progress, "no static estimate, as llvm-mca is not installed");
            return false;
        }
        return true;
    }

    std::vector<Values> worth_timing(const std::vector<Values> &batch, CycleFilter &filter,
                                     Search &search, Progress &progress) {
        const std::vector<std::string> reasons = filter.judge(batch);
        std::vector<Values> kept;
        for (size_t i = 0; i < batch.size(); ++i) {
            const bool spared = batch[i] == result.standard || batch[i] == result.present;
            if (reasons[i].empty() || spared || settings.static_estimate == "report") {
                kept.push_back(batch[i]);
                continue;
            }
            search.tell(batch[i], std::nullopt);
            std::erase(result.candidates.legal, batch[i]);
            result.candidates.pruned.push_back({batch[i], reasons[i]});
            progress.note(result.kernel.name + "  " + to_text(batch[i]) +
                          "  pruned: " + reasons[i]);
        }
        return kept;
    }

    static std::optional<double> score(const Attempt &attempt) {
        return attempt.milliseconds ? std::optional(attempt.relative) : std::nullopt;
    }

    void decide_and_record(Progress &progress) {
        std::vector<Values> fastest;
        for (size_t i = 0; i < std::min(finalists, ranking.size()); ++i) {
            fastest.push_back(ranking[i].first);
        }
        const Rounds rounds{std::clamp(finals_seconds, 1.0, 20.0), 15, 300};
        result.finals = decide(test.maker(), result.standard, result.present, fastest, rounds,
                               settings.trial_limit);
        if (!result.finals.fault.empty()) {
            remark(progress, "the finals failed: " + result.finals.fault);
        } else if (result.finals.verdict == Verdict::gain) {
            record();
        }
    }

    void record() {
        const Finals &finals = result.finals;
        const Finalist &winner = finals.finalists[finals.winner];
        records.put({result.kernel.name, machine.backend, result.problem,
                     space.differing(winner.scheduling.values), median(winner.rounds),
                     median(finals.finalists[0].rounds), settings.command, today(), machine.text(),
                     result.bound});
        records.write();
    }
};

} // namespace

Tuning tune(const Kernel &kernel, const Settings &settings, const Machine &machine, Roofs &roofs,
            RecordFile &records, double seconds) {
    return Tuner(kernel, settings, machine, roofs, records, seconds).run();
}

} // namespace haliclr::tuner
