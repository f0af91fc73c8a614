"""Golden vectors of TensorFlow's image operators in the order and form of the original SimCLR.

Run: python tests/golden/views_simclr.py   (tensorflow 2.21.0, CPU)
Writes tests/golden/views_simclr.txt in the form that golden_views.py describes. Nothing is clipped
between the crop and the first operator after it: the cases named "overshoot" have values outside [0, 1]
there. TensorFlow rounds the position of the bicubic weights to 1 / 1024 of a pixel: only the cases named
"quantised" have positions that this changes (by up to 1e-3 of a value).
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy
import tensorflow as tf

from golden_views import CROP, ORDERS, own_draws, steps, write

CHAIN = "simclr: crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5"
JITTER = "simclr: crop(0.08, 1) | jitter(0.8, 0.8, 0.8, 0.5)"
ADDITIVE = "simclr: crop(0.08, 1) | jitter(0.8, 0.8, 0.8, 0.5, additive)"
NEUTRAL = dict(jitter=1, order=0, brightness=1.0, contrast=1.0, saturation=1.0, hue=0.0)
FACTORS = dict(brightness=1.4, contrast=0.6, saturation=1.7, hue=0.13)


def clip(view):
    return tf.clip_by_value(view, 0.0, 1.0)


def crop_of(image, size, words, own):
    x, y, width, height = (own.get(column, whole) for column, whole in
                           zip(CROP, (0, 0, image.shape[1], image.shape[0])))
    method = "bilinear" if "bilinear" in words else "bicubic"
    return tf.image.resize(image[y:y + height, x:x + width], [size, size], method)


def jitter(view, words, own):
    """Each of the four operators in the drawn order, clipped after each."""
    def brightness(v, factor):
        return tf.image.adjust_brightness(v, factor) if "additive" in words else v * factor

    operators = [brightness, tf.image.adjust_contrast, tf.image.adjust_saturation,
                 tf.image.adjust_hue]
    factors = [own[column] for column in ("brightness", "contrast", "saturation", "hue")]
    for i in ORDERS[own["order"]]:
        view = clip(operators[i](view, factors[i]))
    return view


def blur(view, sigma):
    """Two passes of Gaussian taps; outside of the view is zero."""
    radius = view.shape[0] // 10 // 2
    x = tf.range(-radius, radius + 1, dtype=tf.float32)
    taps = tf.exp(-x ** 2 / (2 * sigma ** 2))
    taps = tf.repeat((taps / tf.reduce_sum(taps))[:, None, None, None], 3, axis=2)
    view = view[None]
    for kernel in (taps, tf.transpose(taps, [1, 0, 2, 3])):
        view = tf.nn.depthwise_conv2d(view, kernel, strides=[1, 1, 1, 1], padding="SAME")
    return view[0]


def view_of(name, image, size, recipe, draws):
    view, jittered = tf.constant(image.astype(numpy.float32) / 255), False
    for operator, words, _, suffix in steps(recipe):
        own = own_draws(operator, suffix, draws)
        taken = own.get(operator, bool(own))
        if operator in ("jitter", "grey") and taken:
            outside = bool(tf.reduce_any(view != clip(view)))
            assert outside == (name.startswith("overshoot") and not jittered), name
        if operator == "crop":
            view = crop_of(view, size, words, own)
            off = "bilinear" not in words and not exact(image, size, own)
            assert off == name.startswith("quantised"), name
        elif not taken:
            continue
        elif operator == "flip":
            view = tf.image.flip_left_right(view)
        elif operator == "jitter":
            view, jittered = jitter(view, words, own), True
        elif operator == "grey":
            view = tf.tile(tf.image.rgb_to_grayscale(view), [1, 1, 3])
        elif operator == "blur":
            view = blur(clip(view), own["sigma"])
    return clip(view).numpy().transpose(2, 0, 1)


def exact(image, size, own):
    """Whether every position that the bicubic crop reads is a multiple of 1 / 1024 of a pixel."""
    sides = own.get("crop_width", image.shape[1]), own.get("crop_height", image.shape[0])
    return all((2 * i + 1) * side * 512 % size == 0 for side in sides for i in range(size))


def crop(x, y, width, height):
    return dict(zip(CROP, (x, y, width, height)))


def crop_cases():
    bicubic, bilinear = "simclr: crop(0.08, 1)", "simclr: crop(0.08, 1, bilinear)"
    for index in (0, 1, 3):
        for size in (8, 16):
            yield f"whole{index}_{size}", index, size, bicubic, {}
    for index, size in ((0, 9), (0, 33), (1, 5), (1, 7), (3, 20), (3, 40)):
        yield f"quantised_whole{index}_{size}", index, size, bicubic, {}
    yield "words", 0, 16, "simclr: crop(0.08, 1, catmull_rom, plain, by_height)", crop(3, 1, 10, 9)
    for prefix, recipe, size in (("", bicubic, 16), ("quantised_", bicubic, 11),
                                 ("bilinear_", bilinear, 11)):
        yield f"{prefix}up", 0, size, recipe, crop(5, 3, 7, 10)
        yield f"{prefix}down", 1, size, recipe, crop(3, 2, 53, 41)
        yield f"{prefix}mixed", 0, size, recipe, crop(1, 4, 19, 5)
        yield f"{prefix}mixed_tall", 3, size, recipe, crop(20, 7, 9, 80)
        if prefix != "quantised_":
            yield f"{prefix}same", 1, size, recipe, crop(2, 3, size, size)
        yield f"{prefix}narrow", 1, size, recipe, crop(60, 0, 1, 47)
        yield f"{prefix}two_wide", 1, size, recipe, crop(30, 20, 2, 3)
        yield f"{prefix}pixel", 0, size, recipe, crop(19, 13, 1, 1)
        yield f"{prefix}tiny_image", 2, size, recipe, {}


def operator_cases():
    soft, noise = crop(10, 5, 40, 28), crop(2, 1, 15, 12)
    yield "flip", 0, 8, "simclr: crop(0.08, 1) | flip", dict(noise, flip=1)
    yield "flip_odd", 1, 9, "simclr: crop(0.08, 1) | flip", dict(crop(8, 6, 27, 36), flip=1)
    alone = dict(brightness=(1.6, 0.3), contrast=(1.8, 0.4), saturation=(0.3, 1.8), hue=(-0.37, 0.5))
    for column, values in alone.items():
        for i, value in enumerate(values):
            yield f"{column}{i}", 1, 8, JITTER, {**soft, **NEUTRAL, column: value}
            first = dict(order={"brightness": 0, "contrast": 6, "saturation": 12, "hue": 18}[column])
            yield (f"overshoot_{column}{i}", 0, 16, JITTER,
                   {**noise, **NEUTRAL, column: value, **first})
    for i, value in enumerate((0.35, -0.4)):
        draws = {**NEUTRAL, "brightness": value}
        yield f"additive{i}", 1, 8, ADDITIVE, dict(soft, **draws)
        yield f"overshoot_additive{i}", 0, 16, ADDITIVE, dict(noise, **draws)
    for order in range(24):
        draws = dict(jitter=1, order=order, **FACTORS)
        yield f"jitter{order}", 1, 6, JITTER, dict(crop(20, 10, 15, 24), **draws)
        if order % 6 == 0:
            yield f"overshoot_jitter{order}", 0, 8, JITTER, dict(noise, **draws)
    yield "jitter_not_taken", 1, 8, JITTER, dict(soft, jitter=0, order=4, **FACTORS)
    for order in (2, 21):
        draws = dict(jitter=1, order=order, brightness=-0.2, contrast=1.5, saturation=0.4, hue=-0.2)
        yield f"additive_jitter{order}", 1, 6, ADDITIVE, dict(crop(20, 10, 15, 24), **draws)
    yield "grey", 1, 8, "simclr: crop(0.08, 1) | grey@0.2", dict(soft, grey=1)
    yield "overshoot_grey", 0, 16, "simclr: crop(0.08, 1) | grey@0.2", dict(noise, grey=1)
    blur_recipe = "simclr: crop(0.08, 1) | blur(0.1, 2)"
    for size, sides, sigma in ((8, (15, 12), 0.8), (20, (15, 10), 1.5), (33, (33, 33), 1.1),
                               (40, (25, 35), 2.0)):
        yield f"blur_{size}", 1, size, blur_recipe, dict(crop(9, 8, *sides), sigma=sigma)
    yield "blur_noise", 0, 32, blur_recipe, dict(noise, sigma=0.7)
    yield "blur_sharp", 1, 20, blur_recipe, dict(crop(9, 8, 15, 10), sigma=0.1)


def chain_cases():
    yield "nothing_drawn", 0, 16, CHAIN, {}
    yield ("chain", 1, 32, CHAIN,
           dict(crop(4, 3, 35, 40), flip=1, jitter=1, order=17, **FACTORS, grey=0, sigma=1.3))
    yield ("chain_grey", 1, 32, CHAIN,
           dict(crop(21, 7, 23, 29), flip=0, jitter=1, order=6, brightness=0.7, contrast=1.3,
                saturation=0.5, hue=-0.08, grey=1, sigma=0.6))
    yield ("overshoot_chain", 0, 32, CHAIN,
           dict(crop(2, 1, 15, 12), flip=1, jitter=1, order=13, **FACTORS, grey=0, sigma=1.9))


def main():
    tf.config.threading.set_intra_op_parallelism_threads(1)
    cases = [*crop_cases(), *operator_cases(), *chain_cases()]
    write(__file__, f"tensorflow {tf.__version__}", view_of, cases)


if __name__ == "__main__":
    main()
