// The formulas of momentum SGD.
#include "dsl/momentum_sgd.h"

namespace haliclr::dsl {

using Halide::Expr;

MultiTensorRule momentum_sgd(const std::vector<Expr> &scalars) {
    auto scalar = [scalars](MomentumScalar name) { return scalars.at(static_cast<size_t>(name)); };

    MultiTensorRule rule;
    // Nothing depends on |g|; it finds gradients that are not finite.
    rule.norms = [](const TensorElement &e) -> MultiTensorRule::Exprs { return {e.gradient}; };
    rule.factors = [=](const MultiTensorRule::Exprs &,
                       const Expr &adapts) -> MultiTensorRule::Exprs {
        return {select(adapts, scalar(MomentumScalar::weight_decay), 0.0f)};
    };
    rule.update = [=](const TensorElement &e, const MultiTensorRule::Exprs &factors) {
        const Expr push = e.gradient + factors[0] * e.weight;
        const Expr velocity = scalar(MomentumScalar::momentum) * e.velocity + push;
        const Expr move = scalar(MomentumScalar::velocity_share) * velocity +
                          scalar(MomentumScalar::push_share) * push;
        return Halide::Tuple(e.weight - scalar(MomentumScalar::rate) * move, velocity);
    };
    return rule;
}

} // namespace haliclr::dsl
