//! A frame as stable text, for goldens that a reader can follow.

use std::fmt::Write as _;

use super::{Frame, FrameItem, Paint, PaintKind, Shape};
use crate::color::Rgba;
use crate::geom::Rect;

/// One line an item, those of layers indented: kind, box in stage units to three decimals, paint, opacity, rest. Ends with a newline.
pub fn dump(frame: &Frame) -> String {
    let mut text = format!("stage {} ground {}\n", rect(frame.stage), color(frame.ground));
    lines(&frame.items, "", &mut text);
    text
}

/// Items, those of a layer below it and indented.
fn lines(items: &[FrameItem], indent: &str, text: &mut String) {
    for item in items {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{indent}{}", line(item));
        if let Shape::Layer(layer) = &item.item.shape {
            lines(&layer.items, &format!("{indent}  "), text);
        }
    }
}

fn line(item: &FrameItem) -> String {
    let mut text = String::new();
    match &item.item.shape {
        Shape::Path { path, fill, stroke } => {
            text.push_str(&format!("path/{}", path.elements().len()));
            if let Some(fill) = fill {
                text.push_str(&format!(" fill {}", paint(fill)));
            }
            if let Some(stroke) = stroke {
                text.push_str(&format!(" stroke {} {}", paint(&stroke.paint), number(stroke.width)));
                if let Some(dash) = &stroke.dash {
                    text.push_str(&format!(" dash {}/{}", number(dash.on), number(dash.off)));
                }
            }
        }
        Shape::Glyphs(run) => {
            text.push_str(&format!("glyphs {} {} {}", run.font.name(), number(run.size), paint(&run.paint)));
            for glyph in run.glyphs.iter() {
                // Writing to a string cannot fail.
                let _ = write!(text, " {}@{},{}", glyph.id, number(glyph.x), number(glyph.y));
            }
        }
        Shape::Layer(layer) => {
            text.push_str(&format!("layer/{}", layer.items.len()));
            if layer.blur > 0.0 {
                text.push_str(&format!(" blur {}", number(layer.blur)));
            }
        }
        Shape::Image { bitmap, .. } => text.push_str(&format!("image {}x{}", bitmap.width, bitmap.height)),
    }
    text.push_str(&format!(" box {}", item.item.bounds().map_or("none".into(), rect)));
    if item.item.opacity < 1.0 {
        text.push_str(&format!(" opacity {}", number(f64::from(item.item.opacity))));
    }
    if !item.resting {
        text.push_str(" moving");
    }
    if item.clip.is_some() {
        text.push_str(" clipped");
    }
    text
}

fn rect(rect: Rect) -> String {
    format!("[{} {} {} {}]", number(rect.x0), number(rect.y0), number(rect.x1), number(rect.y1))
}

fn color(color: Rgba) -> String {
    let [r, g, b, a] = color.to_bytes();
    if a == 255 { format!("#{r:02x}{g:02x}{b:02x}") } else { format!("#{r:02x}{g:02x}{b:02x}{a:02x}") }
}

fn paint(paint: &Paint) -> String {
    match &paint.kind {
        PaintKind::Solid(value) => color(*value),
        PaintKind::Linear(line) => format!("{}..{}", color(line.from_color), color(line.to_color)),
        PaintKind::Glow(glow) => format!("glow {}", color(glow.color)),
    }
}

/// Three decimals, without trailing zeros or a negative zero.
fn number(value: f64) -> String {
    let text = format!("{:.3}", if value == 0.0 { 0.0 } else { value });
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{Item, ItemId};
    use crate::geom::{Point, circle};

    #[test]
    fn a_frame_reads_as_lines() {
        let dot = Item::fill(circle(Point::new(1.0, -0.0), 0.5), Paint::solid(Rgba::hex(0xff0000)));
        let item = FrameItem { id: ItemId(1), item: dot, resting: true, clip: None };
        let frame = Frame { stage: Rect::new(-8.0, -4.5, 8.0, 4.5), ground: Rgba::hex(0x101010), items: vec![item] };
        let text = dump(&frame);
        assert!(text.starts_with("stage [-8 -4.5 8 4.5] ground #101010\npath/"), "{text}");
        assert!(text.ends_with("fill #ff0000 box [0.5 -0.5 1.5 0.5]\n"), "{text}");
    }
}
