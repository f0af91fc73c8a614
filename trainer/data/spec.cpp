// Parses and checks the SPEC of a data set without touching any file.
#include "trainer/data/spec.h"

#include <charconv>

#include "dsl/nearest.h"
#include "trainer/errors.h"

namespace haliclr::trainer {

namespace {

// 32 x 32 x 3 bytes each, within the 2 GiB that an image table addresses.
constexpr int64_t max_synthetic = 699050;

std::string kinds_text() {
    std::string text;
    for (const std::string &kind : data_kinds()) {
        text += (text.empty() ? "" : ", ") + kind;
    }
    return text;
}

std::string name_of(const std::string &kind) {
    return kind.substr(0, kind.find_first_of("[:"));
}

int64_t parse_count(const std::string &spec, const std::string &text) {
    int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size() || count < 1 ||
        count > max_synthetic) {
        throw UsageError("[data] '" + spec + "': the number of images is '" + text +
                         "', expected 1 to " + std::to_string(max_synthetic) +
                         ", as in synthetic:1000");
    }
    return count;
}

} // namespace

const std::vector<std::string> &data_kinds() {
    static const std::vector<std::string> kinds{"fashion-mnist[:DIR]", "cifar10:DIR",
                                                "cifar100:DIR", "synthetic:N"};
    return kinds;
}

DataSpec parse_data_spec(const std::string &spec) {
    const size_t colon = spec.find(':');
    DataSpec parsed{spec.substr(0, colon),
                    colon == std::string::npos ? "" : spec.substr(colon + 1)};
    std::vector<std::string> names;
    bool known = false;
    for (const std::string &kind : data_kinds()) {
        names.push_back(name_of(kind));
        known |= names.back() == parsed.kind;
    }
    if (!known) {
        throw UsageError("[data] '" + spec + "': unknown kind of data '" + parsed.kind +
                         "'; did you mean '" + nearest(parsed.kind, names) +
                         "'? Known kinds: " + kinds_text());
    }
    if (parsed.kind == "synthetic") {
        parsed.count = parse_count(spec, parsed.argument);
    } else if (parsed.argument.empty() && (parsed.kind != "fashion-mnist" || colon != spec.npos)) {
        throw UsageError("[data] '" + spec + "': no folder given; write " + parsed.kind +
                         ":DIR with the folder of the files");
    }
    return parsed;
}

} // namespace haliclr::trainer
