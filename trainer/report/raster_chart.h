// A line chart in pixels.
#pragma once

#include "trainer/report/chart_file.h"

#include <ATen/core/Tensor.h>

namespace haliclr::trainer {

// uint8 [560, 1040, 3]: what write_chart's SVG shows, at twice its size.
at::Tensor raster_chart(const ChartText &text, const Curve &curve);

} // namespace haliclr::trainer
