#ifndef QBK_CKERNELS_H
#define QBK_CKERNELS_H

// Whole layers in single precision, forward and backward, on one thread.
//
// Rows of the batch go through a layer in tiles that stay in the cache, and a recurrent layer's
// gates are computed while the products that feed them are still in registers. Nothing here
// allocates, fails or keeps state: callers bring the memory and check the shapes.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define QBK_BEGIN extern "C" {
#define QBK_END }
#define QBK_NOEXCEPT noexcept
#else
#define QBK_BEGIN
#define QBK_END
#define QBK_NOEXCEPT
#endif

/// Instructions to compute with. What a forward pass keeps is laid out for its path, so the
/// backward pass has to take the same. Paths differ in the last bits of their results.
typedef enum qbk_path {
  QBK_PORTABLE = 0,
  QBK_AVX2 = 1,
  QBK_AVX512 = 2,
} qbk_path;

/// Sizes of one layer, each at least 1.
typedef struct qbk_recurrent_shape {
  size_t batch, steps, features, hidden;
} qbk_recurrent_shape;

/// Row-major, gates stacked in PyTorch's order: w_ih [gates · hidden, features],
/// w_hh [gates · hidden, hidden], b_ih and b_hh [gates · hidden].
typedef struct qbk_recurrent_weights {
  const float *w_ih, *w_hh, *b_ih, *b_hh;
} qbk_recurrent_weights;

/// What comes out of a backward pass, overwritten. `input` [batch, steps, features] may be NULL.
typedef struct qbk_recurrent_gradients {
  float *w_ih, *w_hh, *b_ih, *b_hh, *input;
} qbk_recurrent_gradients;

/// Which layer: its number of gates and their arithmetic.
typedef enum qbk_cell {
  /// Gates input, forget, cell, output (Hochreiter and Schmidhuber, 1997, with a forget gate).
  QBK_LSTM = 0,
  /// Gates reset, update, new; the reset gate acts on W_hn h + b_hn (Cho et al., 2014, as cuDNN).
  QBK_GRU = 1,
} qbk_cell;

/// Sizes of one layer of a transformer's encoder, each at least 1; `heads` divides `width`, and
/// `inner` is the width between the two layers of the feed-forward network.
typedef struct qbk_encoder_shape {
  size_t batch, tokens, width, heads, inner;
  /// Whether the norms stand before attention and feed-forward network, or after the sums.
  int32_t norm_first;
  /// Whether only the last token's output is computed.
  int32_t last_only;
  /// Added to variances.
  float epsilon;
} qbk_encoder_shape;

/// PyTorch's layout: in_weight [3 · width, width] makes queries, keys and values; out_weight
/// [width, width]; up_weight [inner, width]; down_weight [width, inner].
typedef struct qbk_encoder_weights {
  const float *in_weight, *in_bias, *out_weight, *out_bias, *up_weight, *up_bias, *down_weight,
      *down_bias, *gain1, *shift1, *gain2, *shift2;
} qbk_encoder_weights;

/// Factors for dropout, each NULL for none. With queries = 1 where only the last token's output is
/// computed, else tokens: attention [batch, heads, tokens, queries] (keys before queries), taken
/// [batch, queries, width] on what attention gives, inner [batch, queries, inner] after the
/// rectifier, given [batch, queries, width] on what the feed-forward network gives.
typedef struct qbk_encoder_masks {
  const float *attention, *taken, *inner, *given;
} qbk_encoder_masks;

/// What comes out of a backward pass, overwritten. `input` [batch, tokens, width] may be NULL.
typedef struct qbk_encoder_gradients {
  float *in_weight, *in_bias, *out_weight, *out_bias, *up_weight, *up_bias, *down_weight,
      *down_bias, *gain1, *shift1, *gain2, *shift2, *input;
} qbk_encoder_gradients;

/// Sizes of a batch [rows, columns] whose columns are normalised, each at least 1.
typedef struct qbk_batch_shape {
  size_t rows, columns;
  /// Added to variances.
  float epsilon;
  /// Whether a rectifier follows.
  int32_t rectified;
} qbk_batch_shape;

/// Sizes of a linear layer over [rows, inputs], each at least 1.
typedef struct qbk_linear_shape {
  size_t rows, inputs, outputs;
  /// Whether a rectifier follows.
  int32_t rectified;
} qbk_linear_shape;

/// One dilated convolution and the PReLU after it; each count at least 1.
typedef struct qbk_temporal_layer {
  size_t inputs, outputs, taps, dilation;
  /// Whether the network's output reads what the layer gives. The last layer is always read.
  int32_t read;
} qbk_temporal_layer;

/// Layers on top of each other without padding, each layer's inputs being the outputs of the one
/// before. The network's output is the sum of 1×1 convolutions of the layers that are read, cut to
/// the latest steps, and a bias. After all layers at least one step has to be left.
typedef struct qbk_temporal_shape {
  size_t batch, length, outputs;
  /// Of layers, QBK_TEMPORAL_LAYERS at most.
  size_t count;
  const qbk_temporal_layer *layers;
} qbk_temporal_shape;

enum { QBK_TEMPORAL_LAYERS = 64 };

/// A step of a Wasserstein critic with gradient penalty (Gulrajani et al., 2017), or of a critic with the
/// logarithmic loss and a penalty on slopes at real samples (Mescheder et al., 2018).
typedef struct qbk_temporal_samples {
  /// [batch, inputs, length] each; and [batch], between 0 and 1, NULL for the latter.
  const float *real, *fake, *epsilon;
  /// Factor before (‖slope‖ - 1)², or before ‖slope‖².
  float penalty;
  /// How many of the first inputs the norm is taken over.
  size_t penalized;
} qbk_temporal_samples;

/// Mean scores, or with the logarithmic loss the means of ln(1 + e^-score) of real and of
/// ln(1 + e^score) of fake samples; and the mean penalty with its factor.
typedef struct qbk_temporal_losses {
  double real, fake, penalty;
} qbk_temporal_losses;

QBK_BEGIN

/// Whether this processor has the path's instructions and this build contains them.
int32_t qbk_path_is_available(qbk_path path) QBK_NOEXCEPT;
/// The fastest path that is available.
qbk_path qbk_best_path(void) QBK_NOEXCEPT;

/// Floats that the forward pass keeps for the backward pass.
size_t qbk_recurrent_kept(qbk_path path, qbk_cell cell,
                          const qbk_recurrent_shape *shape) QBK_NOEXCEPT;
/// Floats of working memory, for either pass. Neither pass reads what is in it.
size_t qbk_recurrent_scratch(qbk_path path, qbk_cell cell,
                             const qbk_recurrent_shape *shape) QBK_NOEXCEPT;

/// Runs a layer from a state of zeros.
///
/// x is [batch, steps, features]; `mask`, of the same shape and multiplied into it, may be NULL.
/// output [batch, steps, hidden] and last [batch, hidden] are overwritten; output may be NULL. So
/// may `kept`, where no backward pass follows.
void qbk_recurrent_forward(qbk_path path, qbk_cell cell, const qbk_recurrent_shape *shape,
                           const qbk_recurrent_weights *weights, const float *x, const float *mask,
                           float *output, float *last, float *kept, float *scratch) QBK_NOEXCEPT;

/// Gradients of any function of output and last, given its gradients by those; either may be NULL,
/// which stands for zeros. `kept` is left as it is.
void qbk_recurrent_backward(qbk_path path, qbk_cell cell, const qbk_recurrent_shape *shape,
                            const qbk_recurrent_weights *weights, const float *mask,
                            const float *d_output, const float *d_last, const float *kept,
                            const qbk_recurrent_gradients *gradients,
                            float *scratch) QBK_NOEXCEPT;

// As for recurrent layers; x [batch, tokens, width], output [batch, queries, width].

size_t qbk_encoder_kept(qbk_path path, const qbk_encoder_shape *shape) QBK_NOEXCEPT;
size_t qbk_encoder_scratch(qbk_path path, const qbk_encoder_shape *shape) QBK_NOEXCEPT;
void qbk_encoder_forward(qbk_path path, const qbk_encoder_shape *shape,
                         const qbk_encoder_weights *weights, const qbk_encoder_masks *masks,
                         const float *x, float *output, float *kept, float *scratch) QBK_NOEXCEPT;
void qbk_encoder_backward(qbk_path path, const qbk_encoder_shape *shape,
                          const qbk_encoder_weights *weights, const qbk_encoder_masks *masks,
                          const float *d_output, const float *kept,
                          const qbk_encoder_gradients *gradients, float *scratch) QBK_NOEXCEPT;

/// y = (x - mean) · inverse · gain + shift, by the columns' own moments, or 0 where that is below 0
/// and `rectified`. All vectors have a number a column; the variance is the mean squared deviation,
/// and inverse 1 / √(variance + epsilon).
void qbk_batch_norm_forward(qbk_path path, const qbk_batch_shape *shape, const float *x,
                            const float *gain, const float *shift, float *mean, float *variance,
                            float *inverse, float *y) QBK_NOEXCEPT;
/// Gradients by x (may be NULL), gain and shift, given those by y; moments move with x.
void qbk_batch_norm_backward(qbk_path path, const qbk_batch_shape *shape, const float *x,
                             const float *gain, const float *shift, const float *mean,
                             const float *inverse, const float *d_y, float *d_x, float *d_gain,
                             float *d_shift) QBK_NOEXCEPT;

/// Floats of working memory, for either pass.
size_t qbk_linear_scratch(qbk_path path, const qbk_linear_shape *shape) QBK_NOEXCEPT;
/// y = x weightᵀ + bias, or 0 where that is below 0 and `rectified`; weight [outputs, inputs], and
/// bias [outputs], which may be NULL. A row's result does not depend on the rows beside it.
void qbk_linear_forward(qbk_path path, const qbk_linear_shape *shape, const float *x,
                        const float *weight, const float *bias, float *y,
                        float *scratch) QBK_NOEXCEPT;
/// Gradients by x, weight and bias, each of which may be NULL, given those by y; y itself is read
/// where `rectified`.
void qbk_linear_backward(qbk_path path, const qbk_linear_shape *shape, const float *x,
                         const float *weight, const float *y, const float *d_y, float *d_x,
                         float *d_weight, float *d_bias, float *scratch) QBK_NOEXCEPT;

// Temporal convolutions. Tensors of weights and gradients come in one order, in PyTorch's layout: of
// each layer the weight [outputs, inputs, taps], bias [outputs] and slope [1]; then of each layer that
// is read a head [network's outputs, layer's outputs]; then a bias [network's outputs].

size_t qbk_temporal_kept(qbk_path path, const qbk_temporal_shape *shape) QBK_NOEXCEPT;
size_t qbk_temporal_scratch(qbk_path path, const qbk_temporal_shape *shape) QBK_NOEXCEPT;

/// x is [batch, inputs, length]; y [batch, outputs, steps] is overwritten. `kept` may be NULL.
void qbk_temporal_forward(qbk_path path, const qbk_temporal_shape *shape,
                          const float *const *weights, const float *x, float *y, float *kept,
                          float *scratch) QBK_NOEXCEPT;

/// Overwrites the gradients by weights, and by the input in `d_x`; either may be NULL.
void qbk_temporal_backward(qbk_path path, const qbk_temporal_shape *shape,
                           const float *const *weights, const float *x, const float *d_y,
                           const float *kept, float *const *gradients, float *d_x,
                           float *scratch) QBK_NOEXCEPT;

/// Overwrites the gradients of the critic's loss by its weights: of fake - real + penalty, or
/// with the logarithmic loss of fake + real + penalty, where a sample's score is the mean of all its outputs. The penalty's own gradients are written out, so
/// that a step takes ten passes of products where a graph takes twelve.
void qbk_temporal_critic(qbk_path path, const qbk_temporal_shape *shape,
                         const float *const *weights, const qbk_temporal_samples *samples,
                         float *const *gradients, qbk_temporal_losses *losses,
                         float *scratch) QBK_NOEXCEPT;

QBK_END

#endif
