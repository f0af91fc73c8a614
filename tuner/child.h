// A process of its own for work that may crash, hang or start threads. Messages are single lines.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <sys/types.h>

namespace haliclr::tuner {

// The end of a pair of pipes.
class Channel {
public:
    Channel(int in, int out) : in(in), out(out) {}

    void send(const std::string &line);
    // The next line, or why none came: false.
    bool receive(std::string &line, double seconds);

private:
    int in, out;
    std::string pending;
};

// A line, or in one phrase why none arrived: "crashed (Segmentation fault)", "no answer in 60 s".
struct Answer {
    bool arrived;
    std::string text;
};

class Child {
public:
    // Forks; `work` runs in the child, which then exits. The caller must not have started threads
    // that `work` needs. The child ignores interrupts, which are the parent's to handle.
    explicit Child(const std::function<void(Channel &)> &work);
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;
    ~Child(); // kills it where it still runs

    // A child that does not answer in time is killed.
    Answer wait(double seconds);
    void send(const std::string &line) { channel.send(line); }

private:
    pid_t process = -1;
    int ends[2] = {-1, -1};
    Channel channel{-1, -1};

    std::string reap();
};

} // namespace haliclr::tuner
