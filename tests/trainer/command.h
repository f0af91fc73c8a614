// Runs the built command as a user does and returns what it says.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <sys/wait.h>
#include <vector>

struct CommandResult {
    int exit_code;      // 128 + signal where a signal ended it
    std::string output; // stdout and stderr together
};

// arguments: a shell's text, such as "pretrain --data synthetic:8". before: words in front of the
// command, such as an environment variable.
inline CommandResult run_command(const std::string &command, const std::string &arguments,
                                 const std::string &before = "") {
    const std::string line = before + " '" + command + "' " + arguments + " 2>&1";
    std::FILE *pipe = popen(line.c_str(), "r");
    CommandResult result{-1, ""};
    std::array<char, 4096> buffer;
    for (size_t size; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
        result.output.append(buffer.data(), size);
    }
    const int status = pclose(pipe);
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

inline CommandResult run_haliclr(const std::string &arguments, const std::string &before = "") {
    return run_command(HALICLR_COMMAND, arguments, before);
}

// An error: the exit code, one line of the command's, and every given word in it.
inline void expect_error(const CommandResult &result, int exit_code,
                         const std::vector<std::string> &words) {
    EXPECT_EQ(result.exit_code, exit_code) << result.output;
    EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
    EXPECT_TRUE(result.output.starts_with("haliclr: ")) << result.output;
    for (const std::string &word : words) {
        EXPECT_NE(result.output.find(word), std::string::npos)
            << word << " is missing in: " << result.output;
    }
}
