// Calls of operators whose refusal means that the command line was wrong.
#pragma once

#include <c10/util/Exception.h>

#include "trainer/errors.h"

namespace haliclr::trainer {

// Runs `call` and turns what the runtime refuses (a recipe that does not parse, an unknown back
// end) into a UsageError.
template <typename Call>
auto as_usage(const Call &call) {
    try {
        return call();
    } catch (const c10::Error &error) {
        throw UsageError(error.what_without_backtrace());
    } catch (const std::invalid_argument &error) {
        throw UsageError(error.what());
    }
}

} // namespace haliclr::trainer
