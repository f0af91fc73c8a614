// NT-Xent and its gradient in double, as plain loops without symmetry or streaming.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
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

struct Reference {
    double loss = 0, accuracy = 0, entropy = 0;
    std::vector<double> sums = {}, inverse_norms = {};
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

// The textbook loss: softmax cross entropy of each row's similarities against its positive.
inline Reference forward(const Matrix &z, double temperature) {
    Reference result{.dz = {z.rows, z.columns}};
    const Matrix u = unit_rows(z, result.inverse_norms);
    const int rows = z.rows;
    for (int i = 0; i < rows; ++i) {
        const int partner = (i + rows / 2) % rows;
        const double positive = dot(u, i, partner);
        double sum = 0, weighted = 0, negative = -2;
        for (int j = 0; j < rows; ++j) {
            if (j == i) {
                continue;
            }
            const double s = dot(u, i, j), exponent = (s - 1) / temperature;
            sum += std::exp(exponent);
            weighted += std::exp(exponent) * exponent;
            negative = j == partner ? negative : std::max(negative, s);
        }
        result.sums.push_back(sum);
        result.loss += (std::log(sum) - (positive - 1) / temperature) / rows;
        result.accuracy += (positive > negative + dsl::least_similarity_lead ? 1.0 : 0.0) / rows;
        result.entropy += (std::log(sum) - weighted / sum) / rows;
    }
    return result;
}

// dS from the softmax, then through both factors of S = U U^T and the normalisation, without
// symmetry.
inline void backward(const Matrix &z, double temperature, double gradient, Reference &result) {
    std::vector<double> inverse_norms;
    const Matrix u = unit_rows(z, inverse_norms);
    const int rows = z.rows;
    Matrix du{rows, z.columns};
    for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < rows; ++j) {
            if (i == j) {
                continue;
            }
            const double p = std::exp((dot(u, i, j) - 1) / temperature) / result.sums[i];
            const double target = j == (i + rows / 2) % rows ? 1 : 0;
            const double ds = gradient / (rows * temperature) * (p - target);
            for (int d = 0; d < z.columns; ++d) {
                du(i, d) += ds * u(j, d);
                du(j, d) += ds * u(i, d);
            }
        }
    }
    for (int i = 0; i < rows; ++i) {
        double along = 0;
        for (int d = 0; d < z.columns; ++d) {
            along += inverse_norms[i] < 1e12 ? du(i, d) * u(i, d) : 0;
        }
        for (int d = 0; d < z.columns; ++d) {
            result.dz(i, d) = inverse_norms[i] * (du(i, d) - along * u(i, d));
        }
    }
}

} // namespace haliclr::reference
