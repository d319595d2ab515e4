//! `image` and `icon`: pictures and vector drawings from the script's folder.

use std::sync::Arc;

use super::{Drawing, Now, Reading, Visual, VisualSpec};
use crate::color::{Ink, Rgba};
use crate::diag::Diagnostic;
use crate::draw::{Bitmap, Grow, Item, Outline, Paint, Part, Shape, Stroke};
use crate::geom::{Affine, BezPath, Rect};
use crate::limits;
use crate::script::{FieldSpec, TableFields, Takes};

/// The registry's entry of `image`.
pub static IMAGE: VisualSpec = VisualSpec {
    name: "image",
    summary: "a picture from a PNG, JPEG or WebP file",
    main: Some("file"),
    example: "image: { file: pictures/coins.png, width: 6 }",
    fields: &[PICTURE],
    parts: &[],
    values: &[],
    actions: &[],
    read: read_image,
};

/// The registry's entry of `icon`.
pub static ICON: VisualSpec = VisualSpec {
    name: "icon",
    summary: "a vector drawing from an SVG file, in its colours or in one",
    main: Some("file"),
    example: "icon: { file: icons/rover.svg, height: 1.5 }",
    fields: &[
        PICTURE,
        &[FieldSpec::optional("color", Takes::Color, "one colour for all of it; if not given, its own")],
    ],
    parts: &[("*", "what has an `id` in the file")],
    values: &[],
    actions: &[],
    read: read_icon,
};

/// What pictures share.
const PICTURE: &[FieldSpec] = &[
    FieldSpec::required("file", Takes::Text, "path from the script's folder, or from `assets` beside or above it"),
    FieldSpec::optional("width", Takes::Fixed(0.01, 100.0), "width in stage units; if not given, as the height asks"),
    FieldSpec::optional("height", Takes::Fixed(0.01, 100.0), "height in stage units; if neither is given, 2"),
];

/// Usual height in stage units.
const HEIGHT: f64 = 2.0;

struct Picture {
    bitmap: Arc<Bitmap>,
    rect: Rect,
}

struct Icon {
    part: Part,
    rect: Rect,
    ink: Option<Ink>,
}

/// The bytes of the file that a field names.
fn asset(fields: &mut TableFields<'_>, reading: &Reading<'_>) -> Option<(Arc<[u8]>, crate::diag::Span)> {
    let (path, span) = fields.text("file")?;
    match reading.world.read_asset(&path) {
        Ok(bytes) => Some((bytes, span)),
        Err(error) => {
            let hint = "assets are named relative to the script's folder, or to `assets` beside or above it";
            fields.report(Diagnostic::error("bad-asset", &span, error.to_string()).hint(hint));
            None
        }
    }
}

/// The rectangle of a picture of this shape, as wide or high as asked, centred.
fn rect(fields: &mut TableFields<'_>, ratio: f64) -> Rect {
    let (width, height) = (fields.fixed("width"), fields.fixed("height"));
    let (width, height) = match (width, height) {
        (Some(width), Some(height)) => (width, height),
        (Some(width), None) => (width, width / ratio),
        (None, height) => (height.unwrap_or(HEIGHT) * ratio, height.unwrap_or(HEIGHT)),
    };
    Rect::new(-width / 2.0, -height / 2.0, width / 2.0, height / 2.0)
}

fn read_image(fields: &mut TableFields<'_>, reading: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let found = asset(fields, reading);
    let bitmap = found.and_then(|(bytes, span)| match Bitmap::decode(&bytes) {
        Ok(bitmap) => Some(bitmap),
        Err(reason) => {
            fields.report(Diagnostic::error("bad-asset", &span, reason));
            None
        }
    });
    let ratio = bitmap.as_ref().map_or(1.0, |bitmap| f64::from(bitmap.width) / f64::from(bitmap.height));
    let rect = rect(fields, ratio);
    Some(Box::new(Picture { bitmap: Arc::new(bitmap?), rect }))
}

impl Visual for Picture {
    fn draw(&self, _: &Now<'_>) -> Drawing {
        let item = Item::new(Shape::Image { bitmap: Arc::clone(&self.bitmap), rect: self.rect });
        Drawing::within(self.rect, Part::new("image").with(item))
    }
}

fn read_icon(fields: &mut TableFields<'_>, reading: &Reading<'_>) -> Option<Box<dyn Visual>> {
    let found = asset(fields, reading);
    let ink = fields.ink("color");
    let tree = found.and_then(|(bytes, span)| match parse(&bytes) {
        Ok(tree) => Some(tree),
        Err(reason) => {
            fields.report(Diagnostic::error("bad-asset", &span, reason));
            None
        }
    });
    let size =
        tree.as_ref().map_or((1.0, 1.0), |tree| (f64::from(tree.size().width()), f64::from(tree.size().height())));
    let rect = rect(fields, size.0 / size.1.max(1e-6));
    let tree = tree?;
    // SVG's y goes down; the drawing is stretched over the rectangle.
    let map = Affine::new([rect.width() / size.0, 0.0, 0.0, -rect.height() / size.1, rect.x0, rect.y1]);
    let mut part = Part::new("icon").growing(Grow::Centre);
    let mut left = limits::PATH_ELEMENTS;
    collect(tree.root(), map, &mut left, &mut part);
    Some(Box::new(Icon { part, rect, ink }))
}

/// Reads an SVG. Nothing outside the file is read: no pictures, fonts or other files.
fn parse(bytes: &[u8]) -> Result<usvg::Tree, String> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Err("compressed SVG is not read; unpack it first".into());
    }
    let mut options = usvg::Options { resources_dir: None, ..usvg::Options::default() };
    options.image_href_resolver =
        usvg::ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    usvg::Tree::from_data(bytes, &options).map_err(|error| format!("this is not an SVG that can be read: {error}"))
}

/// Paths of a group, each named by its id in the file; what is neither fill nor stroke of one colour is drawn in its first.
fn collect(group: &usvg::Group, map: Affine, left: &mut usize, part: &mut Part) {
    for node in group.children() {
        match node {
            usvg::Node::Group(inner) => {
                let mut child = Part::new(inner.id());
                collect(inner, map, left, &mut child);
                part.parts.push(child.faded(f64::from(inner.opacity().get())));
            }
            usvg::Node::Path(path) if path.is_visible() && path.data().len() <= *left => {
                *left -= path.data().len();
                let t = path.abs_transform();
                let local = Affine::new([t.sx, t.ky, t.kx, t.sy, t.tx, t.ty].map(f64::from));
                let mut child = Part::new(path.id()).growing(Grow::Centre);
                child.items.extend(item(path, map * local));
                part.parts.push(child);
            }
            _ => {}
        }
    }
}

fn item(path: &usvg::Path, map: Affine) -> Option<Item> {
    let mut outline = BezPath::new();
    for segment in path.data().segments() {
        use usvg::tiny_skia_path::PathSegment::{Close, CubicTo, LineTo, MoveTo, QuadTo};
        let point = |p: usvg::tiny_skia_path::Point| (f64::from(p.x), f64::from(p.y));
        match segment {
            MoveTo(p) => outline.move_to(point(p)),
            LineTo(p) => outline.line_to(point(p)),
            QuadTo(a, p) => outline.quad_to(point(a), point(p)),
            CubicTo(a, b, p) => outline.curve_to(point(a), point(b), point(p)),
            Close => outline.close_path(),
        }
    }
    let fill = path.fill().map(|fill| Paint::solid(color(fill.paint(), fill.opacity().get())));
    let stroke = path.stroke().map(|stroke| {
        Stroke::new(Paint::solid(color(stroke.paint(), stroke.opacity().get())), f64::from(stroke.width().get()))
    });
    let shape = Shape::Path { path: Outline::shared(outline), fill, stroke };
    path.fill().is_some().then_some(()).or(path.stroke().map(|_| ()))?;
    Some(Item::new(shape).transformed(map))
}

fn color(paint: &usvg::Paint, opacity: f32) -> Rgba {
    let of = |color: usvg::Color| Rgba {
        r: f32::from(color.red) / 255.0,
        g: f32::from(color.green) / 255.0,
        b: f32::from(color.blue) / 255.0,
        a: opacity,
    };
    let first = |stops: &[usvg::Stop]| stops.first().map_or(Rgba::TRANSPARENT, |stop| of(stop.color()));
    match paint {
        usvg::Paint::Color(color) => of(*color),
        usvg::Paint::LinearGradient(gradient) => first(gradient.stops()),
        usvg::Paint::RadialGradient(gradient) => first(gradient.stops()),
        usvg::Paint::Pattern(_) => Rgba::TRANSPARENT,
    }
}

impl Visual for Icon {
    fn draw(&self, now: &Now<'_>) -> Drawing {
        let mut part = self.part.clone();
        if let Some(ink) = self.ink {
            tint(&mut part, now.ink(ink));
        }
        Drawing::within(self.rect, part)
    }
}

fn tint(part: &mut Part, color: Rgba) {
    for item in &mut part.items {
        if let Shape::Path { fill, stroke, .. } = &mut item.shape {
            *fill = fill.as_ref().map(|paint| paint.recolored(|old| Rgba { a: old.a, ..color }));
            if let Some(stroke) = stroke {
                stroke.paint = stroke.paint.recolored(|old| Rgba { a: old.a, ..color });
            }
        }
    }
    part.parts.iter_mut().for_each(|inner| tint(inner, color));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_come_with_their_ids_and_stay_closed_to_the_world() {
        let tree = parse(br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><g id="a"><rect id="b" width="5" height="5" fill="#f00"/></g><image href="/etc/passwd"/></svg>"##).unwrap();
        let mut part = Part::new("icon");
        collect(tree.root(), Affine::IDENTITY, &mut 1000, &mut part);
        assert!(part.addresses().iter().any(|address| address.ends_with('b')), "{:?}", part.addresses());
        assert!(parse(b"<svg").is_err() && parse(b"").is_err() && parse(&[0x1f, 0x8b, 0]).is_err());
    }
}
