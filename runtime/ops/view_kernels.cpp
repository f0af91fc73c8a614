// The table of compiled recipes, from the header that the build generates.
#include "runtime/ops/view_kernels.h"

#include "kernels/haliclr_recipes.h"
#include "runtime/specialization.h"

#include <map>
#include <mutex>
#include <stdexcept>

namespace haliclr::runtime {
namespace {

namespace types {
constexpr at::ScalarType float32 = at::kFloat, bfloat16 = at::kBFloat16, float16 = at::kHalf;
}
namespace layouts {
constexpr bool channels_first = false, channels_last = true;
}

#define HALICLR_KERNEL(name)                                                                       \
    { haliclr_##name##_cpu, haliclr_##name##_cuda, haliclr_##name##_opencl }
#define HALICLR_VIEWS(name, size, type, layout)                                                    \
    ViewsKernel {                                                                                  \
        HALICLR_KERNEL(name), size, types::type, layouts::layout                                   \
    }
#define HALICLR_RECIPE(text, draws, ...)                                                           \
    found.push_back(                                                                               \
        {dsl::sequence_of(dsl::parse_recipe(text)), HALICLR_KERNEL(draws), {__VA_ARGS__}});

std::vector<CompiledRecipe> compile_time_recipes() {
    std::vector<CompiledRecipe> found;
#include "kernels/haliclr_recipes.h"
#include "runtime/specialization.h"
    const std::string stock = dsl::to_text(dsl::sequence_of(dsl::parse_recipe(dsl::stock_recipe)));
    for (CompiledRecipe &recipe : found) {
        const std::string text = dsl::to_text(recipe.sequence);
        recipe.is_stock = text == stock || text == stock + " | normalize";
    }
    return found;
}

const std::vector<CompiledRecipe> &compiled_recipes() {
    static const std::vector<CompiledRecipe> recipes = compile_time_recipes();
    return recipes;
}

CarriedRecipe find(const std::string &text) {
    const dsl::Recipe recipe = dsl::parse_recipe(text);
    std::string known;
    for (const CompiledRecipe &compiled : compiled_recipes()) {
        if (auto strengths = dsl::strengths_of(recipe, compiled.sequence)) {
            return {&compiled, std::move(*strengths)};
        }
        known += (known.empty() ? "" : "; ") + dsl::to_text(compiled.sequence);
    }
    dsl::sequence_of(recipe); // says what no build can carry
    const std::string fault =
        "[recipe] this build has no kernels for \"" + dsl::to_text(recipe) + "\"";
    if (const char *only = fixed_value("view.recipe")) {
        throw std::invalid_argument(fault + ": it was built for " + only +
                                    " only; run the generic binary");
    }
    throw std::invalid_argument(
        fault +
        "; make a binary for it with haliclr build, or kernels beside the others with cmake " +
        "--preset release -DHALICLR_RECIPES=\"" + dsl::to_text(recipe) +
        "\", or use operators of one of these sequences, in its order: " + known);
}

} // namespace

const CarriedRecipe &carried(const std::string &recipe) {
    static std::mutex mutex;
    static std::map<std::string, CarriedRecipe> known; // nodes stay in place
    const std::lock_guard lock(mutex);
    const auto found = known.find(recipe);
    return found != known.end() ? found->second : known.emplace(recipe, find(recipe)).first->second;
}

const ViewsKernel &nearest_kernel(const CompiledRecipe &compiled, int64_t size, at::ScalarType type,
                                  bool channels_last) {
    // A result of the wanted form is worth more than a fixed size.
    const auto merit = [&](const ViewsKernel &kernel) {
        const bool usable = kernel.size == 0 || kernel.size == size;
        const bool form = kernel.type == type && kernel.channels_last == channels_last;
        const bool usual = kernel.type == at::kFloat && !kernel.channels_last;
        return !usable || (!form && !usual) ? -1 : 2 * form + (kernel.size == size);
    };
    const ViewsKernel *best = &compiled.views.front();
    for (const ViewsKernel &kernel : compiled.views) {
        best = merit(kernel) > merit(*best) ? &kernel : best;
    }
    return *best;
}

} // namespace haliclr::runtime
