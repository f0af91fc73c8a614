// haliclr bench: compiled kernels beside LibTorch, checked for equal results and timed in one run.
#include "bench/benchmarks.h"
#include "bench/circumstances.h"
#include "bench/configuration.h"
#include "bench/cuda_baselines.h"
#include "bench/dot_chart.h"
#include "bench/launches.h"
#include "bench/start_up.h"
#include "runtime/binding/opencl.h"
#include "trainer/build/specialization.h"
#include "trainer/cli/subcommands.h"
#include "trainer/errors.h"
#include "trainer/report/json_file.h"
#include "trainer/train/device.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>

namespace haliclr::bench {

double checked_difference(const std::string &what, const at::Tensor &ours, const at::Tensor &theirs,
                          double tolerance) {
    const double largest = std::max(ours.abs().max().item<double>(), 1e-30);
    const double difference = (ours - theirs).abs().max().item<double>() / largest;
    if (!(difference <= tolerance)) {
        throw trainer::Error("[bench] " + what + " differs from its baseline by " +
                             std::to_string(difference) + " of its largest value, more than " +
                             std::to_string(tolerance) + "; its times would mean nothing");
    }
    return difference;
}

namespace {

using Benchmark = std::vector<Row> (*)(const Roofline &, const Effort &);

const std::map<std::string, Benchmark> &benchmarks() {
    static const std::map<std::string, Benchmark> all = {
        {"views", bench_views}, {"ntxent", bench_ntxent}, {"lars", bench_lars}};
    return all;
}

struct Options {
    std::string operator_name = "all", device = "cpu", json, plot, config_file;
    std::vector<std::string> assignments; // --set
    double seconds = 3;
    int threads = 0;
    bool launches = false, load_kernels = false;
};

// OpenCL's operators work on CPU tensors.
at::Device device_named(const std::string &name) {
    if (name == "auto" || name == "cpu" || name == "cuda") {
        return trainer::resolve_device(name);
    }
    if (name != "opencl") {
        throw trainer::UsageError("[bench] unknown device '" + name +
                                  "'; choose auto, cpu, cuda or opencl");
    }
    if (!runtime::opencl_problem().empty()) {
        throw trainer::UsageError("[bench] --device opencl: " + runtime::opencl_problem());
    }
    setenv("HALICLR_BACKEND", "opencl", /*overwrite=*/1);
    return at::kCPU;
}

std::string command_line(const Options &options) {
    std::string command = "build/haliclr bench --device " + options.device;
    command += options.launches ? " --launches" : "";
    command += options.operator_name == "all" ? "" : " --operator " + options.operator_name;
    command += options.config_file.empty() ? "" : " --config " + options.config_file;
    for (const std::string &assignment : options.assignments) {
        command += " --set '" + assignment + "'";
    }
    command += options.threads == 0 ? "" : " --threads " + std::to_string(options.threads);
    return command;
}

// Rows, and for a configuration the samples of its results.
ConfigurationBench measured(const Options &options, const Roofline &roofline, at::Device device) {
    ConfigurationBench result;
    const Effort effort{5, options.seconds, device};
    const auto print = [](const std::vector<Row> &rows) {
        std::fputs(to_text(rows).c_str(), stdout);
        std::fflush(stdout);
    };
    if (!options.config_file.empty()) {
        trainer::Config config;
        trainer::read_config(config, options.config_file, options.assignments);
        config.train.device = device.is_cuda() ? "cuda" : "cpu";
        trainer::require_specialized(config);
        result = bench_configuration(config, roofline, effort);
        print(result.rows);
        return result;
    }
    for (const auto &[name, benchmark] : benchmarks()) {
        if (options.operator_name == "all" || options.operator_name == name) {
            const std::vector<Row> more = benchmark(roofline, effort);
            print(more);
            result.rows.insert(result.rows.end(), more.begin(), more.end());
        }
    }
    return result;
}

// What comes before the kernels' own work.
void run_launches(const Options &options, at::Device device) {
    const std::vector<LaunchRow> rows = measure_launches(device, options.seconds);
    std::fputs(to_text(rows).c_str(), stdout);
    std::fflush(stdout);
    const std::vector<StartUp> start_up =
        device.is_cuda() ? measure_start_up() : std::vector<StartUp>();
    std::fputs(start_up.empty() ? "" : to_text(start_up).c_str(), stdout);
    if (!options.json.empty()) {
        nlohmann::ordered_json json = {{"version", 1},
                                       {"threads", at::get_num_threads()},
                                       {"launches", to_json(rows)},
                                       {"start_up", to_json(start_up)},
                                       {"measured", circumstances(command_line(options), device)}};
        trainer::write_json_file(options.json, json);
    }
}

void run(const Options &options) {
    trainer::require_writable_place(options.json, "--json");
    trainer::require_writable_place(options.plot, "--plot");
    if (!options.assignments.empty() && options.config_file.empty()) {
        throw trainer::UsageError("[bench] --set changes a configuration; give it with --config");
    }
    if (options.threads > 0) {
        at::set_num_threads(options.threads);
    }
    const at::Device device = device_named(options.device);
    if (options.load_kernels) {
        std::printf("%s\n", load_kernels(device).dump().c_str());
        return;
    }
    if (options.launches) {
        return run_launches(options, device);
    }
    at::manual_seed(1);
    const Roofline roofline = measure_roofline(device);
    std::printf("%d threads; %s\n", at::get_num_threads(), to_text(roofline).c_str());
    if (device.is_cuda() && options.config_file.empty() && !cuda_baselines_problem().empty()) {
        std::fprintf(stderr, "note: no hand-written CUDA kernels: %s\n",
                     cuda_baselines_problem().c_str());
    }
    const ConfigurationBench result = measured(options, roofline, device);
    if (!options.json.empty()) {
        nlohmann::ordered_json json = to_json(result.rows, roofline, at::get_num_threads());
        json["measured"] = circumstances(command_line(options), device);
        if (!result.samples.empty()) {
            json["samples"] = result.samples;
        }
        trainer::write_json_file(options.json, json);
    }
    if (!options.plot.empty()) {
        write_dot_chart(options.plot, result.rows);
    }
}

} // namespace

} // namespace haliclr::bench

namespace haliclr::trainer {

void add_bench(CLI::App &app) {
    auto options = std::make_shared<bench::Options>();
    CLI::App *command = app.add_subcommand(
        "bench", "Time the kernels beside LibTorch's operators, results checked first");
    command->add_option("--operator", options->operator_name, "views, ntxent, lars or all")
        ->check(CLI::IsMember({"views", "ntxent", "lars", "all"}));
    command
        ->add_option("--config", options->config_file,
                     "Time the parts of this configuration's training step and the whole instead")
        ->type_name("F.toml")
        ->excludes("--operator");
    command
        ->add_option("--set", options->assignments, "One key of the configuration; may be repeated")
        ->type_name("key=value")
        ->allow_extra_args(false);
    command
        ->add_flag(
            "--launches", options->launches,
            "Time a call beside Halide's own runtime, and on cuda the loading of all kernels")
        ->excludes("--operator")
        ->excludes("--config");
    command->add_flag("--load-kernels", options->load_kernels, "Only load every CUDA kernel")
        ->group(""); // --launches starts itself with it
    command->add_option("--device", options->device, "cpu, cuda, opencl or auto");
    command->add_option("--threads", options->threads, "CPU threads (default: LibTorch's choice)")
        ->check(CLI::PositiveNumber);
    command->add_option("--seconds", options->seconds, "At least this long for each problem (3)")
        ->check(CLI::PositiveNumber);
    command->add_option("--json", options->json, "Write the same numbers to this file");
    command->add_option("--plot", options->plot, "Write a chart of the ratios to this SVG file")
        ->excludes("--launches");
    command->callback([options] { bench::run(*options); });
}

} // namespace haliclr::trainer
