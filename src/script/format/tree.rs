//! What is written where in a script: values, their anchors, every comment with what it belongs to.
//!
//! The tree of `yaml.rs` says what a script means; this one says how it is written, so that it can be written again. All
//! places are ranges of bytes of the text.

use std::ops::Range;

/// A whole script.
pub(super) struct Document {
    /// Everything up to and including `---`, if that is written.
    pub before: Range<usize>,
    /// Comments at the top, with a blank line behind them: they belong to the file.
    pub header: Vec<Comment>,
    /// The script.
    pub root: Block,
    /// Everything from `...` on, if that is written.
    pub after: Range<usize>,
    /// All comments outside of values that span lines, in their order.
    pub comments: Vec<Range<usize>>,
}

/// A comment that has a line for itself, or stands at the end of one.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// From `#` on, without space at the end.
    pub text: Range<usize>,
    /// Does it begin its line?
    pub alone: bool,
    /// Is there an empty line before it?
    pub blank: bool,
    /// Where it stands in its line, in bytes.
    pub column: usize,
}

/// A list or a map in lines of its own.
#[derive(Debug)]
pub(super) struct Block {
    pub is_map: bool,
    pub entries: Vec<Entry>,
    /// Comments behind the last entry.
    pub tail: Vec<Comment>,
}

/// A line of a block, and what is below it.
#[derive(Debug)]
pub(super) struct Entry {
    /// Comments in the lines above it.
    pub leading: Vec<Comment>,
    /// Is there an empty line right above it?
    pub blank: bool,
    /// Where its key or dash stands in its line, in bytes.
    pub column: usize,
    /// The key, with its anchor; nothing for an item of a list.
    pub key: Range<usize>,
    /// Behind the colon or dash.
    pub after_intro: usize,
    /// The comment beside a key or dash whose value stands below.
    pub head: Option<Comment>,
    pub value: Node,
    /// Comments stand between the key and its value: it stays as it is.
    pub raw: bool,
    /// The comment behind the value.
    pub trailing: Option<Comment>,
    /// Comments below a value that is no block, deeper than its key or dash: what is, or could be, its own.
    pub below: Vec<Comment>,
}

/// A value.
#[derive(Debug)]
pub(super) struct Node {
    /// `&name`, or nothing.
    pub anchor: Range<usize>,
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    /// Is an anchor or an alias in it or in its key, in a script that repeats anything? Then its order has a meaning.
    pub refers: bool,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// Nothing is written.
    Null,
    /// A scalar within a line, or an alias.
    Word,
    /// A scalar over several lines.
    Words,
    /// `|` or `>` and what is below it.
    Text,
    Flow(Flow),
    Block(Block),
}

/// A list or a map in brackets.
#[derive(Debug)]
pub(super) struct Flow {
    pub is_map: bool,
    /// Keys (for maps) and values.
    pub entries: Vec<(Range<usize>, Node)>,
    /// Holds comments, or something that only its writer can lay out.
    pub odd: bool,
}
