// The build folder that this binary comes from, and the tools that made it.
#pragma once

namespace haliclr::trainer {

struct Origin {
    const char *source, *build; // folders
    const char *cmake, *generator, *make_program, *compiler;
    const char *venv, *halide_root, *libtorch_root; // the roots may be empty
    const char *cpu_features;  // of the cpu kernels' targets, best first, separated by ','
    const char *tuned_records; // names of files in schedules/tuned, separated by ','
};

extern const Origin origin;

} // namespace haliclr::trainer
