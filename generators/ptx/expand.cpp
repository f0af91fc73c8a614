// The pass of generators/ptx/expand.h.
#include "generators/ptx/expand.h"

#include <algorithm>
#include <regex>

#include "generators/ptx/intrinsic.h"

namespace haliclr::ptx {

namespace {

bool is_intrinsic(const Call &call) {
    return call.function.starts_with(intrinsic_prefix);
}

IntrinsicResult known(const Source &source, const std::string &function, size_t at) {
    const IntrinsicResult found = find_intrinsic(function);
    if (found.intrinsic == nullptr) {
        source.fail(at, "no intrinsic is called " + function);
    }
    return found;
}

std::string count_of(size_t count, const std::string &thing) {
    return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

void check_types(const Source &source, const Call &call, const Intrinsic &intrinsic) {
    const auto fail = [&](const std::string &what) {
        source.fail(call.begin, call.function + " " + what);
    };
    if (int(call.operands.size()) != intrinsic.operand_count()) {
        fail("takes " + count_of(size_t(intrinsic.operand_count()), "operand") + ", the call has " +
             std::to_string(call.operands.size()));
    }
    for (size_t k = 0; k < call.operands.size(); ++k) {
        if (call.operands[k].type != "b32") {
            fail("takes operands of type b32, operand " + std::to_string(k) + " is " +
                 call.operands[k].type);
        }
    }
    if (call.results.size() != 1 || !call.results[0].is_register()) {
        fail("has one result, the call takes " + std::to_string(call.results.size()));
    }
    if (call.results[0].type != "b32") {
        fail("has a result of type b32, the call takes " + call.results[0].type);
    }
}

// A later call of a group repeats the first one's operands, results so far in place of those that
// they accumulate to.
void check_operands(const Source &source, const Call &call, const std::vector<Operand> &first,
                    const std::vector<Operand> &results, const Intrinsic &intrinsic) {
    for (size_t k = 0; k < first.size(); ++k) {
        const int element = int(k) - intrinsic.accumulator_begin();
        const bool updated = element >= 0 && element < int(results.size()) &&
                             call.operands[k].text == results[size_t(element)].text;
        if (call.operands[k] != first[k] && !updated) {
            source.fail(call.begin, call.function + " has " + call.operands[k].text +
                                        " as operand " + std::to_string(k) +
                                        ", the group's first call has " + first[k].text);
        }
    }
}

class Expansion {
public:
    explicit Expansion(const Source &source) : source(source) {}

    std::string run() {
        const std::vector<Call> calls = calls_in(source);
        drop_declarations(calls.empty() ? source.text.size() : calls[0].begin);
        for (auto call = calls.begin(); call != calls.end();) {
            call = is_intrinsic(*call) ? replace_group(call, calls.end()) : call + 1;
        }
        keep_until(source.text.size());
        return std::move(expanded);
    }

private:
    using Calls = std::vector<Call>::const_iterator;

    const Source &source;
    std::string expanded;
    size_t done = 0; // so much of the text is in `expanded` or replaced

    void keep_until(size_t end) {
        check_kept(end);
        expanded += source.text.substr(done, end - done);
        done = end;
    }

    // That no call of an intrinsic is left, such as one in a form that calls_in does not read.
    void check_kept(size_t end) const {
        for (size_t at = source.text.find(intrinsic_prefix, done); at < end;
             at = source.text.find(intrinsic_prefix, at + 1)) {
            const size_t line = source.text.rfind('\n', at) + 1; // npos + 1 is 0
            const size_t word = source.text.find_first_not_of(" \t", line);
            if (word == at || source.text.substr(word).starts_with("call")) {
                source.fail(at, "a call of an intrinsic in a form that is not known");
            }
        }
    }

    // Declarations stand before the first function that calls one.
    void drop_declarations(size_t end) {
        static const std::regex declaration(
            R"(\.extern \.func\s+(?:\([^()]*\)\s*)?(haliclr_\w+)\s*\([^()]*\)\s*;[ \t]*\n?)");
        for (std::cregex_iterator at(source.text.data(), source.text.data() + end, declaration),
             none;
             at != none; ++at) {
            const auto position = size_t(at->position());
            known(source, at->str(1), position);
            keep_until(position);
            done += size_t(at->length());
        }
    }

    Calls replace_group(Calls call, Calls end) {
        const Calls first = call;
        const auto [intrinsic, start] = known(source, first->function, first->begin);
        if (start != 0) {
            source.fail(first->begin, first->function + " comes without " + intrinsic->function(0) +
                                          " before it");
        }
        std::vector<Operand> results;
        for (int result = 0; result < intrinsic->results; ++result, ++call) {
            check_member(first, call, end, *intrinsic, result);
            check_types(source, *call, *intrinsic);
            check_operands(source, *call, first->operands, results, *intrinsic);
            results.push_back(call->results[0]);
        }
        keep_until(first->begin);
        expanded += intrinsic->text(results, first->operands);
        done = std::prev(call)->end;
        return call;
    }

    // That the call is result `result` of the group that `first` begins, and right behind the last.
    void check_member(Calls first, Calls call, Calls end, const Intrinsic &intrinsic,
                      int result) const {
        const std::string wanted = intrinsic.function(result);
        if (call != end && call->function == wanted &&
            (result == 0 || std::prev(call)->end == call->begin)) {
            return;
        }
        const std::string group = "the group of " + first->function + " in line " +
                                  std::to_string(source.line(first->begin));
        if (call == end || !is_intrinsic(*call)) {
            source.fail(first->begin, "the group of " + first->function + " lacks " + wanted);
        }
        if (call->function == wanted) {
            source.fail(std::prev(call)->end, "something stands between the calls of " + group);
        }
        source.fail(call->begin, call->function + " where " + group + " needs " + wanted);
    }
};

} // namespace

std::string expand(const Source &source) {
    return Expansion(source).run();
}

} // namespace haliclr::ptx
