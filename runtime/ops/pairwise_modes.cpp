// The choice of a mode. The numbers come from schedules/tuned by way of a generated header.
#include "runtime/ops/pairwise_modes.h"

#include "dsl/pairwise_limits.h"
#include "kernels/haliclr_pairwise_modes.h"
#include "runtime/binding/backend.h"
#include "runtime/binding/errors.h"

#include <limits>

namespace haliclr::runtime {
namespace {

// Of every schedule; the blocks of a circle of M rows hold fewer than M + this many.
constexpr int64_t largest_block_rows = 64;

StoredTiles tiles_of(int64_t rows, at::ScalarType type) {
    const int64_t filled = rows + largest_block_rows - 1;
    return {filled * (filled / 2 + largest_block_rows), type};
}

bool fits(const StoredTiles &tiles, const PairwiseMode &mode) {
    return tiles.bytes() <= mode.store_bytes &&
           tiles.elements <= std::numeric_limits<int32_t>::max();
}

at::ScalarType type_of(const std::string &mode) {
    return mode == "store16" ? at::kShort : at::kFloat;
}

std::string recorded_mode(at::IntArrayRef shape, const PairwiseLoss &loss, const PairwiseMode &mode,
                          at::Device device) {
    const int64_t rows = shape[0];
    const auto &record = tuned_pairwise_modes[static_cast<int>(wanted_backend(loss.kind, device))];
    if (rows <= record.store_rows && fits(tiles_of(rows, at::kFloat), mode)) {
        return "store";
    }
    const bool faster16 = rows <= record.store16_rows ||
                          (record.store16_columns > 0 && shape[1] >= record.store16_columns);
    if (faster16 && may_store16(loss) && fits(tiles_of(rows, at::kShort), mode)) {
        return "store16";
    }
    return record.hybrid_rows > 0 && rows >= record.hybrid_rows ? "hybrid" : "recompute";
}

} // namespace

int64_t StoredTiles::bytes() const {
    return elements * static_cast<int64_t>(c10::elementSize(type));
}

bool may_store16(const PairwiseLoss &loss) {
    return loss.kind == "ntxent" && loss.temperature >= dsl::smallest_fixed_point_temperature;
}

PairwiseMode chosen_mode(at::IntArrayRef shape, const PairwiseLoss &loss, const PairwiseMode &mode,
                         at::Device device) {
    PairwiseMode chosen = mode;
    if (mode.name == "auto") {
        chosen.name = is_exact_path(loss) ? "recompute" : recorded_mode(shape, loss, mode, device);
    } else if (mode.name == "store" || mode.name == "store16") {
        const int64_t rows = shape[0];
        const StoredTiles tiles = tiles_of(rows, type_of(mode.name));
        require(fits(tiles, mode), loss.kind, "mode: ", mode.name, ": ", rows, " rows need ",
                tiles.bytes(), " bytes, above store_bytes = ", mode.store_bytes,
                " or the 2^31 elements of a kernel: raise it, or use mode recompute");
    }
    return chosen;
}

StoredTiles stored_tiles(at::IntArrayRef shape, const PairwiseLoss &loss, const PairwiseMode &mode,
                         at::Device device, bool wants_gradient) {
    if (!wants_gradient || is_exact_path(loss)) {
        return {};
    }
    const std::string name = chosen_mode(shape, loss, mode, device).name;
    const bool stores = name == "store" || name == "store16";
    return stores ? tiles_of(shape[0], type_of(name)) : StoredTiles();
}

} // namespace haliclr::runtime
