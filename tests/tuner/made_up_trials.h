// Trials without a kernel: sleep, crash, hang, or be wrong, as their values say.
#pragma once

#include "tuner/trial.h"

#include <csignal>
#include <stdexcept>
#include <thread>

namespace haliclr::tuner {

class MadeUpTrial : public Trial {
public:
    explicit MadeUpTrial(const Values &values) : values(values) {
        if (asks("throws")) {
            throw std::runtime_error("User error triggered at x.cpp:1\nError: tile 7 is odd\nmore");
        }
        if (asks("crashes")) {
            std::raise(SIGSEGV);
        }
        if (asks("hangs")) {
            std::this_thread::sleep_for(std::chrono::hours(1));
        }
    }

    void check() override {
        if (asks("is_wrong")) {
            throw std::runtime_error("wrong result: 3 of 9 elements differ");
        }
    }

    void run(int calls) override {
        if (asks("crashes_later")) {
            std::abort();
        }
        const auto found = values.find("microseconds");
        const int each = found == values.end() ? 100 : found->second;
        std::this_thread::sleep_for(std::chrono::microseconds(each) * calls);
    }

private:
    const Values values;

    bool asks(const char *what) const { return values.contains(what); }
};

inline MakeTrial make_made_up() {
    return [](const Scheduling &scheduling) {
        return std::make_unique<MadeUpTrial>(scheduling.values);
    };
}

} // namespace haliclr::tuner
