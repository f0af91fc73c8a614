// Updates of flat parameters that carry |w|^2 from step to step.
#pragma once

#include "runtime/ops/flat.h"
#include "runtime/ops/lars.h"
#include "runtime/ops/momentum_sgd.h"

namespace haliclr::runtime {

// Steps FlatParameters. Where the norms allow (lars_can_carry), a step takes |w|^2 from the sums
// that the step before left, which are the bits that it would sum anew, and reads 4 bytes a
// parameter less. They are summed anew after any change of a parameter that LibTorch counts (its
// version), and after invalidate().
class FlatUpdate {
public:
    // adapt: one entry a parameter. Throws std::invalid_argument for another number.
    FlatUpdate(FlatParameters flat, std::vector<bool> adapt);

    // One step from the gradients. Throws as update_lists does, with the parameter's name.
    void lars(const LarsOptions &options, const std::string &op = "lars_step");
    void momentum_sgd(const MomentumOptions &options, const std::string &op = "momentum_sgd_step");

    FlatParameters &parameters() { return flat; }
    const FlatParameters &parameters() const { return flat; }

    // For changes that no version counts: through .data, set_data, raw pointers or another process.
    // Takes low-precision parameters as they now are for the masters too.
    void invalidate();
    // Whether the next lars() step finds |w|^2 summed.
    bool carries() const;

private:
    FlatParameters flat;
    std::vector<bool> adapt;
    UpdateBuffers buffers;
    UpdateLayout layout;
    std::vector<uint64_t> summed_versions; // of the parameters that `buffers.sums` were taken from

    std::vector<uint64_t> versions() const;
    void step(const Update &update);
};

} // namespace haliclr::runtime
