// The formulas of LARS.
#include "dsl/lars.h"

namespace haliclr::dsl {

using Halide::Expr;

MultiTensorRule lars(const std::vector<Expr> &scalars) {
    auto scalar = [scalars](LarsScalar name) { return scalars.at(static_cast<size_t>(name)); };
    const Expr weight_decay = scalar(LarsScalar::weight_decay);
    const Expr norm_decay = scalar(LarsScalar::norm_decay);

    MultiTensorRule rule;
    rule.weight_norm = true;
    rule.norms = [=](const TensorElement &e) -> MultiTensorRule::Exprs {
        return {e.gradient + select(e.adapts, norm_decay, 0.0f) * e.weight};
    };
    rule.factors = [=](const MultiTensorRule::Exprs &squares,
                       const Expr &adapts) -> MultiTensorRule::Exprs {
        const Expr weight = sqrt(squares[0]), gradient = sqrt(squares[1]);
        const Expr under =
            gradient + (weight_decay - norm_decay) * weight + scalar(LarsScalar::epsilon);
        const Expr ratio = min(scalar(LarsScalar::trust) * weight / under, scalar(LarsScalar::cap));
        const Expr scaled = adapts && squares[0] > 0.0f && squares[1] > 0.0f;
        const Expr decay = select(scaled, weight_decay, scalar(LarsScalar::zero_decay));
        return {select(scaled, ratio, 1.0f), select(adapts, decay, 0.0f)};
    };
    rule.update = [=](const TensorElement &e, const MultiTensorRule::Exprs &factors) {
        const Expr push =
            scalar(LarsScalar::gain) * factors[0] * (e.gradient + factors[1] * e.weight);
        const Expr velocity = scalar(LarsScalar::momentum) * e.velocity + push;
        const Expr move =
            scalar(LarsScalar::velocity_share) * velocity + scalar(LarsScalar::push_share) * push;
        return Halide::Tuple(e.weight - scalar(LarsScalar::rate) * move, velocity);
    };
    return rule;
}

} // namespace haliclr::dsl
