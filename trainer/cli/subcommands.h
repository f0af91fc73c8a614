// The subcommands of haliclr. Each function adds one to the application, with a callback that runs
// it.
//
// A callback returns when its work is done (exit code 0) and throws an Error with the exit code
// otherwise; main prints the error as one line.
#pragma once

#include <CLI/CLI.hpp>

namespace haliclr::trainer {

void add_pretrain(CLI::App &app);
void add_plan(CLI::App &app);
void add_eval(CLI::App &app);
void add_preview(CLI::App &app);
void add_doctor(CLI::App &app);
void add_bench(CLI::App &app);
void add_tune(CLI::App &app);
void add_build(CLI::App &app);

} // namespace haliclr::trainer
