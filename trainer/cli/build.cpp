// haliclr build: a binary whose kernels are compiled for one configuration.
#include "runtime/binding/cuda.h"
#include "runtime/ops/views.h"
#include "runtime/specialization.h"
#include "trainer/build/build_report.h"
#include "trainer/cli/subcommands.h"
#include "trainer/errors.h"
#include "trainer/report/json_file.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>

#include <nlohmann/json.hpp>

namespace haliclr::trainer {

namespace {

struct BuildOptions {
    std::string config_file, out, device = "auto", json;
    std::vector<std::string> assignments; // --set
    bool measures = true;
    BenchRuns runs{3, 5, 0};
};

// "opencl" is no device of LibTorch's: its tensors are the CPU's.
std::string tensor_device(const std::string &device) {
    return device == "opencl" ? "cpu" : device;
}

Config config_of(const BuildOptions &options) {
    Config config;
    read_config(config, options.config_file, options.assignments);
    if (options.device != "auto") {
        config.train.device = tensor_device(options.device);
    }
    return config;
}

void write_report(const BuildFolder &folder, const BuildOptions &options,
                  const BuildReport &report) {
    const std::string text = report_text(report);
    std::fputs(text.c_str(), stdout);
    std::ofstream(folder.root / "report.txt") << text;
    write_json_file(folder.root / "report.json", report_json(report));
    if (!options.json.empty()) {
        write_json_file(options.json, report_json(report));
    }
}

// Empty where the two binaries can be compared here.
std::string why_unmeasured(const BuildOptions &options, const Config &config) {
    if (!options.measures) {
        return "--no-bench";
    }
    try {
        runtime::check_view_size(recipe_of(config.view), config.view.size);
    } catch (const std::invalid_argument &) {
        return "the generic binary has no kernels for this recipe to compare with";
    }
    const std::string &problem = runtime::cuda_problem();
    return config.train.device == "cuda" && !problem.empty() ? problem : "";
}

void run_build(const BuildOptions &options) {
    require_writable_place(options.json, "--json");
    if (!runtime::fixed_values().empty()) {
        throw UsageError("[build] this binary is specialized itself; run the generic one, '" +
                         generic_binary().string() + "'");
    }
    Config config = config_of(options);
    if (options.device == "opencl") {
        setenv("HALICLR_BACKEND", "opencl", /*replace=*/1);
    }
    const bool named = options.device == "cuda" || options.device == "cpu";
    const std::string backend = named ? options.device : backend_of(config);
    config.train.device = backend == "cuda" ? "cuda" : "cpu";
    const Specialization special = specialization_of(config, backend);
    const TargetProcessor processor = this_processor();
    const BuildFolder folder{options.out};
    require_free(folder, special, processor);
    write_project(folder, config, special, processor);
    build_project(folder);
    BuildReport report;
    report.special = special;
    report.processor = processor;
    report.folder = options.out;
    report.generic_bytes = static_cast<int64_t>(std::filesystem::file_size(generic_binary()));
    report.specialized_bytes = static_cast<int64_t>(std::filesystem::file_size(folder.binary()));
    report.unmeasured = why_unmeasured(options, config);
    if (report.unmeasured.empty()) {
        report.parts = compare_binaries(folder, config.train.device, backend, options.runs);
    }
    write_report(folder, options, report);
}

} // namespace

void add_build(CLI::App &app) {
    CLI::App *command = app.add_subcommand(
        "build", "Make a training binary whose kernels are compiled for one configuration");
    auto options = std::make_shared<BuildOptions>();
    command->add_option("--config", options->config_file, "configuration file (TOML)")
        ->type_name("F.toml")
        ->required();
    command->add_option("--out", options->out, "folder of the binary and its report, new or empty")
        ->type_name("DIR")
        ->required();
    command->add_option("--device", options->device, "cpu, cuda, opencl or auto: where it will run")
        ->check(CLI::IsMember({"cpu", "cuda", "opencl", "auto"}));
    command
        ->add_option("--set", options->assignments, "one key of the configuration; may be repeated")
        ->type_name("key=value")
        ->allow_extra_args(false);
    command->add_flag("!--no-bench", options->measures, "do not measure it beside the generic one");
    command->add_option("--runs", options->runs.runs, "runs of each binary, in turn (3)")
        ->check(CLI::Range(1, 1000));
    command->add_option("--seconds", options->runs.seconds, "seconds of a run (5)")
        ->check(CLI::PositiveNumber);
    command->add_option("--threads", options->runs.threads, "CPU threads of the runs")
        ->check(CLI::PositiveNumber);
    command->add_option("--json", options->json, "also write the report to this file")
        ->type_name("FILE");
    command->callback([options] { run_build(*options); });
}

} // namespace haliclr::trainer
