// The description for cmake/HaliclrSpecialized.cmake, and the two calls of CMake.
#include "trainer/build/project.h"

#include "machine/processor.h"
#include "runtime/ops/unit_rows.h"
#include "trainer/build/origin.h"
#include "trainer/build/subprocess.h"
#include "trainer/errors.h"
#include "trainer/train/atomic_file.h"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace haliclr::trainer {

namespace fs = std::filesystem;

namespace {

std::string joined(const std::vector<std::string> &words) {
    std::string text;
    for (const std::string &word : words) {
        text += (text.empty() ? "" : ";") + word;
    }
    return text;
}

std::string description_of(const BuildFolder &folder, const Specialization &special,
                           const TargetProcessor &processor) {
    std::ostringstream text;
    const auto set = [&](const std::string &name, const std::string &value) {
        text << "set(" << name << " [==[" << value << "]==])\n";
    };
    text << "# Written by haliclr build; cmake/HaliclrSpecialized.cmake reads it.\n";
    set("HALICLR_BACKENDS", special.backend);
    set("HALICLR_CPU_FEATURES", processor.features);
    set("HALICLR_TUNED_DEVICE", joined(processor.records));
    set("HALICLR_ONLY_RECIPES", joined(special.recipes));
    set("HALICLR_ONLY_SIZE", std::to_string(special.view_size));
    set("HALICLR_KEPT_KERNELS", joined(special.kernels));
    const auto fix = [&](const std::string &generator, int64_t columns) {
        set("HALICLR_FIXED_" + generator,
            "rows=" + std::to_string(special.rows) + ";columns=" + std::to_string(columns));
    };
    fix("unit_rows", special.columns);
    for (const char *generator : {"pairwise_tiles", "pairwise_forward", "pairwise_backward"}) {
        fix(generator, runtime::filled_columns(special.columns));
    }
    if (special.image_height > 0) {
        set("HALICLR_FIXED_views", "image_height=" + std::to_string(special.image_height) +
                                       ";image_width=" + std::to_string(special.image_width));
    }
    set("HALICLR_OUTPUT", fs::absolute(folder.root).string());
    return text.str();
}

std::string values_of(const Specialization &special, const TargetProcessor &processor) {
    std::ostringstream text;
    text << "// Written by haliclr build.\n#include \"runtime/specialization.h\"\n\n"
         << "namespace haliclr::runtime {\n\n"
         << "const std::vector<FixedValue> &fixed_values() {\n"
         << "    static const std::vector<FixedValue> values = {\n";
    const auto add = [&](const std::string &key, const std::string &value) {
        text << "        {R\"--(" << key << ")--\", R\"--(" << value << ")--\"},\n";
    };
    for (const auto &[key, value] : special.fixed) {
        add(key, value);
    }
    add("instruction sets", processor.features);
    add("tuned records", joined(processor.records));
    add("kernels", joined(special.kernels));
    text << "    };\n    return values;\n}\n\n} // namespace haliclr::runtime\n";
    return text.str();
}

std::string text_of(const fs::path &file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

// Runs a step of the build; its lines go to the log, those that tell of progress to the terminal.
void run_step(const std::string &what, const std::vector<std::string> &words,
              const BuildFolder &folder, std::ofstream &log) {
    const bool terminal = isatty(STDERR_FILENO) != 0;
    std::fprintf(stderr, "%s\n", what.c_str());
    std::string first_error;
    const int code = run_program(words, [&](const std::string &line) {
        log << line << '\n' << std::flush;
        const bool is_fault = line.find("rror") != std::string::npos || line.starts_with("FAILED");
        const bool tells = first_error.empty() && is_fault;
        first_error = tells ? line : first_error;
        if (terminal && line.starts_with("[")) {
            std::fprintf(stderr, "\r\033[K%.100s", line.c_str());
        }
    });
    std::fprintf(stderr, "%s", terminal ? "\r\033[K" : "");
    if (code != 0) {
        throw Error("[build] " + what + " failed with code " + std::to_string(code) + " (" +
                    first_error + "); '" + folder.log_file().string() +
                    "' holds all of its output");
    }
}

} // namespace

TargetProcessor this_processor() {
    TargetProcessor processor;
    std::istringstream candidates(origin.cpu_features);
    for (std::string features; std::getline(candidates, features, ',');) {
        processor.features = features;
        if (missing_instruction_sets(features).empty()) {
            break;
        }
    }
    const std::string own = slug_of(processor_device());
    std::istringstream built_with(origin.tuned_records);
    if (fs::exists(fs::path(origin.source) / "schedules" / "tuned" / (own + ".json"))) {
        processor.records.push_back(own);
    }
    for (std::string record; std::getline(built_with, record, ',');) {
        if (record != own) {
            processor.records.push_back(record);
        }
    }
    return processor;
}

void require_free(const BuildFolder &folder, const Specialization &special,
                  const TargetProcessor &processor) {
    const std::string name = "'" + folder.root.string() + "'";
    if (!fs::exists(folder.root)) {
        return;
    }
    if (!fs::is_directory(folder.root)) {
        throw UsageError("[build] --out " + name + " is a file; name a new folder");
    }
    const bool same = text_of(folder.description()) == description_of(folder, special, processor);
    if (!fs::is_empty(folder.root) && !same) {
        throw UsageError("[build] --out " + name +
                         " is not empty and holds no build of this configuration; name a new one");
    }
}

void write_project(const BuildFolder &folder, const Config &config, const Specialization &special,
                   const TargetProcessor &processor) {
    if (!fs::exists(fs::path(origin.build) / "haliclr_parts.cmake")) {
        throw UsageError("[build] '" + std::string(origin.build) +
                         "', whose parts the binary is made of, is gone; build HaliCLR again and "
                         "run the haliclr of that build");
    }
    std::error_code fault;
    fs::create_directories(folder.root, fault);
    if (fault) {
        throw UsageError("[build] cannot make --out '" + folder.root.string() +
                         "': " + fault.message() + "; name another folder");
    }
    write_atomically(folder.description(), description_of(folder, special, processor));
    write_atomically(folder.values_source(), values_of(special, processor));
    write_atomically(folder.config_file(), to_toml(config));
}

void build_project(const BuildFolder &folder) {
    std::ofstream log(folder.log_file());
    const std::string work = folder.work().string();
    const auto define = [](const std::string &name, const fs::path &value) {
        return "-D" + name + "=" + value.string();
    };
    run_step("configuring",
             {origin.cmake, "-S", origin.source, "-B", work, "-G", origin.generator,
              define("CMAKE_MAKE_PROGRAM", origin.make_program),
              define("CMAKE_CXX_COMPILER", origin.compiler), define("CMAKE_BUILD_TYPE", "Release"),
              define("HALICLR_VENV", origin.venv), define("HALIDE_ROOT", origin.halide_root),
              define("LIBTORCH_ROOT", origin.libtorch_root),
              define("HALICLR_GENERIC_BUILD", origin.build),
              define("HALICLR_SPECIALIZATION", fs::absolute(folder.description()))},
             folder, log);
    run_step("compiling kernels, output in '" + folder.log_file().string() + "'",
             {origin.cmake, "--build", work, "-j", std::to_string(sysconf(_SC_NPROCESSORS_ONLN)),
              "--target", "haliclr"},
             folder, log);
}

fs::path generic_binary() {
    return fs::path(origin.build) / "haliclr";
}

} // namespace haliclr::trainer
