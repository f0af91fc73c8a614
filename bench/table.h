// The rows that a benchmark yields, as a table for people and as JSON for programs.
#pragma once

#include "bench/measure.h"
#include "bench/roofline.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace haliclr::bench {

// One way of doing one piece of work.
struct Row {
    std::string operator_name, problem, name;
    Timing timing;        // milliseconds
    double speedup;       // first row of the problem (ours) against this one: its time / our time
    double work;          // of one execution, in `unit`
    std::string unit;     // what the rate counts: views, parameters, products
    double bound;         // least milliseconds by the roofline; 0 where none is stated
    std::string bound_of; // the bound's formula
    double difference; // largest difference of its result from ours, relative to the largest value
};

// Rows of one problem from the timings of its candidates, ours first.
struct Problem {
    std::string operator_name, problem, unit, bound_of;
    double work, bound;
};
std::vector<Row> rows_of(const Problem &problem, const std::vector<Candidate> &candidates,
                         const std::vector<Timing> &timings,
                         const std::vector<double> &differences);

// Bounds each row by what its own factors go through: `factors` has a type (see product_roof) for
// each, `flop` is that of all products and `flop_of` its formula.
void bound_by_factors(std::vector<Row> &rows, const std::vector<std::string> &factors, double flop,
                      const std::string &flop_of, const Roofline &roofline);

std::string to_text(const std::vector<Row> &rows);
std::string to_text(const Roofline &roofline); // one line, without its end
nlohmann::ordered_json to_json(const std::vector<Row> &rows, const Roofline &roofline, int threads);

} // namespace haliclr::bench
