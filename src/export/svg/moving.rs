//! Pages of one size shown one after the other: each item is written once for all pages that show it, and style sheets say when.

use std::collections::BTreeMap;

use super::write::{Writer, rounded};
use super::{Letters, finished};
use crate::diag::Diagnostic;
use crate::draw::FrameItem;
use crate::export::Page;

/// Earlier looks of an item that a new one is compared with: what comes back later is written again.
const LOOKS: usize = 256;

/// What is not on the first page. Inkscape and MuPDF do not know that groups can be invisible, but that they can be transparent;
/// what can move takes that back ([`style`]).
const HIDDEN: &str = " visibility=\"hidden\" opacity=\"0\"";

/// An item with the pages that show it.
struct Look<'p> {
    item: &'p FrameItem,
    /// The page that showed it first, which knows its name.
    page: &'p Page<'p>,
    /// Stretches of pages, each with its end.
    shown: Vec<(usize, usize)>,
}

/// The looks of all items in one drawing order that is that of every page.
#[derive(Default)]
struct Layers<'p> {
    looks: Vec<Look<'p>>,
    /// Numbers of looks from the lowest to the highest.
    order: Vec<usize>,
    /// Where in `order` each look is.
    place: Vec<usize>,
    /// The looks of the item of an identity.
    known: BTreeMap<u64, Vec<usize>>,
}

/// Pages of one size, shown one after the other for ever, so many a second; `None` if that takes more than so many bytes. Without
/// scripts; where nothing can move, the first page is shown.
///
/// # Errors
/// As [`super::svg`].
pub fn moving(pages: &[Page<'_>], letters: Letters, rate: f64, most: usize) -> Result<Option<String>, Diagnostic> {
    let Some(first) = pages.first() else { return Ok(Some(String::new())) };
    let mut layers = Layers::default();
    for (number, page) in pages.iter().enumerate() {
        layers.add(number, page);
    }
    let mut body = Writer::new(first, letters);
    let mut kinds: BTreeMap<&[(usize, usize)], usize> = BTreeMap::new();
    let always = [(0, pages.len())];
    let looks: Vec<&Look<'_>> = layers.order.iter().filter_map(|number| layers.looks.get(*number)).collect();
    for run in looks.chunk_by(|a, b| a.shown == b.shown && std::ptr::eq(a.page, b.page)) {
        let Some(look) = run.first() else { continue };
        let items: Vec<FrameItem> = run.iter().map(|look| look.item.clone()).collect();
        if look.shown == always {
            body.page_of(look.page, &items)?;
            continue;
        }
        let next = kinds.len();
        let kind = *kinds.entry(&look.shown).or_insert(next);
        let hidden = if look.shown.first().is_some_and(|(from, _)| *from == 0) { "" } else { HIDDEN };
        body.out += &format!("<g class=\"m k{kind}\"{hidden}>\n");
        body.page_of(look.page, &items)?;
        body.out += "</g>\n";
        if body.out.len() + body.defs.len() > most {
            return Ok(None);
        }
    }
    let style = style(&kinds, pages.len(), rate);
    let text = finished(body, &style)?;
    Ok((text.len() <= most).then_some(text))
}

impl<'p> Layers<'p> {
    /// Takes over the items of the next page: those that were seen before stay, if their order allows it, others come between.
    fn add(&mut self, number: usize, page: &'p Page<'p>) {
        let mut free = 0;
        let mut new: Vec<(usize, usize)> = Vec::new();
        for item in &page.frame.items {
            let known = self.known.entry(item.id.0).or_default();
            let same = known.iter().rev().take(LOOKS).copied().find(|look| {
                let place = self.place.get(*look).copied().unwrap_or(usize::MAX);
                (free..usize::MAX).contains(&place)
                    && self.looks.get(*look).is_some_and(|look| looks_alike(look.item, item))
            });
            let look = same.unwrap_or(self.looks.len());
            match same {
                Some(look) => free = self.place.get(look).map_or(free, |place| place + 1),
                None => {
                    known.push(look);
                    self.looks.push(Look { item, page, shown: Vec::new() });
                    self.place.push(usize::MAX);
                    new.push((free, look));
                }
            }
            let Some(look) = self.looks.get_mut(look) else { continue };
            match look.shown.last_mut() {
                Some((_, end)) if *end >= number => *end = number + 1,
                _ => look.shown.push((number, number + 1)),
            }
        }
        self.insert(&new);
    }

    /// Puts new looks before these places; places ascend.
    fn insert(&mut self, new: &[(usize, usize)]) {
        if new.is_empty() {
            return;
        }
        let mut order = Vec::with_capacity(self.order.len() + new.len());
        let mut rest = new.iter().peekable();
        for place in 0..=self.order.len() {
            while let Some((_, look)) = rest.next_if(|(before, _)| *before <= place) {
                order.push(*look);
            }
            order.extend(self.order.get(place));
        }
        for (place, look) in order.iter().enumerate() {
            if let Some(known) = self.place.get_mut(*look) {
                *known = place;
            }
        }
        self.order = order;
    }
}

/// Would both be written alike? Whether something rests matters to pixels only.
fn looks_alike(a: &FrameItem, b: &FrameItem) -> bool {
    a.id == b.id && a.item == b.item && a.clip == b.clip
}

/// When each kind of items is shown, by its stretches of pages.
fn style(kinds: &BTreeMap<&[(usize, usize)], usize>, pages: usize, rate: f64) -> String {
    if kinds.is_empty() {
        return String::new();
    }
    let secs = rounded(pages as f64 / rate.max(1e-3), 1000.0);
    let share = |frames: usize| rounded(100.0 * frames as f64 / pages.max(1) as f64, 1000.0);
    let mut style =
        format!("<style>.m{{animation:{secs}s step-end infinite}}@supports(animation-name:m){{.m{{opacity:1}}}}\n");
    for (shown, kind) in kinds {
        style += &format!(".k{kind}{{animation-name:k{kind}}}@keyframes k{kind}{{");
        if shown.first().is_some_and(|(from, _)| *from > 0) {
            style += "0%{visibility:hidden}";
        }
        for (from, to) in *shown {
            style += &format!("{}%{{visibility:visible}}", share(*from));
            if *to < pages {
                style += &format!("{}%{{visibility:hidden}}", share(*to));
            }
        }
        style += "}\n";
    }
    style += "@media (prefers-reduced-motion:reduce){.m{animation:none}}</style>\n";
    style
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::Rgba;
    use crate::draw::{Frame, Item, ItemId, Names, Paint};
    use crate::geom::{Rect, Shape as _};

    /// Squares of these identities, one after the other from the left, each at its height.
    fn frame(squares: &[(u64, f64)]) -> Frame {
        let item = |(id, y): &(u64, f64)| {
            let path = Rect::new(*id as f64, *y, *id as f64 + 1.0, y + 1.0).to_path(0.1);
            let item = Item::fill(path, Paint::solid(Rgba::hex(0xff)));
            FrameItem { id: ItemId(*id), item, resting: *y > 1.0, clip: None }
        };
        let items = squares.iter().map(item).collect();
        Frame { stage: Rect::new(0.0, 0.0, 4.0, 4.0), ground: Rgba::TRANSPARENT, items }
    }

    fn written(frames: &[Frame], most: usize) -> Option<String> {
        let names = Names::default();
        let page = |frame| Page {
            frame,
            names: &names,
            area: Rect::new(0.0, 0.0, 4.0, 4.0),
            points: 10.0,
            title: "",
            description: "",
        };
        let pages: Vec<Page<'_>> = frames.iter().map(page).collect();
        moving(&pages, Letters::Outlines, 10.0, most).unwrap()
    }

    #[test]
    fn what_is_shown_again_is_written_once() {
        // A square that rests below and above one that goes up and comes back.
        let frames = [0.0, 1.0, 2.0, 1.0, 0.0].map(|y| frame(&[(0, 0.0), (1, y), (2, 0.0)]));
        let text = written(&frames, 1 << 20).unwrap();
        assert_eq!((text.matches("<path").count(), text.matches("<g class=\"m").count()), (5, 3));
        assert_eq!(text.matches("visibility=\"hidden\"").count(), 2);
        assert!(text.contains("animation:.5s step-end infinite"), "{text}");
        let first = "{visibility:visible}20%{visibility:hidden}80%{visibility:visible}}";
        let second = "{0%{visibility:hidden}20%{visibility:visible}40%{visibility:hidden}60%{visibility:visible}80%{visibility:hidden}}";
        assert!(text.contains(first) && text.contains(second), "{text}");
        assert!(usvg::Tree::from_str(&text, &usvg::Options::default()).is_ok());
        assert_eq!(written(&frames, text.len() - 1), None);
    }

    #[test]
    fn every_page_keeps_its_drawing_order() {
        let all = [[0, 1, 2], [2, 0, 1], [1, 2, 0], [0, 2, 1]];
        let frames = all.map(|ids| frame(&ids.map(|id| (id, 0.0))));
        let names = Names::default();
        let area = Rect::new(0.0, 0.0, 4.0, 4.0);
        let pages: Vec<Page<'_>> = frames
            .iter()
            .map(|frame| Page { frame, names: &names, area, points: 10.0, title: "", description: "" })
            .collect();
        let mut layers = Layers::default();
        pages.iter().enumerate().for_each(|(number, page)| layers.add(number, page));
        for (number, ids) in all.iter().enumerate() {
            let shown = |look: &&Look<'_>| look.shown.iter().any(|(from, to)| (*from..*to).contains(&number));
            let order = layers.order.iter().map(|look| &layers.looks[*look]).filter(shown);
            assert_eq!(order.map(|look| look.item.id.0).collect::<Vec<_>>(), ids);
        }
    }

    #[test]
    fn what_never_moves_needs_no_style() {
        let text = written(&[frame(&[(0, 0.0)]), frame(&[(0, 0.0)])], 1 << 20).unwrap();
        assert!(!text.contains("<style>") && !text.contains("class="), "{text}");
        assert_eq!(written(&[], 10).as_deref(), Some(""));
    }
}
