// One line of JSON an answer: {"fault": ...}, {} or {"rounds": [...]}.
#include "tuner/trial_process.h"

#include <nlohmann/json.hpp>

#include <sstream>

namespace haliclr::tuner {

namespace {

using nlohmann::json;

// Runs a step and answers with what it returns or throws. False: it threw.
template <typename Step>
bool answer(Channel &parent, Step step) {
    try {
        parent.send(step().dump());
        return true;
    } catch (const Halide::Error &error) { // no std::exception
        parent.send(json{{"fault", one_line(error.what())}}.dump());
    } catch (const std::exception &error) {
        parent.send(json{{"fault", one_line(error.what())}}.dump());
    } catch (...) {
        parent.send(json{{"fault", "threw something unknown"}}.dump());
    }
    return false;
}

void serve(Channel &parent, const MakeTrial &make, const Scheduling &scheduling) {
    std::unique_ptr<Trial> trial;
    const bool ready = answer(parent, [&] {
        trial = make(scheduling);
        trial->check();
        return json::object();
    });
    std::string order;
    constexpr double whole_day = 86400; // the parent ends this process when it is done with it
    while (ready && parent.receive(order, whole_day)) {
        answer(parent, [&] {
            const json numbers = json::parse(order);
            return json{{"rounds", time_rounds(*trial, {numbers[0], numbers[1], numbers[2]})}};
        });
    }
}

} // namespace

std::string one_line(const std::string &message) {
    std::istringstream lines(message);
    std::string line;
    while (std::getline(lines, line) &&
           (line.empty() || line.find("error triggered at") != std::string::npos)) {
    }
    const std::string prefix = "Error: ";
    return line.starts_with(prefix) ? line.substr(prefix.size()) : line;
}

TrialProcess::TrialProcess(const MakeTrial &make, const Scheduling &scheduling, double limit)
    : limit(limit), child([&](Channel &parent) { serve(parent, make, scheduling); }) {}

Outcome TrialProcess::ready() {
    const Answer answer = child.wait(limit);
    if (!answer.arrived) {
        return {answer.text, {}};
    }
    return {json::parse(answer.text).value("fault", ""), {}};
}

Outcome TrialProcess::time(const Rounds &rounds) {
    child.send(json{rounds.seconds, rounds.least, rounds.most}.dump());
    const Answer answer = child.wait(limit);
    if (!answer.arrived) {
        return {answer.text, {}};
    }
    const json reply = json::parse(answer.text);
    return {reply.value("fault", ""), reply.value("rounds", std::vector<double>())};
}

InterleavedOutcome interleave(const MakeTrial &make, const std::vector<Scheduling> &schedulings,
                              const Rounds &rounds, double limit) {
    Child child([&](Channel &parent) {
        answer(parent, [&] {
            std::vector<std::unique_ptr<Trial>> trials;
            for (const Scheduling &scheduling : schedulings) {
                trials.push_back(make(scheduling));
            }
            return json{{"rounds", time_interleaved(trials, rounds)}};
        });
    });
    const Answer answer = child.wait(limit * schedulings.size() + 2 * rounds.seconds);
    if (!answer.arrived) {
        return {answer.text, {}};
    }
    const json reply = json::parse(answer.text);
    return {reply.value("fault", ""), reply.value("rounds", std::vector<std::vector<double>>())};
}

} // namespace haliclr::tuner
