//! Motion as a viewer meets it: flights that begin as their source and end as their target, without jumps; numbers that keep
//! their edge; drawing order.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use std::collections::BTreeMap;

use surprisal::diag::Source;
use surprisal::draw::{Frame, FrameItem, Shape};
use surprisal::film::{Film, Overrides};
use surprisal::geom::Rect;
use surprisal::script;
use surprisal::time::FrameIndex;
use surprisal::world::MemoryWorld;

fn film(cast: &str, steps: &str) -> Film {
    let head =
        "stage: { fps: 60 }\nvars: { n: 0 }\nsources: { moves: { up: 1/2, down: 1/4, left: 1/8, right: 1/8 } }\n";
    let codes = "codes: { clever: { for: moves, build: huffman } }\n";
    let text = format!("{head}{codes}scenes:\n  - cast: {{ {cast} }}\n    steps: [{steps}]\n");
    let (script, found) = script::parse(&Source::new("test.yaml", text), &MemoryWorld::default());
    assert!(!found.has_errors(), "{found:#?}");
    let (film, found) = Film::build(&script.unwrap(), &MemoryWorld::default(), Overrides::default());
    assert!(!found.has_errors(), "{found:#?}");
    film.unwrap()
}

fn frame(film: &Film, index: u64) -> Frame {
    film.frame(FrameIndex(index))
}

/// Pairs that turn into each other: formulas, texts, shapes, charts.
const PAIRS: &[(&str, &str)] = &[
    (
        "a: { formula: { tex: 'p = 2^{-n}', size: 1 }, at: [0, 0] }",
        "b: { formula: { tex: '\\log_2 p = -n', size: 1 }, at: [0, 0] }",
    ),
    (
        "a: { formula: { tex: '\\part{l}{n} = \\frac{1}{\\part{r}{p}}' }, at: [-2, 1] }",
        "b: { formula: { tex: '\\part{r}{p} = \\frac{1}{\\part{l}{n}}', color: accent }, at: [2, -1], layer: 2 }",
    ),
    (
        "a: { text: 'in order', at: [-3, 0] }",
        "b: { text: { text: 'all noise, and more of it', size: 0.9 }, at: [1, 1] }",
    ),
    ("a: { text: { text: A, size: 2 } }", "b: { circle: { radius: 1, fill: information }, at: [3, 0] }"),
    ("a: { box: { width: 1, height: 3, fill: loss } }", "b: { pie: { p: 1/4 }, at: [2, 0] }"),
    (
        "a: { prob_strip: { source: moves, width: 6 }, at: [0, 3] }",
        "b: { bars: { values: { up: 1, down: 2, left: 3, right: 3 } } }",
    ),
    ("a: { text: up }", "b: { code_tree: { code: clever, width: 6 } }"),
];

#[test]
fn a_morph_ends_as_its_target_and_nothing_else() {
    for (a, b) in PAIRS {
        let morph = film(&format!("{a}, {b}"), "{ pause: 0.2 }, { morph: a, into: b, for: 1 }, { pause: 0.2 }");
        let alone = film(&format!("{a}, {b}"), "{ hide: a }, { show: b }, { pause: 1.4 }");
        let goal = frame(&alone, 80);
        // From the last frame of the step on: the frame on which it arrives is the target's.
        for index in 71..84 {
            assert_eq!(frame(&morph, index).items, goal.items, "{a} into {b} at {index}");
        }
        let start = film(&format!("{a}, {b}"), "{ show: a }, { hide: b }, { pause: 1.4 }");
        assert_eq!(frame(&morph, 11).items, frame(&start, 11).items, "{a}");
        // A copy leaves its source where it is.
        let copy = film(&format!("{a}, {b}"), "{ pause: 0.2 }, { copy: a, to: b, for: 1 }, { pause: 0.2 }");
        let both = film(&format!("{a}, {b}"), "{ show: a }, { show: b }, { pause: 1.4 }");
        assert_eq!(frame(&copy, 80).items, frame(&both, 80).items, "{a} to {b}");
    }
}

/// Where items of one identity are, with how opaque they are.
fn placed(frame: &Frame) -> BTreeMap<u64, (Rect, f32)> {
    let place = |shown: &FrameItem| Some((shown.id.0, (shown.item.bounds()?, shown.item.opacity)));
    frame.items.iter().filter_map(place).collect()
}

#[test]
fn nothing_jumps_on_its_way() {
    for (a, b) in PAIRS {
        for verb in ["morph: a, into: b", "copy: a, to: b", "morph: a, into: b, arc: 60, stagger: 0.004"] {
            let film = film(&format!("{a}, {b}"), &format!("{{ pause: 0.2 }}, {{ {verb}, for: 1 }}, {{ pause: 0.2 }}"));
            // A piece fades within a quarter of a second at the least, staggered or not.
            let most = 0.2;
            for index in 12..70 {
                let (before, after) = (placed(&frame(&film, index)), placed(&frame(&film, index + 1)));
                for (id, (rect, opacity)) in &after {
                    let Some((was, seen)) = before.get(id) else { continue };
                    // The longest way here is about 7 units; eased, the fastest frame of 60 covers a thirtieth of it.
                    let step = (rect.center() - was.center()).hypot();
                    assert!(step < 0.5, "{a}, {verb}: {step} at {index}");
                    assert!((opacity - seen).abs() < most, "{a}, {verb}: {seen} to {opacity} at {index}");
                }
                // What comes or goes is next to nothing when it does, but for the frames on which a flight leaves and arrives.
                if index > 12 && index < 69 {
                    let gone = before.iter().filter(|(id, _)| !after.contains_key(id));
                    let come = after.iter().filter(|(id, _)| !before.contains_key(id));
                    for (_, (rect, opacity)) in gone.chain(come) {
                        assert!(*opacity < most || rect.area() < 1e-3, "{a}, {verb}: {opacity} at {index}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_flight_leaves_from_where_its_source_is_seen_and_lands_where_its_target_is() {
    for (a, b) in PAIRS {
        let film = film(&format!("{a}, {b}"), "{ pause: 0.2 }, { morph: a, into: b, for: 1 }, { pause: 0.2 }");
        let around = |index: u64| {
            let seen = |shown: &&FrameItem| shown.item.opacity > 0.5;
            let boxes = frame(&film, index)
                .items
                .iter()
                .filter(seen)
                .filter_map(|shown| shown.item.bounds())
                .collect::<Vec<_>>();
            boxes.into_iter().reduce(|a, b| a.union(b)).unwrap()
        };
        for [one, other] in [[11, 12], [70, 71]] {
            let (x, y) = (around(one), around(other));
            let far = (x.x0 - y.x0).abs().max((x.x1 - y.x1).abs()).max((x.y0 - y.y0).abs()).max((x.y1 - y.y1).abs());
            assert!(far < 0.1, "{a} into {b}, {one} to {other}: {x:?} {y:?}");
        }
    }
}

#[test]
fn a_flight_is_drawn_where_its_ends_are_in_the_order_of_things() {
    let cast = "a: { circle: { radius: 0.3, fill: loss }, at: [-4, 0] }, b: { circle: { radius: 0.5, fill: loss }, at: [4, 0], layer: 2 }, over: { box: { width: 12, height: 1 }, layer: 1 }";
    let film = film(cast, "{ morph: a, into: b, for: 1 }, { pause: 0.2 }");
    // The loss-coloured disc is below the box first, above it later.
    let above = |index: u64| {
        let items = frame(&film, index).items;
        let wide = items.iter().position(|shown| shown.item.bounds().unwrap().width() > 10.0).unwrap();
        let disc = items.iter().position(|shown| shown.item.bounds().unwrap().width() < 2.0).unwrap();
        disc > wide
    };
    assert!(!above(3) && !above(20) && above(40) && above(58) && above(65));
}

#[test]
fn numbers_roll_and_keep_their_edge() {
    let cast = "v: { number: { value: n, format: '.1', digits: 3, roll: true, label: length, unit: bits } }, t: { text: '${n:.1}' }";
    let film = film(cast, "{ set: { n: 137.5 }, for: 2 }, { pause: 0.5 }");
    let digits = |index: u64| -> Vec<(u64, f64)> {
        let items = frame(&film, index).items;
        let run = |shown: &FrameItem| matches!(&shown.item.shape, Shape::Glyphs(_));
        items.iter().filter(|shown| run(shown)).map(|shown| (shown.id.0, shown.item.bounds().unwrap().x0)).collect()
    };
    // Label first and unit last: they stand still all the time.
    let fixed = |index: u64| -> Vec<(u64, f64)> {
        let all = digits(index);
        let rest = digits(140);
        all.into_iter().filter(|(id, x)| rest.contains(&(*id, *x))).collect()
    };
    let still = fixed(5).len();
    assert!(still >= 2, "{still}");
    for index in (0..140).step_by(7) {
        assert!(fixed(index).len() >= 2, "at {index}");
    }
    // At the end nothing is between two figures.
    let last = frame(&film, 140).items;
    assert!(last.iter().all(|shown| shown.item.opacity == 1.0));
    assert!(frame(&film, 60).items.iter().any(|shown| shown.item.opacity < 1.0));
}

#[test]
fn as_many_parts_as_goals_fly_one_to_each() {
    let cast = "a: { tape: { message: 'a b c d', by: words }, at: [0, 2] }, \
                words: { row: { for_each: { i: 0..4 }, each: { text: 'w$i' } }, at: [0, -2] }";
    let all = film(cast, "{ show: a }, { pause: 0.2 }, { copy: 'a.*.symbol', to: 'words.*', for: 1 }, { pause: 0.2 }");
    let shown = frame(&all, 40).items.len();
    // Each letter becomes one word, not all four of them, beside the tape itself.
    assert!(shown <= frame(&all, 5).items.len() + 4 * 4, "{shown}");
}

#[test]
fn what_has_gone_does_not_come_back_to_leave() {
    let cast = "g: { graph: { curve: 'x => x', x: [0, 1], y: [0, 1], xs: [0.2, 0.5], ys: [0.8, 0.5] } }";
    let film = film(cast, "{ show: g }, { fade_out: g.points, for: 0.4 }, { pause: 1 }, { fade_out: g, for: 1 }");
    let points = |at: u64| frame(&film, at).items.len();
    assert!(points(70) < points(0));
    assert_eq!(points(110), points(70), "the points are back");
}

#[test]
fn what_leaves_by_itself_comes_with_what_is_around_it() {
    let cast = "bars: { info_bars: { chances: [1/2, 1/8, 1/3] } }, note: hello";
    let film = film(cast, "{ show: note }, { pause: 1 }, { grow: bars, for: 1 }, { fade_out: bars.ruler, for: 0.5 }");
    let lines = |at: u64| {
        let stroked = |shown: &&FrameItem| matches!(&shown.item.shape, Shape::Path { stroke: Some(_), .. });
        frame(&film, at).items.iter().filter(stroked).count()
    };
    assert_eq!(lines(30), 0, "the ruler is there before its bars");
    assert!(lines(119) > 0, "it never comes");
    assert!(lines(149) < lines(119), "it never leaves");
}

#[test]
fn light_goes_over_from_one_prefix_to_the_next() {
    let cast = "s: { codeword_space: { depth: 3 } }";
    let steps =
        "{ show: s }, { do: { s: { light: '0' } }, for: 1 }, { pause: 0.5 }, { do: { s: { light: '10' } }, for: 1 }";
    let film = film(cast, steps);
    let brightness = |at: u64| frame(&film, at).items.iter().map(|item| f64::from(item.item.opacity)).sum::<f64>();
    assert!((brightness(89) - brightness(91)).abs() < 0.05 * brightness(89), "a flash between two prefixes");
}
