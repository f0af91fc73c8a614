// A handler that sets a flag and nothing else, which is all that a handler may safely do.
#include "trainer/train/signals.h"

namespace haliclr::trainer {

namespace {

volatile std::sig_atomic_t received_signal = 0;

void note_signal(int signal) {
    received_signal = signal;
}

} // namespace

StopSignals::StopSignals() {
    received_signal = 0;
    struct sigaction action = {};
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESETHAND | SA_RESTART;
    sigaction(SIGINT, &action, &previous_interrupt);
    sigaction(SIGTERM, &action, &previous_terminate);
    // Under nohup the signal stays ignored.
    sigaction(SIGHUP, nullptr, &previous_hangup);
    if (previous_hangup.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &action, nullptr);
    }
}

StopSignals::~StopSignals() {
    sigaction(SIGINT, &previous_interrupt, nullptr);
    sigaction(SIGTERM, &previous_terminate, nullptr);
    sigaction(SIGHUP, &previous_hangup, nullptr);
}

int StopSignals::received() const {
    return received_signal;
}

} // namespace haliclr::trainer
