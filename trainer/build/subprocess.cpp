// posix_spawn with a pipe on both outputs.
#include "trainer/build/subprocess.h"

#include <array>
#include <cerrno>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace haliclr::trainer {

namespace {

void read_lines(int descriptor, const std::function<void(const std::string &)> &on_line) {
    std::array<char, 4096> buffer;
    std::string line;
    for (;;) {
        const ssize_t size = read(descriptor, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            break;
        }
        for (ssize_t i = 0; i < size; ++i) {
            if (buffer[static_cast<size_t>(i)] != '\n') {
                line += buffer[static_cast<size_t>(i)];
                continue;
            }
            on_line(line);
            line.clear();
        }
    }
    if (!line.empty()) {
        on_line(line);
    }
}

int exit_code_of(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

int run_program(const std::vector<std::string> &words,
                const std::function<void(const std::string &)> &on_line) {
    std::vector<char *> arguments;
    for (const std::string &word : words) {
        arguments.push_back(const_cast<char *>(word.c_str())); // posix_spawn does not write
    }
    arguments.push_back(nullptr);
    std::array<int, 2> ends;
    if (pipe(ends.data()) != 0) {
        return 127;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    pid_t child = 0;
    const int fault =
        posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (fault == 0) {
        read_lines(ends[0], on_line);
    }
    close(ends[0]);
    return fault == 0 ? exit_code_of(child) : 127;
}

} // namespace haliclr::trainer
