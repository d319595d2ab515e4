//! `surprisal new`: a commented script to start from.

use super::args::NewArgs;
use super::{Exit, conclude, report};
use crate::diag::Diagnostic;
use crate::encode::write_new_file;

/// What every script starts from.
const STARTER: &str = include_str!("starter.yaml");
/// Its title, which the name replaces.
const TITLE: &str = "title: Rare news";
/// Bytes of a name: file systems take 255 with its ending.
const LONGEST: usize = 200;

pub(super) fn run(args: &NewArgs) -> Exit {
    let name = args.name.strip_suffix(".yaml").unwrap_or(&args.name);
    let made = starter(name).and_then(|text| {
        let path = args.dir.join(format!("{name}.yaml"));
        let path = path.strip_prefix(".").unwrap_or(&path).to_owned();
        write_new_file(&path, text.as_bytes()).map(|()| path)
    });
    let path = match made {
        Ok(path) => path.display().to_string(),
        Err(mistake) => return conclude(&mistake.into()),
    };
    let path = if path.contains(' ') { format!("'{path}'") } else { path };
    report::line(&format!("made {path}; now"));
    report::line(&format!("  surprisal frame {path} --at area   one picture, at the mark `area`"));
    report::line(&format!("  surprisal render {path}            the film"));
    report::line(&format!("  surprisal check {path}             mistakes, after every change"));
    Exit::DONE
}

/// The script of this name: `binary-search` is about "Binary search".
fn starter(name: &str) -> Result<String, Diagnostic> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.');
    if !name.starts_with(|c: char| c.is_alphanumeric() || c == '_') || !name.chars().all(fits) || name.len() > LONGEST {
        let message = format!("`{}` cannot be the name of a script", name.escape_debug());
        let hint = "a name has letters, digits, `-` and `_`, as in `binary-search`; `--dir` says where it goes";
        return Err(Diagnostic::usage("bad-name", message).hint(hint));
    }
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    let title: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    // What could be taken for a number or for nothing is quoted.
    let is_text = title.starts_with(char::is_alphabetic) && !title.eq_ignore_ascii_case("null");
    let title = if is_text { title } else { format!("'{title}'") };
    Ok(STARTER.replacen(TITLE, &format!("title: {title}"), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_titles() {
        let title = |name: &str| starter(name).map(|text| text.lines().nth(2).unwrap_or_default().to_owned());
        assert_eq!(title("binary-search").as_deref(), Ok("title: Binary search"));
        assert_eq!(title("éa_1.2").as_deref(), Ok("title: Éa 1.2"));
        assert_eq!(title("20").as_deref(), Ok("title: '20'"));
        assert_eq!(title("null").as_deref(), Ok("title: 'Null'"));
        for bad in ["", "../a", "a/b", ".a", "-a", "a'b", "a: b", &"a".repeat(300)] {
            assert_eq!(title(bad).unwrap_err().code, "bad-name", "{bad}");
        }
    }
}
