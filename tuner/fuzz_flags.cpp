// Refuses what it would not heed.
#include "tuner/fuzz_flags.h"

#include "tuner/duration.h"
#include "tuner/errors.h"
#include "tuner/seed.h"

#include <algorithm>

namespace haliclr::tuner {

namespace {

void check_flags_of_fuzz(const CLI::App &app) {
    const std::vector<std::string> heeded = {"--fuzz",   "--fuzz-case",  "--cases",  "--seed",
                                             "--device", "--operator",   "--config", "--threads",
                                             "--help",   "--trial-limit"};
    for (const CLI::Option *option : app.get_options()) {
        const std::string flag = "--" + option->get_lnames().front();
        if (option->count() > 0 && std::find(heeded.begin(), heeded.end(), flag) == heeded.end()) {
            throw UsageError(flag + " means nothing to --fuzz; leave it out");
        }
    }
}

} // namespace

void add_fuzz_flags(CLI::App &app, Settings &settings, FuzzTexts &texts) {
    app.add_option("--fuzz", texts.duration,
                   "Instead compare random cases with the unscheduled algorithms for so long");
    app.add_option("--cases", settings.fuzz_cases, "Most cases of --fuzz")
        ->check(CLI::Range(1, 1 << 28))
        ->needs("--fuzz");
    app.add_option("--fuzz-case", texts.only_case, "Only the case of --fuzz with this seed")
        ->excludes("--fuzz");
}

void read_fuzz_flags(const CLI::App &app, const FuzzTexts &texts, Settings &settings) {
    if (app.count("--fuzz") > 0) {
        settings.fuzz_seconds = parse_duration(texts.duration, "--fuzz");
    } else if (app.count("--fuzz-case") > 0) {
        settings.fuzz_case = parse_seed(texts.only_case, "--fuzz-case");
    } else {
        return;
    }
    settings.mode = Mode::fuzz;
    check_flags_of_fuzz(app);
}

} // namespace haliclr::tuner
