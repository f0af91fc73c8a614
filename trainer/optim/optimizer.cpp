// The optimizers by name.
#include "trainer/optim/optimizer.h"

#include "trainer/errors.h"
#include "trainer/optim/adamw.h"
#include "trainer/optim/lars.h"
#include "trainer/optim/momentum.h"
#include "trainer/optim/sgd.h"

namespace haliclr::trainer {

std::unique_ptr<Optimizer> make_optimizer(const OptimizerConfig &config,
                                          const std::vector<Parameter> &parameters) {
    if (config.kind == "lars") {
        return std::make_unique<Lars>(config, parameters);
    }
    if (config.kind == "momentum") {
        return std::make_unique<Momentum>(config, parameters);
    }
    if (config.kind == "sgd") {
        return std::make_unique<Sgd>(config, parameters);
    }
    if (config.kind == "adamw") {
        return std::make_unique<AdamW>(config, parameters);
    }
    throw UsageError("[optimizer] unknown kind '" + config.kind +
                     "'; choose lars, momentum, sgd or adamw");
}

} // namespace haliclr::trainer
