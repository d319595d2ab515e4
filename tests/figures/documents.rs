//! Texts for documents are what the programs that set them accept. Programs that are not there are left out.

use std::path::Path;
use std::process::Command;

use super::{figures, folder, told};

/// Captions and alternative texts with all that is special somewhere; one figure has neither.
const SCENE: &str = r##"
figures:
  - { name: bare, at: said }
scenes:
  - cast: { name: { text: Bits } }
    steps:
      - show: name
      - figure:
          name: said
          caption: 'Worth *100 %* & $\frac{1}{p}$ of #1 in [a_b] ~ {c} ^ $-\log_2 p_i$ <d> @e \ "f".'
          alt: 'A "word" in [brackets], 100 % & #1 {of} \ it_.'
"##;

fn made() -> tempfile::TempDir {
    let folder = folder(SCENE);
    let output = figures(folder.path(), &["--format", "svg,pdf", "--snippets"]);
    assert!(output.status.success(), "{}", told(&output));
    folder
}

fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        println!("skipped: there is no {program}");
    }
    there
}

fn accepted(program: &str, arguments: &[&str], folder: &Path) {
    let output = Command::new(program).current_dir(folder.join("made")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn latex_sets_the_figures() {
    let folder = made();
    let text = std::fs::read_to_string(folder.path().join("made/figures.tex")).unwrap();
    assert!(text.contains("\\label{fig:said}") && !text.contains("\\label{fig:bare}"), "{text}");
    let document = "\\documentclass{article}\n\\usepackage{graphicx}\n\\newcommand{\\scenefolder}{./}\n\\input{figures.tex}\n\
                    \\begin{document}\nSee \\ref{fig:said}.\n\\scenefigure{said}\\scenefigure{bare}\n\\end{document}\n";
    std::fs::write(folder.path().join("made/page.tex"), document).unwrap();
    if is_there("pdflatex") {
        accepted("pdflatex", &["-interaction=nonstopmode", "-halt-on-error", "page.tex"], folder.path());
    }
    if is_there("tectonic") {
        accepted("tectonic", &["page.tex"], folder.path());
    }
}

#[test]
fn typst_sets_the_figures() {
    let folder = made();
    std::fs::write(folder.path().join("made/page.typ"), "#import \"figures.typ\": *\n#said\n#bare\n@said\n").unwrap();
    if is_there("typst") {
        accepted("typst", &["compile", "page.typ"], folder.path());
    }
}

#[test]
fn the_article_says_of_its_figures_what_the_scenes_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/write-up");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let manifest = surprisal::figures::Manifest::read(read("figures/figures.json").as_bytes());
    let (article, paper) = (read("entropy.md"), read("entropy.typ"));
    let mut shown = Vec::new();
    for (number, _) in article.match_indices("](figures/") {
        let (before, after) = article.split_at(number);
        let name = after.strip_prefix("](figures/").and_then(|rest| rest.split(".svg)").next()).unwrap();
        let entry = manifest.entry(name).unwrap_or_else(|| panic!("there is no figure {name}"));
        assert!(before.ends_with(&format!("![{}", entry.alt)), "{name}: the alternative text is `{}`", entry.alt);
        assert!(after.contains(&format!("{name}.svg)\\\n*{}*\n", entry.caption)), "{name}: `*{}*`", entry.caption);
        shown.push(name);
    }
    let on_paper: Vec<&str> = paper.lines().filter_map(|line| line.strip_prefix('#')).collect();
    let on_paper: Vec<&str> = on_paper.into_iter().filter(|name| manifest.entry(name).is_some()).collect();
    assert_eq!(shown, on_paper);
    assert!(shown.len() > 20, "{shown:?}");
}
