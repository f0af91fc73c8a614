// Hand-written CUDA kernels that the compiled ones are compared with: the functions of
// libhaliclr_cuda_baselines.so, which is built where nvcc is. All memory is the device's, fp32,
// 16-byte aligned; work is queued on `stream` (a cudaStream_t). Each returns the cudaError_t of its
// launches, 0 for success.
#pragma once

#include <cstdint>

extern "C" {

struct HaliclrNtxent {
    const float *z; // [rows, 128], rows i and i + rows / 2 a positive pair
    int rows;       // even
    float temperature;
    float *loss;      // [1]
    float *gradient;  // [rows, 128] of the loss in z; null: the loss alone
    float *workspace; // haliclr_cuda_ntxent_workspace floats
};

int64_t haliclr_cuda_ntxent_workspace(int rows);
int haliclr_cuda_ntxent(const HaliclrNtxent *problem, void *stream);

struct HaliclrLarsTensor {
    float *param;
    const float *grad;
    float *momentum;
    int64_t size;
    int first_chunk, chunks; // its chunks in HaliclrLars::chunks
};

struct HaliclrLarsChunk {
    int tensor;
    int64_t first; // element of the tensor
};

// The form "simclr" of docs/lars.md on tensors that all adapt.
struct HaliclrLars {
    const HaliclrLarsTensor *tensors;
    const HaliclrLarsChunk
        *chunks; // of haliclr_cuda_lars_chunk elements, the last of a tensor less
    int chunk_count;
    float rate, momentum, weight_decay, trust;
    bool separate;    // |g| + weight_decay |w| under the ratio instead of |g + weight_decay w|
    float *workspace; // 2 floats a chunk
};

int64_t haliclr_cuda_lars_chunk();
int haliclr_cuda_lars(const HaliclrLars *problem, void *stream);

// Views by the stock sequence, crop | flip | jitter | grey | blur | solarize, in torchvision's
// conventions (docs/recipe.md).
struct HaliclrViews {
    const uint8_t *bytes;    // interleaved RGB rows
    const int32_t *table;    // [images, 3]: offset, height, width of each image in bytes
    const float *draws;      // [views, 14] as in docs/recipe.md, each crop within its image
    int images, views, size; // view v is of image v % images; size: 1 to 256
    float *result;           // [views, 3, size, size] in [0, 1]
    float *workspace;        // haliclr_cuda_views_workspace floats
};

int64_t haliclr_cuda_views_workspace(int views, int size);
int haliclr_cuda_views(const HaliclrViews *problem, void *stream);

} // extern "C"
