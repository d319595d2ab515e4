//! A figure as one page: a display list with the names of its items, cropped and sized.

use super::plan::{Figure, Options};
use super::strip;
use crate::color::Rgba;
use crate::diag::Diagnostic;
use crate::draw::{Digest, Digester, Frame, FrameItem, Names, Shape};
use crate::export::Page;
use crate::film::{Still, with_margin};
use crate::geom::{Rect, union};
use crate::script::{Extent, Length};
use crate::time::FrameIndex;

/// Points for a stage unit if the figure has no size: 8 mm.
pub const POINTS: f64 = 72.0 * 0.8 / 2.54;
/// How far beyond the page things may still reach into it, in stage units.
const BEYOND: f64 = 0.5;
/// Largest page in points: beyond, PDF readers refuse.
const LARGEST: f64 = 14_400.0;

/// A figure, ready for files.
pub struct Picture {
    /// Its name.
    pub name: String,
    /// What is drawn.
    pub frame: Frame,
    /// What it is called.
    pub names: Names,
    /// What is shown of it, in stage units.
    pub area: Rect,
    /// Points for a stage unit.
    pub points: f64,
    /// What stands below it; may be empty.
    pub caption: String,
    /// What is to be seen; may be empty.
    pub alt: String,
}

impl Figure {
    /// The figure as a page. A figure that moves is shown as it begins.
    ///
    /// # Errors
    /// `empty-figure` if nothing is to be seen; mistakes of expressions at its instant.
    pub fn picture(&self, options: &Options) -> Result<Picture, Diagnostic> {
        let stills: Result<Vec<Still>, Diagnostic> = self.shot.frames.iter().map(|frame| self.still(*frame)).collect();
        let stills = stills?;
        // All of them show the same part, so that what stays, stays.
        let shown = stills.iter().map(|still| still.area(&self.def)).fold(None, union);
        self.page(stills, shown, options)
    }

    /// The frames of a figure that moves, all of one size, with the number of the film's frames between two.
    ///
    /// # Errors
    /// As [`Figure::picture`].
    pub fn moving(&self, options: &Options) -> Result<Vec<Picture>, Diagnostic> {
        let Some(range) = self.shot.moves else { return Ok(vec![self.picture(options)?]) };
        let step = self.film.fps().as_f64() / self.def.rate;
        let count = (range.len() as f64 / step).max(1.0) as u64;
        let index = |number: u64| FrameIndex(range.start.0 + (number as f64 * step) as u64);
        let indices: Vec<FrameIndex> = (0..count).map(index).filter(|index| index.0 < range.end.0).collect();
        let stills: Result<Vec<Still>, Diagnostic> =
            super::file::in_parallel(&indices, |index| self.still(*index)).into_iter().collect();
        let stills = stills?;
        let shown = stills.iter().map(|still| still.area(&self.def)).fold(None, union);
        stills.into_iter().map(|still| self.page(vec![still], shown, options)).collect()
    }

    fn still(&self, frame: FrameIndex) -> Result<Still, Diagnostic> {
        let still = self.film.still_of(&self.def, frame);
        match still.mistakes.first() {
            Some(mistake) => Err(mistake.clone()),
            None => Ok(still),
        }
    }

    fn page(&self, stills: Vec<Still>, shown: Option<Rect>, options: &Options) -> Result<Picture, Diagnostic> {
        let def = &self.def;
        let Some(shown) = shown else {
            let found = Diagnostic::error(
                "empty-figure",
                &def.span,
                format!("nothing is to be seen in the figure `{}`", def.name),
            );
            return Err(found.hint("place it after the steps that bring things on stage, or name others in `crop`"));
        };
        let cell = with_margin(def, shown);
        let theme = options.theme.or(def.theme).or(crate::color::Theme::named("paper"));
        let (mut frame, names, area) =
            strip::joined(def, stills, cell, theme.unwrap_or(crate::color::Theme::chalkboard()));
        // What lies wholly beyond the page, halos included, is not written.
        let page = area.inflate(BEYOND, BEYOND);
        frame.items.retain(|item| {
            item.item.bounds().is_some_and(|bounds| !bounds.intersect(page).is_zero_area() || bounds.is_zero_area())
        });
        frame.ground = match (def.background, theme) {
            (Some(ink), Some(theme)) => ink.under(theme),
            _ => Rgba::TRANSPARENT,
        };
        let length = |length: Length| match length {
            Length::Points(points) => points,
            Length::Columns(count) => count * options.column.0 + (count - 1.0).max(0.0) * options.column.1,
        };
        let points = match def.size {
            None => POINTS,
            Some(Extent::Width(width)) => length(width) / area.width(),
            Some(Extent::Height(height)) => length(height) / area.height(),
        };
        if area.width().max(area.height()) * points > LARGEST {
            let found = Diagnostic::error(
                "bad-length",
                &def.span,
                format!("the figure `{}` would be larger than 5 m", def.name),
            );
            return Err(found.hint("give it a smaller `width`, or another `crop`"));
        }
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (caption, alt) = (text(&def.caption), text(&def.alt));
        Ok(Picture { name: def.name.clone(), frame, names, area, points, caption, alt })
    }
}

impl Picture {
    /// What exporters read.
    pub fn page<'a>(&'a self, title: &'a str) -> Page<'a> {
        Page {
            frame: &self.frame,
            names: &self.names,
            area: self.area,
            points: self.points,
            title,
            description: &self.alt,
        }
    }

    /// Width and height in millimetres, to a hundredth.
    pub fn size_mm(&self) -> [f64; 2] {
        let mm = |units: f64| libm::round(units * self.points * 2540.0 / 72.0) / 100.0;
        [mm(self.area.width()), mm(self.area.height())]
    }

    /// The names of an item and of those in it.
    fn named(&self, item: &FrameItem) -> String {
        let inner = match &item.item.shape {
            Shape::Layer(layer) => layer.items.iter().map(|inner| self.named(inner)).collect(),
            _ => String::new(),
        };
        let name = self.names.get(item.id).map(|name| (&name.path, name.wording.as_ref().map(|(_, wording)| wording)));
        format!("{name:?}{inner}")
    }

    /// A digest of all that its files depend on: what is drawn, names, size, words.
    pub fn digest(&self, digester: &Digester) -> Digest {
        let drawn = digester.digest(std::slice::from_ref(&self.frame));
        let names: Vec<String> = self.frame.items.iter().map(|item| self.named(item)).collect();
        let rest =
            format!("{:?} {} {:?} {:?} {:?} {names:?}", self.area, self.points, self.name, self.caption, self.alt);
        Digest::of(format!("{:032x} {rest}", drawn.0).as_bytes())
    }
}
