//! All files of a figure look the same: as resvg, librsvg, poppler and Chromium draw them, within what antialiasing differs by.

use std::path::{Path, PathBuf};
use std::process::Command;

use surprisal::figures::{Format, Options, Picture, Plan, in_parallel};
use surprisal::world::DiskWorld;

/// All figures of the chapters of part 1.
fn pictures() -> Vec<Picture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/reinventing_entropy");
    let mut scripts: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    scripts.retain(|path| path.extension().is_some_and(|ending| ending == "yaml") && !path.ends_with("head.yaml"));
    scripts.sort();
    let of = |path: &PathBuf| {
        let world = DiskWorld::of_script(path);
        let source = surprisal::script::read_source("x.yaml", &std::fs::read(path).unwrap()).unwrap();
        let (script, _) = surprisal::script::parse(&source, &world);
        let (plan, found) = Plan::new(&script.unwrap(), &world, Options::default());
        assert!(!found.has_errors(), "{}: {found:?}", path.display());
        plan.figures.iter().map(|figure| figure.picture(&plan.options).unwrap()).collect::<Vec<_>>()
    };
    scripts.iter().flat_map(of).collect()
}

/// Rows of RGBA over white, as light as they are.
struct Sheet {
    width: usize,
    rgb: Vec<[u8; 3]>,
}

impl Sheet {
    fn new(width: u32, premultiplied: &[u8]) -> Self {
        let over = |pixel: &[u8]| [0, 1, 2].map(|c| pixel[c].saturating_add(255 - pixel[3]));
        Self { width: width as usize, rgb: premultiplied.chunks_exact(4).map(over).collect() }
    }

    /// The mean colour of each square of so many pixels, whole squares only.
    fn means(&self, square: usize) -> Vec<Vec<[f64; 3]>> {
        let (columns, rows) = (self.width / square, self.rgb.len() / self.width / square);
        let mean = |row: usize, column: usize| {
            let mut sum = [0.0; 3];
            for y in 0..square {
                let start = (row * square + y) * self.width + column * square;
                for pixel in &self.rgb[start..start + square] {
                    (0..3).for_each(|c| sum[c] += f64::from(pixel[c]));
                }
            }
            sum.map(|sum| sum / (square * square) as f64)
        };
        (0..rows).map(|row| (0..columns).map(|column| mean(row, column)).collect()).collect()
    }

    /// The largest difference of the means, where both have some.
    fn farthest(&self, other: &Self, square: usize) -> f64 {
        let (a, b) = (self.means(square), other.means(square));
        let rows = a.iter().zip(&b).flat_map(|(a, b)| a.iter().zip(b));
        rows.flat_map(|(a, b)| (0..3).map(|c| (a[c] - b[c]).abs())).fold(0.0, f64::max)
    }
}

/// The figures that differ most, the farthest first.
fn farthest(mut far: Vec<(f64, String)>) -> Vec<(f64, String)> {
    far.sort_by(|a, b| b.0.total_cmp(&a.0));
    far.truncate(5);
    println!("farthest: {far:?}");
    far
}

/// A quarter of the printed size of a letter's stem: what is compared are means over squares of this many pixels.
const SQUARE: usize = 6;
const DPI: f64 = 144.0;

/// The picture in pixels, its upper left corner that of the page, so that all files can be laid over it.
fn ours(picture: &Picture) -> Sheet {
    let page = picture.page("");
    let scale = page.points * DPI / 72.0;
    let (_, size) = page.pixels(DPI).unwrap();
    let (width, height) = (f64::from(size.width()) / scale, f64::from(size.height()) / scale);
    let (x0, y1) = (page.area.x0, page.area.y1);
    let stage = surprisal::geom::Rect::new(x0, y1 - height, x0 + width, y1);
    let frame = surprisal::draw::Frame { stage, ..picture.frame.clone() };
    let pixels = surprisal::raster::Rasterizer::new(size).draw(&frame);
    Sheet::new(size.width(), &pixels.rgba)
}

#[test]
fn svg_looks_like_png_on_all_figures_of_part_1() {
    let pictures = pictures();
    assert!(pictures.len() >= 25, "{}", pictures.len());
    let far = in_parallel(&pictures, |picture| {
        let ours = ours(picture);
        let text = String::from_utf8(picture.file(Format::Svg, &Options::default()).unwrap()).unwrap();
        let tree = usvg::Tree::from_str(&text, &usvg::Options::default()).unwrap();
        let (width, height) = (ours.width as u32, (ours.rgb.len() / ours.width) as u32);
        let mut pixmap = tiny_skia::Pixmap::new(width, height).unwrap();
        // Readers of SVG take a point for 4/3 of a pixel.
        let scale = (DPI / 96.0) as f32;
        resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixmap.as_mut());
        // Half a pixel at the right and lower edge may be beyond the page.
        (ours.farthest(&Sheet::new(width, pixmap.data()), SQUARE), picture.name.clone())
    });
    let worst = farthest(far);
    // Thin lines differ most.
    assert!(worst[0].0 < 14.0, "{worst:?}");
}

/// The file of a figure on a page of whole pixels. Who shows a page of 559.4 pixels makes it 559 or 560 wide, and stretches
/// what is on it.
fn on_whole_pixels(picture: &Picture, sheet: &Sheet) -> String {
    let text = String::from_utf8(picture.file(Format::Svg, &Options::default()).unwrap()).unwrap();
    let (width, height) = (sheet.width as f64 * 72.0 / DPI, (sheet.rgb.len() / sheet.width) as f64 * 72.0 / DPI);
    let (before, rest) = text.split_once(" width=\"").unwrap();
    let (_, after) = rest.split_once(" stroke=").unwrap();
    format!("{before} width=\"{width}pt\" height=\"{height}pt\" viewBox=\"0 0 {width} {height}\" stroke={after}")
}

#[test]
fn svg_looks_like_png_to_librsvg() {
    if Command::new("rsvg-convert").arg("--version").output().is_err() {
        println!("skipped: there is no rsvg-convert; it comes with librsvg2-bin");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pictures = pictures();
    let far = in_parallel(&pictures, |picture| {
        let ours = ours(picture);
        let path = folder.path().join(format!("{}.svg", picture.name));
        std::fs::write(&path, on_whole_pixels(picture, &ours)).unwrap();
        let drawn = Command::new("rsvg-convert").args(["-d", "144", "-p", "144"]).arg(&path).output().unwrap();
        assert!(drawn.status.success(), "{}: {drawn:?}", picture.name);
        let theirs = image::load_from_memory(&drawn.stdout).unwrap().to_rgba8();
        assert_eq!((theirs.width() as usize, theirs.len() / 4), (ours.width, ours.rgb.len()), "{}", picture.name);
        let premultiplied: Vec<u8> = theirs
            .pixels()
            .flat_map(|pixel| {
                let [r, g, b, a] = pixel.0;
                [r, g, b].map(|c| (u16::from(c) * u16::from(a) / 255) as u8).into_iter().chain([a])
            })
            .collect();
        (ours.farthest(&Sheet::new(theirs.width(), &premultiplied), SQUARE), picture.name.clone())
    });
    let worst = farthest(far);
    assert!(worst[0].0 < 14.0, "{worst:?}");
}

/// Pixels of a screenshot from top to bottom, at most: browsers have no larger canvas.
const TALL: usize = 12_000;

/// The browser, if there is one.
fn chromium() -> Option<&'static str> {
    let there = |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find(there)
}

/// What a browser shows of a page, so many pixels wide and high.
fn screenshot(browser: &str, folder: &Path, page: &str, (width, height): (usize, usize)) -> image::RgbaImage {
    let (source, target) = (folder.join("page.html"), folder.join("page.png"));
    std::fs::write(&source, page).unwrap();
    std::fs::remove_file(&target).ok();
    let mut command = Command::new(browser);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"]);
    command.args(["--force-device-scale-factor=1.5", "--default-background-color=ffffffff"]);
    command.arg(format!("--user-data-dir={}", folder.join("profile").display()));
    command.arg(format!("--window-size={},{}", (width * 2).div_ceil(3), (height * 2).div_ceil(3)));
    command.arg(format!("--screenshot={}", target.display())).arg(format!("file://{}", source.display()));
    let output = command.output().unwrap();
    let picture = image::open(&target);
    picture.unwrap_or_else(|error| panic!("{error}: {output:?}")).to_rgba8()
}

#[test]
fn svg_looks_like_png_in_a_browser() {
    let Some(browser) = chromium() else {
        println!("skipped: there is no Chromium");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let pictures = pictures();
    let ours: Vec<Sheet> = in_parallel(&pictures, ours);
    let heights: Vec<usize> = ours.iter().map(|sheet| sheet.rgb.len() / sheet.width).collect();
    let mut far = Vec::new();
    let mut next = 0;
    while next < pictures.len() {
        // As many figures above each other as fit on one canvas, each on a whole CSS pixel.
        let (mut page, mut top, mut placed) =
            (String::from("<style>img{position:absolute;left:0}</style>"), 0, Vec::new());
        while next < pictures.len() && (placed.is_empty() || top + heights[next] < TALL) {
            let file = format!("{next}.svg");
            std::fs::write(folder.path().join(&file), on_whole_pixels(&pictures[next], &ours[next])).unwrap();
            page += &format!("<img src=\"{file}\" style=\"top:{}px\">", top / 3 * 2);
            placed.push((next, top));
            top += heights[next].div_ceil(3) * 3 + 6;
            next += 1;
        }
        let width = placed.iter().map(|(number, _)| ours[*number].width).max().unwrap();
        let shot = screenshot(browser, folder.path(), &page, (width, top));
        for (number, top) in placed {
            let (across, down) = (ours[number].width as u32, heights[number] as u32);
            let theirs = image::imageops::crop_imm(&shot, 0, top as u32, across, down).to_image();
            let theirs = Sheet::new(across, theirs.as_raw());
            far.push((ours[number].farthest(&theirs, SQUARE), pictures[number].name.clone()));
        }
    }
    let worst = farthest(far);
    assert!(worst[0].0 < 14.0, "{worst:?}");
}

/// How light a colour is to those who see no colours, or have a printer without: 0 to 255.
fn grey([red, green, blue]: [u8; 3]) -> f64 {
    0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue)
}

#[test]
fn the_curves_of_guesses_counted_differ_in_greyscale() {
    let pictures = pictures();
    let picture = pictures.iter().find(|picture| picture.name == "guesses-counted").unwrap();
    // Only colours that colour a surface: edges of glyphs are mixtures.
    let mut counts: std::collections::BTreeMap<[u8; 3], usize> = std::collections::BTreeMap::new();
    for pixel in ours(picture).rgb {
        *counts.entry(pixel).or_default() += 1;
    }
    let coloured = |color: &[u8; 3]| color.iter().max().unwrap() - color.iter().min().unwrap() > 40;
    let surfaces: Vec<[u8; 3]> =
        counts.iter().filter(|(color, count)| **count > 150 && coloured(color)).map(|(color, _)| *color).collect();
    let close = |a: &[u8; 3], b: &[u8; 3]| (0..3).all(|c| a[c].abs_diff(b[c]) < 24);
    for (number, a) in surfaces.iter().enumerate() {
        for b in surfaces.iter().skip(number + 1).filter(|b| !close(a, b)) {
            let far = (grey(*a) - grey(*b)).abs();
            assert!(far > 12.0, "{a:?} and {b:?} are {far:.0} of 255 apart in grey");
        }
    }
    println!("{surfaces:?}");
}

#[test]
fn pdf_looks_like_png_and_can_be_searched() {
    if Command::new("pdftocairo").arg("-v").output().is_err() {
        println!("skipped: there is no pdftocairo; it comes with poppler-utils");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pictures = pictures();
    let far = in_parallel(&pictures, |picture| {
        let path = folder.path().join(format!("{}.pdf", picture.name));
        std::fs::write(&path, picture.file(Format::Pdf, &Options::default()).unwrap()).unwrap();
        let png = path.with_extension("");
        let drawn = Command::new("pdftocairo").args(["-png", "-singlefile", "-r", "144"]).arg(&path).arg(&png).output();
        let drawn = drawn.unwrap();
        assert!(drawn.status.success(), "{}: {drawn:?}", picture.name);
        let theirs = image::open(png.with_extension("png")).unwrap().to_rgba8();
        // Columns at the right of one that the other lacks do not count.
        let ours = ours(picture);
        let width = ours.width.min(theirs.width() as usize);
        let cut = |sheet: &Sheet| Sheet {
            width,
            rgb: sheet.rgb.chunks_exact(sheet.width).flat_map(|row| row[..width].to_vec()).collect(),
        };
        let theirs = Sheet::new(theirs.width(), theirs.as_raw());
        (cut(&ours).farthest(&cut(&theirs), SQUARE), picture.name.clone())
    });
    let worst = farthest(far);
    assert!(worst[0].0 < 40.0, "{worst:?}");
    let text = |name: &str| {
        let output = Command::new("pdftotext").arg(folder.path().join(name)).arg("-").output().unwrap();
        String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(text("typical-set.pdf").contains("tails among 100 tosses"), "{}", text("typical-set.pdf"));
    assert!(text("solve-for-length.pdf").contains(r"\log_2 p"), "{}", text("solve-for-length.pdf"));
}

#[test]
fn pdf_is_sound_to_qpdf() {
    if Command::new("qpdf").arg("--version").output().is_err() {
        println!("skipped: there is no qpdf");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    in_parallel(&pictures(), |picture| {
        let path = folder.path().join(format!("{}.pdf", picture.name));
        std::fs::write(&path, picture.file(Format::Pdf, &Options::default()).unwrap()).unwrap();
        let checked = Command::new("qpdf").arg("--check").arg(&path).output().unwrap();
        // Warnings have an exit code of their own.
        assert!(checked.status.success(), "{}: {checked:?}", picture.name);
    });
}
