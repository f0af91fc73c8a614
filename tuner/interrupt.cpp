// A flag that the handler sets; everything else happens where the flag is asked.
#include "tuner/interrupt.h"

#include <csignal>

namespace haliclr::tuner {

namespace {

volatile std::sig_atomic_t noted = 0;

void note(int signal) {
    noted = 1;
    std::signal(signal, SIG_DFL);
}

} // namespace

void watch_interrupts() {
    std::signal(SIGINT, note);
    std::signal(SIGTERM, note);
}

bool interrupted() {
    return noted != 0;
}

} // namespace haliclr::tuner
