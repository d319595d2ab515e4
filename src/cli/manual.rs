//! `surprisal explain`, `schema` and `reference`: the language in the terminal, for editors and as pages.

use std::path::Path;

use super::args::ReferenceArgs;
use super::{Exit, conclude, report};
use crate::diag::Diagnostic;
use crate::encode::write_file;
use crate::manual;
use crate::world::DiskWorld;

pub(super) fn explain(name: &str) -> Exit {
    let texts = manual::explain(name);
    if texts.is_empty() {
        let known = manual::names();
        let found = Diagnostic::usage("unknown-name", format!("nothing in the language is called `{name}`"));
        let hint = "`surprisal list visuals` and `list verbs` name the most of it";
        return conclude(&found.suggest(name, known.iter().map(String::as_str)).hint(hint).into());
    }
    report::line(texts.join("\n").trim_end());
    Exit::DONE
}

pub(super) fn schema() -> Exit {
    report::line(&format!("{:#}", manual::schema()));
    Exit::DONE
}

pub(super) fn reference(args: &ReferenceArgs) -> Exit {
    let world = DiskWorld::of_script(Path::new("reference.yaml"));
    let pages = match manual::pages(&world, true) {
        Ok(pages) => pages,
        Err(found) => return conclude(&found),
    };
    for page in &pages {
        let path = args.out.join(&page.path);
        if let Some(Err(error)) = path.parent().map(std::fs::create_dir_all) {
            let message = format!("cannot make the folder of `{}`: {error}", path.display());
            return conclude(&Diagnostic::environment("output-folder", message).into());
        }
        if let Err(mistake) = write_file(&path, &page.bytes, &[]) {
            return conclude(&mistake.into());
        }
    }
    report::line(&format!("{} files in {}", pages.len(), args.out.display()));
    Exit::DONE
}
