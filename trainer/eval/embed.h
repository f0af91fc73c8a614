// Features of a data set: what kNN and linear evaluation classify.
//
// Every image is shown once and plainly: its largest centred square, resized, without augmentation.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "trainer/data/dataset.h"

namespace haliclr::trainer {

class Encoder;

struct EmbedOptions {
    int64_t size = 32; // height and width of a view in pixels
    int64_t batch_size = 500;
    at::Device device = at::kCPU;
};

// float32 [count, 3, size, size] of the images first .. first + count - 1, on options.device.
at::Tensor plain_views(const ImageSet &images, int64_t first, int64_t count,
                       const EmbedOptions &options);

// Whether each pixel of each image has three equal channels.
bool is_grey(const ImageSet &images);

// The views themselves as rows, float32 [N, 3 * size * size] on options.device; [N, size * size]
// with one_channel, which loses nothing where is_grey().
at::Tensor raw_features(const ImageSet &images, bool one_channel, const EmbedOptions &options);

// The encoder's output, float32 [N, features] on options.device. Moves the encoder there and leaves
// it in evaluation mode.
at::Tensor encoder_features(Encoder encoder, const ImageSet &images, const EmbedOptions &options);

// Sets the running statistics of every batch normalisation to the mean over `batches` batches of
// plain views, and leaves the encoder in evaluation mode. Without it an untrained encoder
// normalises with mean 0 and variance 1, which no layer of it has, and is a weaker baseline than it
// need be.
void calibrate_batch_norm(Encoder encoder, const ImageSet &images, int64_t batches,
                          const EmbedOptions &options);

} // namespace haliclr::trainer
