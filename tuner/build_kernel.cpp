// Generator -> pipeline -> schedule -> callable, as Halide's create_callable_from_generator() does,
// with estimates from the problem in between.
#include "tuner/build_kernel.h"

#include "tuner/cuda_text.h"

#include <dlfcn.h>
#include <filesystem>
#include <stdexcept>

namespace haliclr::tuner {

namespace {

using Halide::Pipeline;
using Halide::Target;
using Halide::Internal::AbstractGenerator;
using Halide::Internal::ArgInfoDirection;
using Halide::Internal::ArgInfoKind;

// Whether a Func only gives an input another name, as Halide makes one for each input. A copy of it
// would need bounds of what is read, which for the bytes of images can be beyond 2^31.
bool names_an_input(const Halide::Internal::Function &function) {
    if (function.has_update_definition() || !function.has_pure_definition() ||
        function.values().size() != 1) {
        return false;
    }
    const auto *call = function.values()[0].as<Halide::Internal::Call>();
    return call != nullptr && call->call_type == Halide::Internal::Call::Image;
}

void register_unscheduled() {
    Pipeline::add_autoscheduler(
        unscheduled,
        [](const Pipeline &pipeline, const Target &, const Halide::AutoschedulerParams &,
           Halide::AutoSchedulerResults *) { compute_each_once(pipeline); });
}

Halide::AutoschedulerParams autoscheduler_of(const std::string &name, const Machine &machine) {
    if (name.empty()) {
        return {};
    }
    if (name == unscheduled) {
        register_unscheduled();
        return {name};
    }
    Halide::load_plugin(autoscheduler_file(name));
    return {name, {{"parallelism", std::to_string(machine.threads)}}};
}

void set_parameters(AbstractGenerator &generator, const Kernel &kernel,
                    const Scheduling &scheduling, const Machine &machine) {
    for (const auto &[name, value] : kernel.params) {
        generator.set_generatorparam_value(name, value);
    }
    for (const auto &[name, value] : scheduling.values) {
        generator.set_generatorparam_value(name, std::to_string(value));
    }
    // The layout of stored tiles is that of the machine's back end, also for the CPU's reference.
    const bool stores =
        kernel.generator == "pairwise_tiles" || kernel.param("reads_tiles") == "true";
    if (stores) {
        const int rows = schedule_value("pairwise_forward", "block_rows", machine);
        generator.set_generatorparam_value("block_rows", std::to_string(rows));
    }
}

void estimate(Halide::OutputImageParam parameter, const Halide::Buffer<> &buffer) {
    for (int d = 0; d < buffer.dimensions(); ++d) {
        parameter.dim(d).set_estimate(buffer.dim(d).min(), buffer.dim(d).extent());
    }
}

void set_estimates(AbstractGenerator &generator, Problem &problem) {
    for (const auto &info : generator.arginfos()) {
        const auto buffer = problem.buffers.find(info.name);
        if (info.dir == ArgInfoDirection::Output && buffer != problem.buffers.end()) {
            for (auto &output : generator.output_func(info.name).front().output_buffers()) {
                estimate(output, buffer->second);
            }
            continue;
        }
        if (info.dir == ArgInfoDirection::Output) {
            continue;
        }
        for (Halide::Parameter parameter : generator.input_parameter(info.name)) {
            if (parameter.is_buffer() && buffer != problem.buffers.end()) {
                for (int d = 0; d < buffer->second.dimensions(); ++d) {
                    parameter.set_min_constraint_estimate(d, buffer->second.dim(d).min());
                    parameter.set_extent_constraint_estimate(d, buffer->second.dim(d).extent());
                }
            } else if (!parameter.is_buffer()) {
                parameter.set_estimate(
                    Halide::cast(parameter.type(), Halide::Expr(problem.scalars[info.name])));
            }
        }
    }
}

std::vector<Halide::Argument> arguments_of(AbstractGenerator &generator) {
    std::vector<Halide::Argument> arguments;
    for (const auto &info : generator.arginfos()) {
        if (info.dir == ArgInfoDirection::Output) {
            continue;
        }
        for (const Halide::Parameter &parameter : generator.input_parameter(info.name)) {
            arguments.emplace_back(parameter.name(),
                                   parameter.is_buffer() ? Halide::Argument::InputBuffer
                                                         : Halide::Argument::InputScalar,
                                   parameter.type(), parameter.dimensions(),
                                   parameter.get_argument_estimates());
        }
    }
    return arguments;
}

} // namespace

void compute_each_once(const Pipeline &pipeline) {
    std::vector<Halide::Internal::Function> outputs;
    for (const Halide::Func &output : pipeline.outputs()) {
        outputs.push_back(output.function());
    }
    for (auto &[name, function] : Halide::Internal::build_environment(outputs)) {
        if (!names_an_input(function)) {
            Halide::Func(function).compute_root();
        }
    }
}

std::string autoscheduler_file(const std::string &name) {
    Dl_info library;
    if (dladdr(reinterpret_cast<void *>(&Halide::load_plugin), &library) == 0) {
        throw std::runtime_error("the folder of Halide's library is unknown");
    }
    std::string file = "libautoschedule_";
    for (const char letter : name) {
        file += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    const auto folder = std::filesystem::path(library.dli_fname).parent_path();
    return (folder / (file + ".so")).string();
}

namespace {

struct Scheduled {
    Pipeline pipeline;
    std::vector<Halide::Argument> arguments;
    Target target;
};

Scheduled make_pipeline(const Kernel &kernel, const Scheduling &scheduling, const Machine &machine,
                        Problem &problem) {
    Target target(machine.target);
    if (scheduling.autoscheduler == unscheduled) {
        target = target.without_feature(Target::OpenCL).without_feature(Target::CUDA);
        target = target.without_feature(Target::CUDACapability80);
    }
    const auto autoscheduler = autoscheduler_of(scheduling.autoscheduler, machine);
    const auto generator = Halide::Internal::GeneratorRegistry::create(
        kernel.generator, Halide::GeneratorContext(target, autoscheduler));
    if (!generator) {
        throw std::runtime_error("no generator " + kernel.generator + " is linked in");
    }
    set_parameters(*generator, kernel, scheduling, machine);
    Pipeline pipeline = generator->build_pipeline();
    set_estimates(*generator, problem);
    if (!autoscheduler.name.empty()) {
        pipeline.apply_autoscheduler(target, autoscheduler);
    }
    return {pipeline, arguments_of(*generator), target};
}

} // namespace

Halide::Callable build_kernel(const Kernel &kernel, const Scheduling &scheduling,
                              const Machine &machine, Problem &problem) {
    Scheduled made = make_pipeline(kernel, scheduling, machine, problem);
    if (made.target.has_feature(Target::CUDA)) {
        use_passes_over_cuda_text(kernel.in_place);
    }
    return made.pipeline.compile_to_callable(made.arguments, made.target);
}

void write_assembly(const std::string &file, const Kernel &kernel, const Scheduling &scheduling,
                    const Machine &machine, Problem &problem) {
    Scheduled made = make_pipeline(kernel, scheduling, machine, problem);
    made.pipeline.compile_to_assembly(file, made.arguments, kernel.name,
                                      made.target.with_feature(Target::NoRuntime));
}

} // namespace haliclr::tuner
