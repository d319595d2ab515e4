//! How things move: how many frames a step has at every rate, that nothing jumps, that order of asking does not matter, and
//! how scenes follow one another.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use std::collections::BTreeMap;
use std::path::Path;

use surprisal::diag::Source;
use surprisal::draw::{Frame, ItemId, Shape};
use surprisal::film::{Film, Overrides};
use surprisal::geom::Rect;
use surprisal::script;
use surprisal::time::{Fps, FrameIndex};
use surprisal::world::{DiskWorld, MemoryWorld};

fn at_rate(text: &str, fps: Option<&str>) -> Film {
    let (script, diags) = script::parse(&Source::new("test.yaml", text), &MemoryWorld::default());
    assert!(diags.is_empty(), "{diags:#?}");
    let overrides = Overrides { fps: fps.and_then(Fps::parse), ..Overrides::default() };
    let (film, diags) = Film::build(&script.unwrap(), &MemoryWorld::default(), overrides);
    assert!(!diags.has_errors(), "{diags:#?}");
    film.unwrap()
}

fn of(text: &str) -> Film {
    at_rate(text, None)
}

/// One scene.
fn scene(cast: &str, steps: &str) -> Film {
    of(&format!("stage: {{ fps: 30 }}\nvars: {{ p: 0 }}\nscenes: [{{ cast: {{ {cast} }}, steps: [{steps}] }}]\n"))
}

fn all(film: &Film) -> Vec<Frame> {
    (0..film.frames()).map(|index| film.frame(FrameIndex(index))).collect()
}

fn codes(text: &str) -> Vec<&'static str> {
    let (script, mut diags) = script::parse(&Source::new("test.yaml", text), &MemoryWorld::default());
    if let Some(script) = script {
        diags.append(Film::build(&script, &MemoryWorld::default(), Overrides::default()).1);
    }
    diags.iter().filter(|found| found.severity == surprisal::diag::Severity::Error).map(|found| found.code).collect()
}

/// The boxes of a frame's items by their identities.
fn boxes(frame: &Frame) -> BTreeMap<ItemId, Rect> {
    frame.items.iter().filter_map(|item| Some((item.id, item.item.bounds()?))).collect()
}

/// The largest step that a corner of a box takes from one frame to the next, and the frame.
fn largest_jump(frames: &[Frame]) -> (f64, usize) {
    let mut largest = (0.0, 0);
    for (index, pair) in frames.windows(2).enumerate() {
        let before = boxes(&pair[0]);
        for (id, rect) in boxes(&pair[1]) {
            let Some(old) = before.get(&id) else { continue };
            let sides = [rect.x0 - old.x0, rect.x1 - old.x1, rect.y0 - old.y0, rect.y1 - old.y1];
            let jump = sides.iter().fold(0.0f64, |most, side| most.max(side.abs()));
            if jump > largest.0 {
                largest = (jump, index + 1);
            }
        }
    }
    largest
}

const RATES: [&str; 6] = ["24", "25", "30", "50", "60", "30000/1001"];

#[test]
fn a_step_has_its_frames_at_every_rate_and_steps_add_up_to_the_film() {
    let secs = [0.1, 0.25, 1.0 / 3.0, 0.7, 1.0, 1.001, 2.35, 0.04, 0.5];
    for rate in RATES {
        let fps = Fps::parse(rate).unwrap();
        let mut steps = String::new();
        for (number, secs) in secs.iter().enumerate() {
            steps.push_str(&format!("      - {{ move: a, by: [0.1, 0], for: {secs} }}\n      - mark: m{number}\n"));
        }
        let scene = |id: &str, transition: &str, steps: &str| {
            format!("  - id: {id}\n    transition: {transition}\n    cast: {{ a: A }}\n    steps:\n{steps}")
        };
        let renamed = steps.replace("mark: m", "mark: n");
        let text =
            format!("scenes:\n{}{}", scene("one", "cut", &steps), scene("two", "{ wipe: up, for: 0.777 }", &renamed));
        let film = at_rate(&text, Some(rate));
        let frame = |at: f64| (at * fps.as_f64()).round() as u64;
        let mut at = 0.0;
        let mut marks = film.marks().iter();
        for scene in 0..2 {
            at += if scene == 1 { 0.777 } else { 0.0 };
            for secs in secs {
                at += secs;
                // The mark names the last frame of the step before it: from there on, everything has arrived.
                assert_eq!(marks.next().unwrap().frame.0 + 1, frame(at), "{rate} at {at}");
            }
        }
        assert_eq!(film.frames(), frame(at), "{rate}");
        // Scenes follow one another without a gap.
        let scenes = film.scenes();
        assert_eq!((scenes[0].range.start.0, scenes[0].range.end), (0, scenes[1].range.start), "{rate}");
        assert_eq!(scenes[1].range.end.0, film.frames(), "{rate}");
    }
}

#[test]
fn a_step_moves_on_each_of_its_frames_and_on_no_other() {
    for rate in RATES {
        let text = "scenes: [{ cast: { a: { circle: 1 } }, steps: [pause: 0.5, { move: a, to: [4, 0], for: 0.8, ease: linear }, pause: 0.5] }]\n";
        let film = at_rate(text, Some(rate));
        let fps = Fps::parse(rate).unwrap();
        let frame = |at: f64| (at * fps.as_f64()).round() as usize;
        let places: Vec<f64> =
            all(&film).iter().map(|frame| frame.items[0].item.bounds().unwrap().center().x).collect();
        let moved: Vec<usize> = (1..places.len()).filter(|i| places[*i] != places[*i - 1]).collect();
        assert_eq!(moved, (frame(0.5)..frame(1.3)).collect::<Vec<_>>(), "{rate}");
        assert!((places[frame(1.3) - 1] - 4.0).abs() < 1e-9, "{rate}");
    }
}

#[test]
fn the_camera_and_what_it_follows_never_jump() {
    let cast = "dot: { circle: 0.2, at: ['p', 0] }, fixed: { text: { text: T }, at: [0, 3], parallax: 0 }, far: { circle: 0.1, at: [1, 1], parallax: 0.4 }";
    let film = scene(
        cast,
        "{ camera: { follow: dot, height: 5, spring: 0.4 } }, pause: 0.5, { set: { p: 4 }, for: 1 }, pause: 1,
         { camera: { by: [1, 0], zoom: 2 } }, { camera: { follow: dot, spring: 0.3, damping: 0.4 }, for: 1 },
         { set: { p: -4 }, for: 1 }, { camera: reset, for: 1 }, pause: 1",
    );
    let frames = all(&film);
    let (jump, at) = largest_jump(&frames);
    // The dot goes 8 units in a second, nearly twice as fast in the middle, and is seen 3.6 times larger by a camera that has
    // stopped following, at 30 frames a second.
    assert!(jump < 8.0 * 2.0 * 3.6 / 30.0, "{jump} at {at}");
    // And it does not move by leaps: the step from frame to frame changes little.
    let xs: Vec<f64> = frames.iter().map(|frame| frame.items[0].item.bounds().unwrap().center().x).collect();
    let bend = xs.windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f64::max);
    assert!(bend < 0.35, "{bend}");
    let fixed: Vec<_> = frames.iter().map(|frame| frame.items[1].item.bounds().unwrap()).collect();
    assert!(fixed.iter().all(|rect| *rect == fixed[0]));
    assert!(film.frame(FrameIndex(0)).items[1].resting && frames.iter().all(|frame| frame.items[1].resting));
}

#[test]
fn a_camera_on_a_spring_shows_its_target_in_the_middle_when_it_has_arrived() {
    let film = scene(
        "dot: { circle: { radius: 0.2, stroke_width: 0 }, at: [5, 2] }",
        "{ camera: { follow: dot, height: 3, spring: 0.2 } }, pause: 4",
    );
    let last = film.frame(FrameIndex(film.frames() - 1)).items[0].item.bounds().unwrap();
    assert!(last.center().to_vec2().hypot() < 1e-3 && (last.width() - 1.2).abs() < 1e-3, "{last:?}");
    assert!(film.frame(FrameIndex(film.frames() - 1)).items[0].resting);
    assert!(!film.frame(FrameIndex(10)).items[0].resting);
}

#[test]
fn marks_slide_from_target_to_target_and_give_way_to_other_shapes() {
    let cast = "a: { circle: 0.5, at: [-4, 0] }, b: { circle: 1, at: [4, 1] }";
    let steps = "{ highlight: a, for: 0.5 }, { highlight: b, for: 1 }, { highlight: b, shape: loop, for: 1 },
        { highlight: a, shape: spotlight, for: 1 }, { highlight: b, shape: spotlight, for: 1 }, { unhighlight: , for: 0.5 }, pause: 0.2";
    let film = scene(cast, steps);
    let frames = all(&film);
    let (jump, at) = largest_jump(&frames[16..45]);
    assert!(jump < 0.8, "{jump} at {at}");
    let count = |frame: usize| frames[frame].items.len();
    let plain = count(0).min(count(frames.len() - 1));
    assert_eq!(count(frames.len() - 1), 2);
    assert_eq!(plain, 2);
    // Box alone; box and loop while one gives way; loop alone; with the window over it, which has layers.
    assert_eq!([count(40), count(60), count(74)], [3, 4, 3]);
    assert!(count(90) > 4 && count(90) == count(120));
    // The window closes in from the frame, and slides.
    let window = |frame: usize| {
        let Shape::Path { path, .. } = &frames[frame].items[2].item.shape else { panic!("no veil") };
        let corners = path.elements().iter().skip(5).filter_map(|element| element.end_point());
        corners.fold(None, |all: Option<Rect>, point| {
            Some(all.map_or(Rect::from_points(point, point), |rect| rect.union_pt(point)))
        })
    };
    let (first, mid, last) = (window(76).unwrap(), window(104).unwrap(), window(134).unwrap());
    assert!(first.width() > 10.0 && (mid.center().x + 4.0).abs() < 1e-6 && (last.center().x - 4.0).abs() < 1e-6);
}

#[test]
fn what_is_out_of_focus_is_one_blurred_layer_and_comes_back_as_it_was() {
    let film = scene(
        "a: { circle: 1, at: [-3, 0] }, b: { circle: 1 }, c: { text: { text: C }, at: [3, 0] }",
        "pause: 0.2, { focus: c, blur: 0.2, for: 0.5 }, pause: 0.5, { undim: all, for: 0.5 }, pause: 0.2",
    );
    let frames = all(&film);
    let held = &frames[30];
    assert_eq!(held.items.len(), 2);
    let Shape::Layer(layer) = &held.items[0].item.shape else { panic!("no layer") };
    assert_eq!((layer.items.len(), layer.blur), (2, 0.2));
    assert!(layer.items.iter().all(|item| item.item.opacity < 0.5) && held.items[0].resting);
    assert_eq!(frames[0], frames[frames.len() - 1]);
}

#[test]
fn an_inset_shows_what_is_before_it_magnified() {
    let film = scene(
        "dot: { circle: { radius: 0.2, stroke_width: 0 }, at: [-3, -2] }, lens: { inset: { of: dot, zoom: 5, width: 4, height: 3 }, at: [4, 1] }",
        "pause: 1",
    );
    let frame = film.frame(FrameIndex(0));
    // The dot, the outline of the part, the picture, its rim.
    assert_eq!(frame.items.len(), 4);
    let part = frame.items[1].item.bounds().unwrap();
    assert!((part.center().x + 3.0).abs() < 1e-6 && (part.width() - 0.8).abs() < 0.1, "{part:?}");
    let Shape::Layer(layer) = &frame.items[2].item.shape else { panic!("no picture") };
    let dot = (frame.items[2].item.transform * layer.items[1].item.transform).transform_rect_bbox(
        layer.items[1].item.clone().transformed(layer.items[1].item.transform.inverse()).bounds().unwrap(),
    );
    assert!((dot.center().x - 4.0).abs() < 1e-6 && (dot.width() - 2.0).abs() < 1e-6, "{dot:?}");
    assert!(frame.items[2].clip.is_some());
}

#[test]
fn simulated_motion_is_the_same_whichever_frame_is_asked_first() {
    let text = "stage: { fps: 30 }\nvars: { p: 0 }\nsources: { s: { uniform: 3 } }\nscenes:
  - cast:
      lead: { circle: 0.2, at: ['p', 'sway(1, time)'] }
      on: { circle: 0.1, at: [0, 2] }
      walker: { circle: 0.1, at: ['walk(3, 20 * time) / 5', 1] }
      tail: { trail: { tail: 0.4 } }
      whole: { trail: {} }
      flow: { stream: { source: s, from: [-5, -3], to: [5, -3] } }
    steps:
      - { follow: on, leader: lead, spring: 0.5, damping: 0.4 }
      - { trace: tail, of: lead }
      - { trace: whole, of: on }
      - { camera: { follow: walker, height: 6 } }
      - { set: { p: 4 }, for: 1 }
      - { pause: 3 }
      - { set: { p: 1 }, for: 0.5 }
      - { pause: 1 }
";
    let [ahead, behind, alone] = [of(text), of(text), of(text)];
    let frames = ahead.frames();
    let forward = all(&ahead);
    let mut backward: Vec<Frame> = (0..frames).rev().map(|index| behind.frame(FrameIndex(index))).collect();
    backward.reverse();
    assert!(forward == backward);
    assert_eq!(alone.frame(FrameIndex(frames - 3)), forward[frames as usize - 3]);
    assert_eq!(alone.frame(FrameIndex(40)), forward[40]);
}

#[test]
fn a_follower_on_a_spring_comes_after_its_leader_and_keeps_its_distance() {
    let film = scene(
        "lead: { circle: { radius: 0.2, stroke_width: 0 } }, on: { circle: { radius: 0.1, stroke_width: 0 }, at: [0, 2] }",
        "{ follow: on, leader: lead, spring: 0.3 }, { move: lead, to: [4, 0], for: 0.2 }, pause: 4",
    );
    let x = |frame: u64, item: usize| film.frame(FrameIndex(frame)).items[item].item.bounds().unwrap().center().x;
    assert!((x(5, 0) - 4.0).abs() < 1e-9 && x(5, 1) < 2.0 && x(5, 1) > 0.0, "{}", x(5, 1));
    assert!((x(film.frames() - 1, 1) - 4.0).abs() < 1e-4);
    let xs: Vec<f64> = (0..film.frames()).map(|frame| x(frame, 1)).collect();
    assert!(xs.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9));
}

const TWO: &str = "stage: { fps: 20 }\nscenes:
  - id: one
    cast: { a: { circle: { radius: 1, stroke_width: 0 }, at: [-4, 0] }, b: { text: { text: Here }, at: [4, 0] } }
    steps: [pause: 1]
  - id: two
    transition: TRANSITION
    cast: { a: { circle: { radius: 1, stroke_width: 0 }, at: [3, 1], scale: 2 }, c: { text: { text: There }, at: [-4, 0] } }
    steps: [mark: begun, pause: 1]
";

#[test]
fn a_transition_is_the_first_step_of_its_scene_and_ends_in_it_alone() {
    for kind in
        ["fade", "{ fade: through }", "slide", "{ slide: up }", "wipe", "zoom", "{ zoom: out }", "{ shared: a }"]
    {
        let film = of(&TWO.replace("TRANSITION", kind));
        assert_eq!(film.frames(), 60, "{kind}");
        assert_eq!(film.scenes()[1].range.start.0, 20, "{kind}");
        assert_eq!(film.marks()[0].frame.0, 39, "{kind}");
        let cut = of(&TWO.replace("TRANSITION", "cut"));
        assert_eq!(cut.frames(), 40);
        assert_eq!(film.frame(FrameIndex(19)), cut.frame(FrameIndex(19)), "{kind}");
        for frame in 39..60 {
            assert_eq!(film.frame(FrameIndex(frame)), cut.frame(FrameIndex(20)), "{kind} at {frame}");
        }
        // Both are alive meanwhile, but for the middle of a fade through the ground.
        let frames: Vec<Frame> = (20..39).map(|index| film.frame(FrameIndex(index))).collect();
        assert!(frames.iter().all(|frame| !frame.items.is_empty()) || kind.contains("through"), "{kind}");
        assert!(frames.windows(2).all(|pair| pair[0] != pair[1]), "{kind}");
    }
}

#[test]
fn shared_actors_travel_from_their_old_places_to_their_new_ones() {
    for kind in ["{ slide: left, shared: a }", "{ fade: across, shared: [a] }"] {
        let film = of(&TWO.replace("TRANSITION", kind));
        let circle = |frame: u64| {
            let frame = film.frame(FrameIndex(frame));
            let seen = frame.items.iter().filter(|item| matches!(item.item.shape, Shape::Path { .. }));
            let all: Vec<Rect> = seen.filter_map(|item| item.item.bounds()).collect();
            assert_eq!(all.len(), 1, "{kind}");
            all[0]
        };
        let path: Vec<Rect> = (19..40).map(circle).collect();
        assert!((path[0].center().x + 4.0).abs() < 1e-6 && (path[20].center().x - 3.0).abs() < 1e-6);
        assert!((path[0].width() - 2.0).abs() < 1e-6 && (path[20].width() - 4.0).abs() < 1e-6);
        for pair in path.windows(2) {
            assert!(pair[0].x0 <= pair[1].x0 + 1e-9 && (pair[1].x0 - pair[0].x0) < 1.0, "{kind}: {pair:?}");
        }
    }
}

#[test]
fn what_cannot_be_shared_is_told() {
    let shared = |name: &str| codes(&TWO.replace("TRANSITION", &format!("{{ shared: {name} }}")));
    assert_eq!(shared("c"), ["unknown-actor"]);
    assert_eq!(shared("d"), ["unknown-actor"]);
    let other = TWO
        .replace("TRANSITION", "{ shared: a }")
        .replace("a: { circle: { radius: 1, stroke_width: 0 }, at: [3, 1], scale: 2", "a: { text: { text: A }");
    assert_eq!(codes(&other), ["other-kind"]);
    assert_eq!(
        codes("scenes: [{ transition: { shared: a }, cast: { a: A }, steps: [pause: 1] }]\n"),
        ["unknown-actor"]
    );
}

#[test]
fn only_what_moves_is_exposed_more_than_once_and_cuts_stay_sharp() {
    let text = "stage: { fps: 20, motion_blur: { shutter: 180, samples: 4 } }\nscenes:
  - { cast: { a: { circle: 1 } }, steps: [pause: 0.5, { move: a, to: [4, 0], for: 0.5, ease: linear }, pause: 0.5] }
  - { cast: { a: { circle: 2 } }, steps: [pause: 0.5] }
";
    let film = of(text);
    let count = |frame: u64| film.exposures(FrameIndex(frame)).len();
    let counts: Vec<usize> = (0..film.frames()).map(count).collect();
    assert_eq!(counts[..10], [1; 10]);
    assert_eq!(counts[10..20], [4; 10]);
    assert!(counts[20..].iter().all(|count| *count == 1), "{counts:?}");
    // Half a frame's time at 8 units a second and 20 frames a second, in four steps; the frame itself comes first.
    let xs: Vec<f64> =
        film.exposures(FrameIndex(12)).iter().map(|frame| frame.items[0].item.bounds().unwrap().center().x).collect();
    for (sample, x) in xs.iter().enumerate() {
        assert!((x - (1.2 - 0.05 * sample as f64)).abs() < 1e-9, "{xs:?}");
    }
    let sharp = of(&text.replace(", motion_blur: { shutter: 180, samples: 4 }", ""));
    assert!((0..film.frames()).all(|index| sharp.exposures(FrameIndex(index)) == [film.frame(FrameIndex(index))]));
}

#[test]
fn what_takes_turns_in_groups_grows_about_its_own_middle() {
    let film = scene(
        "a: { circle: 0.3 }, b: { circle: 0.3 }, c: { circle: 0.3 }, d: { circle: 0.3, at: [0, 3] }, inner: { row: [b, c] }, outer: { row: [a, inner], gap: 1, at: [-2, 0] }",
        "{ indicate: [outer, d], how: pulse, for: 2, stagger: 0.3 }, pause: 0.2",
    );
    let frames = all(&film);
    let centres = |frame: &Frame| -> Vec<(i64, i64)> {
        let rects = frame.items.iter().map(|item| item.item.bounds().unwrap().center());
        rects.map(|p| ((p.x * 1e6).round() as i64, (p.y * 1e6).round() as i64)).collect()
    };
    assert!(frames.iter().all(|frame| centres(frame) == centres(&frames[0])));
    // Each in its turn.
    let peak = |item: usize| {
        let width = |frame: &usize| (frames[*frame].items[item].item.bounds().unwrap().width() * 1e9) as i64;
        (0..frames.len()).max_by_key(width).unwrap()
    };
    let peaks: Vec<usize> = (0..4).map(peak).collect();
    assert!(peaks.windows(2).all(|pair| pair[0] < pair[1]), "{peaks:?}");
}

#[test]
fn scenes_of_motion_are_sound() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/motion");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "yaml") {
            continue;
        }
        let source = script::read_source(&path.display().to_string(), &std::fs::read(&path).unwrap()).unwrap();
        let world = DiskWorld::of_script(&path);
        let (script, diags) = script::parse(&source, &world);
        assert!(diags.is_empty(), "{diags:#?}");
        let (film, diags) = Film::build(&script.unwrap(), &world, Overrides::default());
        assert!(diags.is_empty(), "{}: {diags:#?}", path.display());
        let film = film.unwrap();
        let seen = |index| film.frame(FrameIndex(index)).items.iter().any(|item| item.item.opacity > 0.0);
        assert!((0..film.frames()).step_by(30).any(seen), "{}", path.display());
    }
}
