//! `surprisal list`: what scripts may use, from the registries.

use super::args::Listing;
use super::{Exit, report};
use crate::color::{Role, Theme};
use crate::encode::{CONTAINERS, Container};
use crate::expression::FUNCTIONS;
use crate::script::VERBS;
use crate::timeline::FORMS;
use crate::timeline::easing::EASINGS;
use crate::visuals::REGISTRY;

pub(super) fn run(what: Listing) -> Exit {
    let rows: Vec<(String, String)> = match what {
        Listing::Visuals => REGISTRY.iter().flat_map(|spec| visual(spec)).collect(),
        Listing::Verbs => VERBS.iter().map(|row| (row.name.into(), row.summary.into())).collect(),
        Listing::Easings => {
            let rows = EASINGS.iter().map(|row| (row.name.into(), row.meaning.into()));
            rows.chain(FORMS.iter().map(|form| (form.example.into(), form.meaning.into()))).collect()
        }
        Listing::Themes => Theme::ALL.iter().map(|theme| (theme.name.into(), theme.summary.into())).collect(),
        Listing::Roles => Role::ALL.iter().map(|(_, name, meaning)| ((*name).into(), meaning.trim().into())).collect(),
        Listing::Functions => {
            FUNCTIONS.iter().map(|row| (format!("{}({})", row.name, row.args), row.meaning.into())).collect()
        }
        Listing::Formats => CONTAINERS
            .iter()
            .map(|row| (format!(".{}", row.ending), format_meaning(row)))
            .chain([("folder/, %05d.png".into(), "one PNG file a frame; can be transparent".into())])
            .collect(),
    };
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, meaning) in rows {
        report::line(format!("{name:width$}  {meaning}").trim_end());
    }
    Exit::DONE
}

/// How a kind of file is encoded, and whether it can be transparent.
fn format_meaning(row: &Container) -> String {
    let alpha = if row.alpha_encoder.is_some() { "; can be transparent" } else { "" };
    format!("{}{alpha}", row.encoder)
}

/// A visual, and below it what it can do.
fn visual(spec: &crate::visuals::VisualSpec) -> Vec<(String, String)> {
    let actions = spec.actions.iter().map(|action| (format!("  do: {}", action.name), action.summary.to_owned()));
    std::iter::once((spec.name.to_owned(), spec.summary.to_owned())).chain(actions).collect()
}
