// Pairwise losses and their gradients in double, as plain loops without symmetry or streaming.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "dsl/pairwise_limits.h"

namespace haliclr::reference {

// A row-major matrix in double.
struct Matrix {
    int rows, columns;
    std::vector<double> entries = std::vector<double>(size_t(rows) * columns);
    double &operator()(int r, int c) { return entries[size_t(r) * columns + c]; }
    double operator()(int r, int c) const { return entries[size_t(r) * columns + c]; }
};

struct Loss {
    std::string kind = "ntxent";
    double temperature = 0.5, margin = 0.4;
    bool semi_hard = false;
};

struct Reference {
    double loss = 0, accuracy = 0, detail = 0;
    std::vector<double> inverse_norms = {};
    Matrix dz;
};

inline Matrix unit_rows(const Matrix &z, std::vector<double> &inverse_norms) {
    Matrix u{z.rows, z.columns};
    for (int i = 0; i < z.rows; ++i) {
        double squares = 0;
        for (int d = 0; d < z.columns; ++d) {
            squares += z(i, d) * z(i, d);
        }
        inverse_norms.push_back(1 / std::max(std::sqrt(squares), 1e-12));
        for (int d = 0; d < z.columns; ++d) {
            u(i, d) = z(i, d) * inverse_norms.back();
        }
    }
    return u;
}

inline double dot(const Matrix &u, int i, int j) {
    double sum = 0;
    for (int d = 0; d < u.columns; ++d) {
        sum += u(i, d) * u(j, d);
    }
    return sum;
}

// One row: the loss, its detail, and the slopes with respect to each of the row's similarities.
struct RowLoss {
    double loss = 0, detail = 0;
    std::vector<double> slopes;
};

// Softmax cross entropy of the row's similarities against its positive.
inline RowLoss ntxent_row(const std::vector<double> &s, int row, int partner, const Loss &loss) {
    RowLoss result{.slopes = std::vector<double>(s.size())};
    double sum = 0;
    for (size_t j = 0; j < s.size(); ++j) {
        sum += int(j) == row ? 0 : std::exp((s[j] - 1) / loss.temperature);
    }
    for (size_t j = 0; j < s.size(); ++j) {
        if (int(j) != row) {
            const double exponent = (s[j] - 1) / loss.temperature;
            const double share = std::exp(exponent) / sum;
            result.detail -= share * (exponent - std::log(sum));
            result.slopes[j] = (share - (int(j) == partner ? 1 : 0)) / loss.temperature;
        }
    }
    result.loss = std::log(sum) - (s[partner] - 1) / loss.temperature;
    return result;
}

inline double sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}

// The two losses whose negatives are averaged; a margin triplet's inactive negatives are of loss 0.
inline RowLoss averaged_row(const std::vector<double> &s, int row, int partner, const Loss &loss) {
    RowLoss result{.slopes = std::vector<double>(s.size())};
    const bool logistic = loss.kind == "nt_logistic";
    const double p = s[partner], t = loss.temperature, m = loss.margin;
    std::vector<int> selected;
    for (int j = 0; j < int(s.size()); ++j) {
        const bool semi_hard = s[j] < p && s[j] > p - m;
        if (j != row && j != partner && (!loss.semi_hard || semi_hard)) {
            selected.push_back(j);
        }
    }
    const double count = std::max<double>(double(selected.size()), 1);
    int active = 0;
    for (int j : selected) {
        const bool counts = logistic || s[j] - p + m > 0;
        active += counts ? 1 : 0;
        result.loss +=
            logistic ? std::log1p(std::exp(s[j] / t)) / count : std::max(s[j] - p + m, 0.0) / count;
        result.slopes[j] = counts ? (logistic ? sigmoid(s[j] / t) / t : 1) / count : 0;
        result.slopes[partner] -= !logistic && counts ? 1 / count : 0;
    }
    if (logistic) {
        result.loss += std::log1p(std::exp(-p / t));
        result.slopes[partner] -= sigmoid(-p / t) / t;
    }
    result.detail = active / std::max<double>(double(s.size()) - 2, 1);
    return result;
}

// The mean loss of z's rows and its gradient times `gradient`, through both factors of S = U U^T
// and the normalisation.
inline Reference evaluate(const Matrix &z, const Loss &loss, double gradient = 1) {
    Reference result{.dz = {z.rows, z.columns}};
    const Matrix u = unit_rows(z, result.inverse_norms);
    const int rows = z.rows;
    Matrix du{rows, z.columns};
    for (int i = 0; i < rows; ++i) {
        const int partner = (i + rows / 2) % rows;
        std::vector<double> s(rows);
        double negative = -2;
        for (int j = 0; j < rows; ++j) {
            s[j] = dot(u, i, j);
            negative = j == i || j == partner ? negative : std::max(negative, s[j]);
        }
        const RowLoss row = loss.kind == "ntxent" ? ntxent_row(s, i, partner, loss)
                                                  : averaged_row(s, i, partner, loss);
        result.loss += row.loss / rows;
        result.detail += row.detail / rows;
        result.accuracy += (s[partner] > negative + dsl::least_similarity_lead ? 1.0 : 0.0) / rows;
        for (int j = 0; j < rows; ++j) {
            for (int d = 0; d < z.columns; ++d) {
                du(i, d) += gradient / rows * row.slopes[j] * u(j, d);
                du(j, d) += gradient / rows * row.slopes[j] * u(i, d);
            }
        }
    }
    for (int i = 0; i < rows; ++i) {
        double along = 0;
        for (int d = 0; d < z.columns; ++d) {
            along += result.inverse_norms[i] < 1e12 ? du(i, d) * u(i, d) : 0;
        }
        for (int d = 0; d < z.columns; ++d) {
            result.dz(i, d) = result.inverse_norms[i] * (du(i, d) - along * u(i, d));
        }
    }
    return result;
}

} // namespace haliclr::reference
