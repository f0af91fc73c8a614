// Tables.
#include "tuner/report.h"

#include "tuner/progress.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace haliclr::tuner {

namespace {

constexpr size_t shown = 10;

std::vector<Attempt> fastest_first(const Tuning &tuning) {
    std::vector<Attempt> attempts;
    for (const Attempt &attempt : tuning.attempts) {
        if (attempt.milliseconds) {
            attempts.push_back(attempt);
        }
    }
    std::stable_sort(attempts.begin(), attempts.end(),
                     [](const Attempt &a, const Attempt &b) { return a.relative < b.relative; });
    return attempts;
}

std::string name_of(const Tuning &tuning, const Values &values) {
    return to_text(values) + (values == tuning.standard  ? "  (the schedule's own)"
                              : values == tuning.present ? "  (the present record)"
                                                         : "");
}

// " 61 %" of the bound; "-" where there is none.
std::string reached_text(const Tuning &tuning, double milliseconds) {
    if (!tuning.bound) {
        return "-";
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.0f %%", tuning.bound->reached(milliseconds));
    return text;
}

} // namespace

std::string verdict_text(const Tuning &tuning) {
    if (tuning.was_interrupted) {
        return "interrupted";
    }
    if (tuning.standard.empty()) {
        return "no tunables";
    }
    if (tuning.finals.verdict == Verdict::failed) {
        return "failed: " + tuning.finals.fault;
    }
    if (tuning.finals.verdict == Verdict::confirmed) {
        return "confirmed";
    }
    char text[64];
    std::snprintf(text, sizeof text, "gain %.1f %%, p = %.2g", 100 * tuning.finals.comparison.gain,
                  tuning.finals.comparison.p);
    return text;
}

void print(const Tuning &tuning) {
    const std::vector<Attempt> attempts = fastest_first(tuning);
    std::printf("\n%s: %s; times, and over those of the schedule's own values in turn\n",
                tuning.kernel.name.c_str(), tuning.problem.c_str());
    for (size_t i = 0; i < std::min(shown, attempts.size()); ++i) {
        std::printf("  %2zu  %12s  %5.2f  %s\n", i + 1,
                    milliseconds_text(*attempts[i].milliseconds).c_str(), attempts[i].relative,
                    name_of(tuning, attempts[i].values).c_str());
    }
    for (const Finalist &competitor : tuning.competitors) {
        std::printf("      %12s  %s\n", milliseconds_text(median(competitor.rounds)).c_str(),
                    competitor.scheduling.text().c_str());
    }
    if (!tuning.finals.finalists.empty()) {
        std::printf("  finals, %zu rounds in turn, and how much of the bound each reaches:\n",
                    tuning.finals.finalists[0].rounds.size());
    }
    for (const Finalist &finalist : tuning.finals.finalists) {
        const double time = median(finalist.rounds);
        std::printf("      %12s  %5s  %s\n", milliseconds_text(time).c_str(),
                    reached_text(tuning, time).c_str(),
                    name_of(tuning, finalist.scheduling.values).c_str());
    }
    std::printf("  %s\n", verdict_text(tuning).c_str());
    std::fflush(stdout);
}

void print_summary(const std::vector<Tuning> &tunings, const RecordFile &records) {
    std::printf("\n%-24s %11s %11s %11s %11s %8s %7s  %s\n", "operator", "default", "before", "now",
                "bound", "reached", "tried", "verdict");
    size_t written = 0;
    for (const Tuning &tuning : tunings) {
        const Finals &finals = tuning.finals;
        std::string standard = "-", before = "-", now = "-", reached = "-", values;
        const std::string bound =
            tuning.bound ? milliseconds_text(tuning.bound->milliseconds) : std::string("-");
        if (finals.verdict != Verdict::failed) {
            standard = milliseconds_text(median(finals.finalists[0].rounds));
            before = milliseconds_text(finals.comparison.median_before);
            const double time = median(finals.finalists[finals.winner].rounds);
            now = milliseconds_text(time);
            reached = reached_text(tuning, time);
        }
        if (finals.verdict == Verdict::gain) {
            values = ": " + to_text(finals.finalists[finals.winner].scheduling.values);
            written++;
        }
        std::printf("%-24s %11s %11s %11s %11s %8s %7zu  %s%s\n", tuning.kernel.name.c_str(),
                    standard.c_str(), before.c_str(), now.c_str(), bound.c_str(), reached.c_str(),
                    tuning.attempts.size(), verdict_text(tuning).c_str(), values.c_str());
    }
    if (written > 0) {
        std::printf(
            "%zu records written to %s; configure with -DHALICLR_TUNED_DEVICE=%s and build\n",
            written, records.path().c_str(), records.path().stem().c_str());
    } else {
        std::printf("no record changed\n");
    }
}

std::vector<std::pair<std::string, size_t>> pruned_by_reason(const Candidates &candidates) {
    std::map<std::string, size_t> counts;
    for (const Pruned &pruned : candidates.pruned) {
        std::string reason;
        for (const char letter : pruned.reason) {
            const bool digit = std::isdigit(static_cast<unsigned char>(letter));
            if (!digit) {
                reason += letter;
            } else if (reason.empty() || reason.back() != 'n') {
                reason += 'n';
            }
        }
        counts[reason]++;
    }
    return {counts.begin(), counts.end()};
}

void print_space(const Kernel &kernel, const Settings &settings, const Machine &machine) {
    const Space space = space_of(kernel, machine);
    const Candidates candidates = candidates_of(kernel, space, settings.shape, machine);
    std::printf("%s: %s; %zu candidates, %zu pruned\n", kernel.name.c_str(),
                description(kernel, settings.shape).c_str(), candidates.legal.size(),
                candidates.pruned.size());
    for (const Tunable &tunable : space.tunables) {
        std::printf("  %-18s", tunable.name.c_str());
        for (const int value : tunable.values) {
            std::printf(value == tunable.standard ? " [%d]" : " %d", value);
        }
        std::printf("\n");
    }
    for (const auto &[reason, count] : pruned_by_reason(candidates)) {
        std::printf("  pruned %4zu: %s\n", count, reason.c_str());
    }
}

} // namespace haliclr::tuner
