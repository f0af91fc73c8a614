// haliclr tune: starts haliclr-tune, a program of its own, since only it links the Halide compiler.
#include "trainer/cli/subcommands.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "trainer/errors.h"

namespace haliclr::trainer {

namespace {

// Replaces this process, so that signals and the exit code are those of the tuner.
[[noreturn]] void start_tuner(std::vector<std::string> arguments) {
    std::error_code unknown;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
    std::string tuner = (self.parent_path() / "haliclr-tune").string();
    std::vector<char *> words = {tuner.data()};
    for (std::string &argument : arguments) {
        words.push_back(argument.data());
    }
    words.push_back(nullptr);
    std::fflush(nullptr);
    ::execv(tuner.c_str(), words.data());
    if (errno == ENOENT) {
        throw UsageError("[tune] " + tuner +
                         " is missing: build it with 'cmake --build --preset release --target "
                         "haliclr_tune'");
    }
    throw UsageError("[tune] cannot start " + tuner + ": " + std::strerror(errno) +
                     "; build the target haliclr_tune again");
}

} // namespace

void add_tune(CLI::App &app) {
    CLI::App *tune =
        app.add_subcommand("tune", "Search values for the tunables of the kernels' schedules");
    tune->prefix_command(); // every further word is the tuner's, --help too
    tune->set_help_flag();
    tune->callback([tune] { start_tuner(tune->remaining()); });
}

} // namespace haliclr::trainer
