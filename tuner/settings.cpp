// The flags of haliclr tune.
#include "tuner/settings.h"

#include "dsl/nearest.h"
#include "tuner/duration.h"
#include "tuner/errors.h"
#include "tuner/fuzz_flags.h"
#include "tuner/operators.h"
#include "tuner/seed.h"

#include <CLI/CLI.hpp>

#include <iostream>

namespace haliclr::tuner {

namespace {

struct Texts {
    FuzzTexts fuzz;
    std::string budget = "10m", trial_limit = "60s", seed = "1", config;
    std::vector<std::string> operators;
    bool list = false, check = false;
};

void add_flags(CLI::App &app, Settings &settings, Texts &texts) {
    app.add_option("--operator", texts.operators,
                   "Kernel to tune, by the build's name, or all (also several times; default all)");
    app.add_option("--config", texts.config,
                   "Tune what this configuration trains with, at its sizes")
        ->check(CLI::ExistingFile);
    app.add_option("--device", settings.backend, "Back end")
        ->check(CLI::IsMember({"cpu", "opencl", "cuda"}))
        ->capture_default_str();
    app.add_option("--threads", settings.threads, "Threads of CPU kernels; 0: all cores")
        ->check(CLI::Range(0, 1024));
    app.add_option("--budget", texts.budget, "Time for all of it, for example 90s, 10m, 1h")
        ->capture_default_str();
    app.add_option("--trial-limit", texts.trial_limit, "Most time of one candidate")
        ->capture_default_str();
    app.add_option("--out", settings.out, "Record file (default schedules/tuned/<device>.json)");
    app.add_option("--json", settings.json, "Also write every measurement to this file");
    app.add_option("--plot", settings.plot, "Draw how each search converged (SVG)");
    app.add_option("--seed", texts.seed, "Of the inputs and of the search")->capture_default_str();
    app.add_option("--autoscheduler", settings.autoschedulers,
                   "Also time Halide's Mullapudi2016, Adams2019 or Anderson2021, or unscheduled");
    app.add_option("--static-estimate", settings.static_estimate,
                   "Estimate CPU candidates by llvm-mca: report, or on to prune the much slower")
        ->check(CLI::IsMember({"off", "report", "on"}))
        ->capture_default_str();
    app.add_flag("--check", texts.check, "Time the existing records again and report drift");
    app.add_flag("--dry-run,--list", texts.list,
                 "Show each space and what the resource model prunes");
    add_fuzz_flags(app, settings, texts.fuzz);
    Shape &shape = settings.shape;
    const CLI::Range some(1, 1 << 28);
    app.add_option("--images", shape.images, "Images of a batch")
        ->check(some)
        ->capture_default_str();
    app.add_option("--source", shape.source, "Side of the images")
        ->check(some)
        ->capture_default_str();
    app.add_option("--size", shape.size, "Side of the views")->check(some)->capture_default_str();
    app.add_option("--rows", shape.rows, "Rows of z, two a image")
        ->check(some)
        ->capture_default_str();
    app.add_option("--columns", shape.columns, "Columns of z")->check(some)->capture_default_str();
    app.add_option("--parameters", shape.parameters, "Of the model")
        ->check(some)
        ->capture_default_str();
}

std::string unknown_flag(const CLI::App &app, const std::string &word) {
    std::vector<std::string> known;
    for (const CLI::Option *option : app.get_options()) {
        for (const std::string &name : option->get_lnames()) {
            known.push_back("--" + name);
        }
    }
    const std::string flag = word.substr(0, word.find('='));
    return word.starts_with("-")
               ? "unknown flag " + flag + "; did you mean " + nearest(flag, known) +
                     "? 'haliclr tune --help' lists all"
               : "unexpected argument '" + word + "'; 'haliclr tune --help' shows the usage";
}

void check_autoschedulers(const std::vector<std::string> &names) {
    const std::vector<std::string> known = {"Mullapudi2016", "Adams2019", "Anderson2021",
                                            "unscheduled"};
    for (const std::string &name : names) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            throw UsageError("--autoscheduler '" + name + "' is unknown; did you mean " +
                             nearest(name, known) + "?");
        }
    }
}

void check_file_place(const std::filesystem::path &file, const std::string &flag) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    if (!file.empty() &&
        (!std::filesystem::is_directory(folder) || std::filesystem::is_directory(file))) {
        throw UsageError(flag + " " + file.string() +
                         ": no file can be there; choose a name in an existing folder");
    }
}

// Without the names of files that it writes, which mean nothing to others.
std::string command_text(int argc, char **argv) {
    std::string text = "haliclr tune";
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const std::string flag = word.substr(0, word.find('='));
        if (flag != "--out" && flag != "--json" && flag != "--plot") {
            text += " " + word;
        } else if (flag == word) {
            ++i; // its value is the next word
        }
    }
    return text;
}

} // namespace

Settings parse_settings(int argc, char **argv) {
    Settings settings;
    Texts texts;
    CLI::App app{"Finds values for the tunables of the kernels' schedules", "haliclr tune"};
    add_flags(app, settings, texts);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
        std::cout << app.help();
        std::exit(0);
    } catch (const CLI::ExtrasError &) {
        throw UsageError(unknown_flag(app, app.remaining().front()));
    } catch (const CLI::ParseError &error) {
        throw UsageError(std::string(error.what()) + "; 'haliclr tune --help' shows the usage");
    }
    settings.budget = parse_duration(texts.budget, "--budget");
    settings.trial_limit = parse_duration(texts.trial_limit, "--trial-limit");
    settings.mode = texts.list ? Mode::list : texts.check ? Mode::check : Mode::tune;
    settings.seed = parse_seed(texts.seed, "--seed");
    read_fuzz_flags(app, texts.fuzz, settings);
    check_autoschedulers(settings.autoschedulers);
    check_file_place(settings.out, "--out");
    check_file_place(settings.json, "--json");
    check_file_place(settings.plot, "--plot");
    const bool fuzzes_all = settings.mode == Mode::fuzz && texts.operators.empty();
    settings.operators =
        fuzzes_all && texts.config.empty() ? kernels_for(settings.backend)
        : texts.config.empty()
            ? operators_named(texts.operators, settings.backend)
            : operators_of_config(texts.config, texts.operators, settings.backend, settings.shape);
    settings.command = command_text(argc, argv);
    return settings;
}

std::filesystem::path record_file(const Settings &settings, const Machine &machine) {
    if (!settings.out.empty()) {
        return settings.out;
    }
    const std::string name = machine.slug() + ".json";
    for (auto folder = std::filesystem::current_path();; folder = folder.parent_path()) {
        if (std::filesystem::exists(folder / "schedules" / "tunables.json")) {
            return folder / "schedules" / "tuned" / name;
        }
        if (folder == folder.parent_path()) {
            return name;
        }
    }
}

} // namespace haliclr::tuner
