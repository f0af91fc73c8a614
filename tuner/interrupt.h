// Ctrl-C: the present candidate is finished, then the tuner stops.
#pragma once

namespace haliclr::tuner {

// From here on SIGINT and SIGTERM are noted; a second one ends the process at once.
void watch_interrupts();
bool interrupted();

} // namespace haliclr::tuner
