//! `figures.json`: what was made, from what, and how it is to be shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// All figures of a folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// In the order of scripts and of the figures in them.
    pub figures: Vec<Entry>,
    /// Are there texts for documents beside them?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub snippets: bool,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The path to its script from the folder of figures, with `/` between names.
    pub script: String,
    /// Id of the scene.
    pub scene: String,
    /// Marks whose instants it shows; none for the instant of its own step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mark: Vec<String>,
    /// Seconds from the start of the film, to a thousandth; of a strip, of each instant.
    pub at: Vec<f64>,
    /// Size on paper.
    pub size_mm: Size,
    /// What stands below it; may be empty.
    pub caption: String,
    /// What is to be seen, in words; may be empty.
    pub alt: String,
    /// What was said about how to make it.
    #[serde(default, skip_serializing_if = "Flags::are_usual")]
    pub flags: Flags,
    /// A digest of all that its files depend on.
    pub hash: String,
    /// Its files, by their names, with the digest of their bytes.
    pub files: BTreeMap<String, String>,
    /// Those of its files that an earlier run has made from something else or with other flags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub otherwise: BTreeMap<String, Origin>,
}

/// What a file was made from, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// A digest of all that it depends on.
    pub hash: String,
    /// What was said about how to make it.
    #[serde(default, skip_serializing_if = "Flags::are_usual")]
    pub flags: Flags,
}

/// What was said about how to make a figure; nothing of what is as usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flags {
    /// The name of a theme in place of the figure's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// The width of a column of the page, with its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Are letters in SVG text, not outlines?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub text: bool,
    /// Dots an inch of pictures of pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpi: Option<f64>,
}

impl Flags {
    /// Is nothing said?
    pub fn are_usual(&self) -> bool {
        *self == Self::default()
    }
}

impl Entry {
    /// What one of its files was made from, with the digest of its bytes.
    pub fn origin(&self, file: &str) -> Option<(&str, Origin)> {
        let digest = self.files.get(file)?;
        let usual = || Origin { hash: self.hash.clone(), flags: self.flags.clone() };
        Some((digest, self.otherwise.get(file).cloned().unwrap_or_else(usual)))
    }
}

/// Width and height.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

impl Manifest {
    /// Reads what an earlier run has left; nothing if it is not ours.
    pub fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    /// The bytes of the file.
    pub fn written(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The figure of this name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.figures.iter().find(|entry| entry.name == name)
    }
}
