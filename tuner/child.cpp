// fork() and two pipes.
#include "tuner/child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace haliclr::tuner {

namespace {

using Clock = std::chrono::steady_clock;

// Compilers of drivers write to stderr, which would tear the progress line.
void silence() {
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
}

[[noreturn]] void work_and_leave(const std::function<void(Channel &)> &work, Channel channel) {
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    silence();
    try {
        work(channel);
    } catch (...) {
        _exit(1);
    }
    _exit(0); // without destructors: drivers' threads may be in the way
}

} // namespace

void Channel::send(const std::string &line) {
    const std::string text = line + "\n";
    for (size_t sent = 0; sent < text.size();) {
        const ssize_t count = write(out, text.data() + sent, text.size() - sent);
        if (count < 0 && errno != EINTR) {
            return; // the other end is gone, which its wait() reports
        }
        sent += std::max<ssize_t>(0, count);
    }
}

bool Channel::receive(std::string &line, double seconds) {
    const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
    for (;;) {
        if (const size_t end = pending.find('\n'); end != std::string::npos) {
            line = pending.substr(0, end);
            pending.erase(0, end + 1);
            return true;
        }
        const double left = std::chrono::duration<double>(deadline - Clock::now()).count();
        pollfd ready{in, POLLIN, 0};
        if (left <= 0 ||
            (poll(&ready, 1, static_cast<int>(left * 1000) + 1) < 0 && errno != EINTR)) {
            return false;
        }
        if ((ready.revents & (POLLIN | POLLHUP)) == 0) {
            continue;
        }
        std::array<char, 4096> bytes;
        const ssize_t count = read(in, bytes.data(), bytes.size());
        if (count == 0 || (count < 0 && errno != EINTR)) {
            return false;
        }
        pending.append(bytes.data(), std::max<ssize_t>(0, count));
    }
}

Child::Child(const std::function<void(Channel &)> &work) {
    int to_parent[2], to_child[2];
    if (pipe2(to_parent, O_CLOEXEC) != 0 || pipe2(to_child, O_CLOEXEC) != 0) {
        throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
    }
    process = fork();
    if (process < 0) {
        throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(errno));
    }
    if (process == 0) {
        close(to_parent[0]);
        close(to_child[1]);
        work_and_leave(work, Channel(to_child[0], to_parent[1]));
    }
    std::signal(SIGPIPE, SIG_IGN);
    close(to_parent[1]);
    close(to_child[0]);
    ends[0] = to_parent[0];
    ends[1] = to_child[1];
    channel = Channel(ends[0], ends[1]);
}

Child::~Child() {
    if (process > 0) {
        kill(process, SIGKILL);
        reap();
    }
    close(ends[0]);
    close(ends[1]);
}

std::string Child::reap() {
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    process = -1;
    if (WIFSIGNALED(status)) {
        return std::string("crashed (") + strsignal(WTERMSIG(status)) + ")";
    }
    return "ended without an answer (exit code " + std::to_string(WEXITSTATUS(status)) + ")";
}

Answer Child::wait(double seconds) {
    if (process < 0) {
        return {false, "has ended"};
    }
    std::string line;
    const auto start = Clock::now();
    if (channel.receive(line, seconds)) {
        return {true, line};
    }
    const double waited = std::chrono::duration<double>(Clock::now() - start).count();
    if (waited < seconds) {
        return {false, reap()}; // its end of the pipe is closed
    }
    kill(process, SIGKILL);
    reap();
    return {false, "no answer in " + std::to_string(static_cast<int>(seconds)) + " s"};
}

} // namespace haliclr::tuner
