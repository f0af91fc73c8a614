// The command haliclr: parses the command line and turns every error into one line and an exit
// code.
#include "dsl/nearest.h"
#include "trainer/cli/subcommands.h"
#include "trainer/error_line.h"
#include "trainer/errors.h"
#include "trainer/out_of_memory.h"

#include <iostream>

namespace haliclr::trainer {

namespace {

// The subcommand on the command line, or the application itself.
const CLI::App &active(const CLI::App &app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : active(*chosen.front());
}

std::vector<std::string> known_flags(const CLI::App &command) {
    std::vector<std::string> names;
    for (const CLI::Option *option : command.get_options()) {
        for (const std::string &name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    return names;
}

std::vector<std::string> known_subcommands(const CLI::App &command) {
    std::vector<std::string> names;
    for (const CLI::App *subcommand : command.get_subcommands(nullptr)) {
        names.push_back(subcommand->get_name());
    }
    return names;
}

// What is wrong with a word that no option or subcommand takes.
std::string unexpected_word(const CLI::App &app, const std::string &word) {
    const CLI::App &command = active(app);
    std::string path = command.get_name();
    for (const CLI::App *above = command.get_parent(); above != nullptr;
         above = above->get_parent()) {
        path = above->get_name() + " " + path;
    }
    if (word.starts_with("-")) {
        const std::string flag = word.substr(0, word.find('='));
        return "unknown flag " + flag + "; did you mean " + nearest(flag, known_flags(command)) +
               "? '" + path + " --help' lists all flags";
    }
    const std::vector<std::string> subcommands = known_subcommands(command);
    if (subcommands.empty()) {
        return "unexpected argument '" + word + "'; '" + path + " --help' shows the usage";
    }
    return "unknown command '" + word + "'; did you mean '" + nearest(word, subcommands) + "'? '" +
           path + " --help' lists all commands";
}

int report(const std::string &message, int exit_code) {
    std::cerr << "haliclr: " << message << '\n';
    return exit_code;
}

int usage_error(const CLI::App &app, const CLI::ParseError &error) {
    const std::vector<std::string> unexpected = app.remaining(/*recurse=*/true);
    if (!unexpected.empty()) {
        return report(unexpected_word(app, unexpected.front()), 2);
    }
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    return report(message + "; 'haliclr --help' shows the usage", 2);
}

int run(int argc, char **argv) {
    CLI::App app{"HaliCLR: SimCLR training built from compiled kernels", "haliclr"};
    app.set_version_flag("--version", "haliclr " HALICLR_VERSION);
    app.require_subcommand(1);
    add_pretrain(app);
    add_plan(app);
    add_eval(app);
    add_preview(app);
    add_doctor(app);
    add_bench(app);
    add_tune(app);
    add_build(app);
    try {
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::ParseError &error) {
        return error.get_exit_code() == 0 ? app.exit(error) : usage_error(app, error);
    } catch (const Error &error) {
        return report(error.what(), error.exit_code());
    } catch (const std::exception &error) {
        if (is_out_of_memory(error)) {
            return report("out of memory; use smaller batches or --limit", 5);
        }
        return report(error_line(error), 1);
    }
}

} // namespace

} // namespace haliclr::trainer

int main(int argc, char **argv) {
    return haliclr::trainer::run(argc, argv);
}
