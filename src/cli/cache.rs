//! `surprisal cache`: what renders keep for the next one.

use super::args::{CacheAction, CacheArgs};
use super::{Exit, conclude, report};
use crate::diag::Diagnostic;
use crate::encode::{CacheState, cache_folder, cache_state, clear_cache, limit_cache};

pub(super) fn run(args: &CacheArgs) -> Exit {
    let Some(folder) = cache_folder() else {
        let found = Diagnostic::environment("no-cache", "this system names no place for caches");
        return conclude(&found.hint("the variable SURPRISAL_CACHE names one").into());
    };
    let before = cache_state(&folder);
    if let Some(CacheAction::Clear) = args.action {
        clear_cache(&folder, 0);
        let after = cache_state(&folder);
        let (segments, bytes) =
            (before.segments - after.segments.min(before.segments), before.bytes - after.bytes.min(before.bytes));
        report::line(&format!("removed {}", described(segments, bytes)));
        if after.segments > 0 {
            let message =
                format!("{} could not be removed from `{}`", described(after.segments, after.bytes), folder.display());
            return conclude(&Diagnostic::environment("cache-kept", message).into());
        }
        return Exit::DONE;
    }
    if let Some(limit) = args.limit
        && let Err(found) = limit_cache(&folder, limit)
    {
        return conclude(&found.into());
    }
    let CacheState { segments, bytes, limit } = cache_state(&folder);
    report::line(&format!("{}: {} of at most {}", folder.display(), described(segments, bytes), size(limit)));
    Exit::DONE
}

fn described(segments: u64, bytes: u64) -> String {
    let noun = if segments == 1 { "segment" } else { "segments" };
    format!("{segments} {noun}, {}", size(bytes))
}

const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];

/// Bytes as people read them.
fn size(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64, "bytes");
    for larger in UNITS {
        if value < 1000.0 {
            break;
        }
        (value, unit) = (value / 1000.0, larger);
    }
    if unit == "bytes" { format!("{bytes} bytes") } else { format!("{value:.1} {unit}") }
}

/// Reads `500MB`, `2 GB` or a number of bytes.
pub(super) fn parse_size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit.trim() {
        "" | "B" | "bytes" => Some(1.0),
        unit => (1..)
            .zip(UNITS)
            .find(|(_, known)| known.eq_ignore_ascii_case(unit))
            .map(|(power, _)| libm::pow(1000.0, f64::from(power))),
    };
    let bytes = number.parse::<f64>().ok().zip(factor).map(|(number, factor)| number * factor);
    bytes
        .filter(|bytes| *bytes < 1e18)
        .map(|bytes| bytes as u64)
        .ok_or_else(|| "a size is a number and a unit, as 500MB or 2GB".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_told() {
        let read = |text| parse_size(text).ok();
        assert_eq!(
            [read("500MB"), read("2 gb"), read("1.5kB"), read("7")],
            [500_000_000, 2_000_000_000, 1500, 7].map(Some)
        );
        for bad in ["", "MB", "1 mile", "-1", "1e3", "1..2", "99999999999TB"] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!([size(0), size(999), size(1000), size(35_200_000)], ["0 bytes", "999 bytes", "1.0 kB", "35.2 MB"]);
    }
}
