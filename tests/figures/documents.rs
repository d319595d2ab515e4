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
