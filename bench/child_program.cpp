// The last line of a child.
#include "bench/child_program.h"

#include "trainer/build/subprocess.h"
#include "trainer/errors.h"

namespace haliclr::bench {

std::filesystem::path this_program() {
    return std::filesystem::read_symlink("/proc/self/exe");
}

nlohmann::ordered_json answer_of(const std::vector<std::string> &words, const std::string &what) {
    std::string last;
    const int code = trainer::run_program(words, [&](const std::string &line) { last = line; });
    auto answer = nlohmann::ordered_json::parse(last, nullptr, /*allow_exceptions=*/false);
    if (code != 0 || answer.is_discarded()) {
        throw trainer::Error("[bench] " + what + " ended with exit code " + std::to_string(code) +
                             (last.empty() ? "" : ": " + last));
    }
    return answer;
}

} // namespace haliclr::bench
