//! Lines as they are laid out -> text: empty lines, and comments behind values, lined up.

/// Space before a comment behind a value.
const BEFORE_COMMENT: usize = 2;
/// Comments are lined up if that moves none of them further than this.
const COMMENT_REACH: usize = 40;

/// The lines so far.
#[derive(Default)]
pub(super) struct Lines(Vec<Line>);

struct Line {
    text: String,
    comment: Option<String>,
    /// Neighbours of one column have their comments lined up.
    column: usize,
}

impl Lines {
    /// Adds a line with what stands behind it; `column` says where it is indented to.
    pub fn push(&mut self, text: String, comment: Option<String>, column: usize) {
        self.0.push(Line { text, comment, column });
    }

    /// An empty line, unless there is one, or nothing above it.
    pub fn blank(&mut self) {
        if self.0.last().is_some_and(|line| !line.text.is_empty()) {
            self.push(String::new(), None, 0);
        }
    }

    /// Puts a comment behind the last line.
    pub fn comment(&mut self, comment: Option<String>) {
        if let Some(last) = self.0.last_mut() {
            last.comment = comment;
        }
    }

    /// All lines, each ended.
    pub fn finish(self) -> String {
        let mut text = String::new();
        for run in self.0.chunk_by(|a, b| a.comment.is_some() && b.comment.is_some() && a.column == b.column) {
            let width = |line: &Line| line.text.chars().count();
            let widest = run.iter().map(width).max().unwrap_or_default();
            let lined_up = run.iter().all(|line| widest - width(line) <= COMMENT_REACH);
            for line in run {
                text.push_str(&line.text);
                if let Some(comment) = &line.comment {
                    let reach = if lined_up { widest - width(line) } else { 0 };
                    text.extend(std::iter::repeat_n(' ', reach + BEFORE_COMMENT));
                    text.push_str(comment);
                }
                text.push('\n');
            }
        }
        text
    }
}
