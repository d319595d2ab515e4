//! Colours, gradients and light as attributes.

use super::write::{Writer, number, rounded};
use crate::color::Rgba;
use crate::draw::{Gradient, Paint, PaintKind};
use crate::geom::Affine;

/// Stops of light, as many as the rasterizer takes.
const GLOW_STOPS: u8 = 16;

/// `#rgb` or `#rrggbb`.
pub(super) fn hex(color: Rgba) -> String {
    let [r, g, b, _] = color.to_bytes();
    if [r, g, b].iter().all(|byte| byte >> 4 == byte & 15) {
        return format!("#{:x}{:x}{:x}", r & 15, g & 15, b & 15);
    }
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn share(value: f32) -> String {
    rounded(f64::from(value.clamp(0.0, 1.0)), 1000.0)
}

/// ` fill="#..."`, with an opacity if it is not 1.
pub(super) fn solid(key: &str, color: Rgba, opacity: f32) -> String {
    let alpha = share(color.a * opacity);
    let faded = if alpha == "1" { String::new() } else { format!(" {key}-opacity=\"{alpha}\"") };
    format!(" {key}=\"{}\"{faded}", hex(color))
}

fn stop(at: f32, color: Rgba) -> String {
    let alpha = share(color.a);
    let faded = if alpha == "1" { String::new() } else { format!(" stop-opacity=\"{alpha}\"") };
    format!("<stop offset=\"{}\" stop-color=\"{}\"{faded}/>", share(at), hex(color))
}

impl Writer<'_> {
    /// The attributes of a paint; `key` is `fill` or `stroke`, the map leads to points.
    pub(super) fn paint(&mut self, key: &str, paint: &Paint, map: Affine, opacity: f32) -> String {
        let (id, opacity) = match &paint.kind {
            PaintKind::Solid(color) => return solid(key, *color, opacity),
            PaintKind::Linear(line) => (self.linear(line, map), opacity),
            PaintKind::Glow(glow) => {
                let (centre, radius) = (map * glow.centre, glow.radius * libm::sqrt(map.determinant().abs()));
                let attributes = format!(
                    " gradientUnits=\"userSpaceOnUse\" cx=\"{}\" cy=\"{}\" r=\"{}\"",
                    number(centre.x),
                    number(centre.y),
                    number(radius)
                );
                let stops = (0..=GLOW_STOPS).map(|i| {
                    let t = f32::from(i) / f32::from(GLOW_STOPS);
                    stop(t, glow.color.faded((1.0 - t) * (1.0 - t)))
                });
                let stops: String = stops.collect();
                (self.define("glow", "radialGradient", &attributes, &stops), opacity)
            }
        };
        let alpha = share(opacity);
        let faded = if alpha == "1" { String::new() } else { format!(" {key}-opacity=\"{alpha}\"") };
        format!(" {key}=\"url(#{id})\"{faded}")
    }

    fn linear(&mut self, line: &Gradient, map: Affine) -> String {
        let (from, to) = (map * line.from, map * line.to);
        let attributes = format!(
            " gradientUnits=\"userSpaceOnUse\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"",
            number(from.x),
            number(from.y),
            number(to.x),
            number(to.y)
        );
        let stops = [stop(0.0, line.from_color), stop(1.0, line.to_color)].concat();
        self.define("gradient", "linearGradient", &attributes, &stops)
    }
}
