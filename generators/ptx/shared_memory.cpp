// The pass of generators/ptx/shared_memory.h.
#include "generators/ptx/shared_memory.h"

#include <algorithm>
#include <regex>
#include <string_view>

namespace haliclr::ptx {

namespace {

// The widest access is a vector of four words.
constexpr std::string_view array = ".extern .shared .align 16 .b8 block_memory[];\n\n";
constexpr std::string_view array_address = "\t.reg .b64 \t%shared, %shared_at;\n"
                                           "\tmov.b64 \t%shared, block_memory;\n";

class Placement {
public:
    explicit Placement(const Source &source) : source(source) {}

    std::string run() {
        for (size_t begin = 0; begin < source.text.size();) {
            const size_t end = std::min(source.text.find('\n', begin), source.text.size() - 1) + 1;
            take(begin, source.text.substr(begin, end - begin));
            begin = end;
        }
        end_function();
        return accesses == 0 ? std::string(source.text) : std::move(placed);
    }

private:
    const Source &source;
    std::string placed, body; // of the whole text; of the function being read
    size_t accesses = 0, of_function = 0;
    bool declared = false;

    void take(size_t begin, std::string_view line) {
        if (line.starts_with(".visible .entry") || line.starts_with(".func")) {
            end_function();
            declare();
        }
        if (line.substr(0, line.find("//")).find("shared") == line.npos) {
            body += line;
            return;
        }
        place(begin, line);
    }

    // Before the first function.
    void declare() {
        if (!declared) {
            placed += array;
            declared = true;
        }
    }

    // A function that uses the memory begins with its address.
    void end_function() {
        if (of_function > 0) {
            const size_t brace = body.find("\n{\n");
            if (brace == body.npos) {
                source.fail(0, "an access to shared memory outside a function");
            }
            body.insert(brace + 3, array_address);
        }
        placed += body;
        body.clear();
        accesses += of_function;
        of_function = 0;
    }

    void place(size_t begin, std::string_view line) {
        static const std::regex access(
            R"(\s*(?:ld|st)\.shared(?:\.v[24])?\.\w+\s[^\[]*\[(%\w+)(?:\+-?\d+)?\][^\[]*\n)");
        std::match_results<std::string_view::const_iterator> match;
        if (!std::regex_match(line.begin(), line.end(), match, access)) {
            source.fail(begin, "an access to shared memory in a form that is not known");
        }
        ++of_function;
        const auto at = size_t(match.position(1)), length = size_t(match.length(1));
        body += "\tadd.s64 \t%shared_at, " + match.str(1) + ", %shared;\n";
        body += line.substr(0, at);
        body += "%shared_at";
        body += line.substr(at + length);
    }
};

} // namespace

std::string place_shared_memory(const Source &source) {
    return Placement(source).run();
}

} // namespace haliclr::ptx
