// The operators of a recipe: random parameters of each view, and every view's pixels.
//
// bytes: uint8 [B], interleaved RGB rows. image_table: int32 [N, 3] = (offset, height, width) of
// each image in bytes. ids: int64 [N]. draws: float32 [V, K], V a multiple of N; row v is of image
// v % N. Wrong arguments throw std::invalid_argument "[operator] argument: value: remedy".
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

namespace haliclr::runtime {

// Names of the K columns of draws.
std::vector<std::string> view_columns(const std::string &recipe);

// Throws where the recipe cannot make views of this size: with resize or centre_crop it makes one
// size only.
void check_view_size(const std::string &recipe, int64_t size);

// [2N, K]: first views, then second views. A row depends on (seed, id, epoch, view) alone.
at::Tensor view_draws(const std::string &recipe, const at::Tensor &image_table,
                      const at::Tensor &ids, int64_t seed, int64_t epoch);

// The recipe of the evaluation's views, with the draws of plain_draws.
inline constexpr const char *plain_recipe = "crop(0.08, 1)";

// [N, K] of plain_recipe: the largest centred square of each image, otherwise unchanged.
at::Tensor plain_draws(const at::Tensor &image_table);

// [V, 3, size, size] in [0, 1], float32 unless dtype says otherwise. The table is checked against
// the bytes where both are on the CPU; on a GPU that would make the host wait, and positions are
// clamped.
at::Tensor views(const std::string &recipe, const at::Tensor &bytes, const at::Tensor &image_table,
                 const at::Tensor &draws, int64_t size,
                 std::optional<at::ScalarType> dtype = std::nullopt, bool channels_last = false);

} // namespace haliclr::runtime
