// The register of pairwise losses.
#include "dsl/pairwise_loss.h"

#include <stdexcept>

#include "dsl/margin_triplet.h"
#include "dsl/nt_logistic.h"
#include "dsl/ntxent.h"

namespace haliclr::dsl {

std::unique_ptr<PairwiseLoss> make_pairwise_loss(const std::string &kind,
                                                 const PairwiseScalars &scalars) {
    if (kind == "ntxent") {
        return std::make_unique<NtXent>(scalars);
    }
    if (kind == "nt_logistic") {
        return std::make_unique<NtLogistic>(scalars);
    }
    if (kind == "margin_triplet") {
        return std::make_unique<MarginTriplet>(scalars);
    }
    throw std::invalid_argument("[pairwise] loss '" + kind +
                                "': use ntxent, nt_logistic or margin_triplet");
}

} // namespace haliclr::dsl
