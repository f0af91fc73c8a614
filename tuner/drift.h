// Whether records still hold: --check.
#pragma once

#include "tuner/machine.h"
#include "tuner/record_file.h"
#include "tuner/settings.h"

#include <nlohmann/json.hpp>

namespace haliclr::tuner {

// Times every record of the file for this back end beside the schedule's own values, at the sizes
// of the settings, and prints the ratio of both then and now. The same as JSON.
nlohmann::ordered_json check_records(const RecordFile &records, const Settings &settings,
                                     const Machine &machine);

} // namespace haliclr::tuner
