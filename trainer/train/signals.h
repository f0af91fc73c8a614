// SIGINT, SIGTERM and SIGHUP (a lost terminal) as a request to stop after the current step.
#pragma once

#include <csignal>

namespace haliclr::trainer {

// While an object of this class lives, the first such signal is only noted; a second one acts as
// usual. One object at a time.
class StopSignals {
public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals &) = delete;
    StopSignals &operator=(const StopSignals &) = delete;

    // The signal received, 0 while none was.
    int received() const;

private:
    struct sigaction previous_interrupt, previous_terminate, previous_hangup;
};

} // namespace haliclr::trainer
