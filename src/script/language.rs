//! How fast languages are spoken, for lines that nobody has recorded yet.

/// A language of narration.
#[derive(Debug, PartialEq)]
pub struct Language {
    /// Its code, after ISO 639-1.
    pub code: &'static str,
    /// Its code after ISO 639-2, which containers of films want.
    pub long: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Characters a second of somebody who explains something, blanks counted.
    pub characters: f64,
}

/// Seconds of a breath after each line.
const BREATH_SECS: f64 = 0.7;

// What lecturers take, not newsreaders. Languages differ less in time than in letters: those that write syllables with fewer
// characters take longer for each.
macro_rules! languages {
    ($($code:literal $long:literal $name:literal $characters:literal;)*) => {
        /// Languages whose speed is known.
        pub const LANGUAGES: &[Language] =
            &[ENGLISH, $(Language { code: $code, long: $long, name: $name, characters: $characters },)*];
    };
}

const ENGLISH: Language = Language { code: "en", long: "eng", name: "English", characters: 15.5 };

languages! {
    "ar" "ara" "Arabic" 11.5;
    "cs" "ces" "Czech" 13.5;
    "da" "dan" "Danish" 15.0;
    "de" "deu" "German" 14.5;
    "el" "ell" "Greek" 14.5;
    "es" "spa" "Spanish" 16.0;
    "fi" "fin" "Finnish" 14.0;
    "fr" "fra" "French" 15.5;
    "he" "heb" "Hebrew" 11.0;
    "hi" "hin" "Hindi" 12.0;
    "hu" "hun" "Hungarian" 14.0;
    "it" "ita" "Italian" 15.5;
    "ja" "jpn" "Japanese" 7.0;
    "ko" "kor" "Korean" 6.5;
    "nl" "nld" "Dutch" 15.0;
    "no" "nor" "Norwegian" 15.0;
    "pl" "pol" "Polish" 14.0;
    "pt" "por" "Portuguese" 15.0;
    "ro" "ron" "Romanian" 15.0;
    "ru" "rus" "Russian" 14.0;
    "sv" "swe" "Swedish" 14.5;
    "tr" "tur" "Turkish" 14.0;
    "uk" "ukr" "Ukrainian" 14.0;
    "zh" "zho" "Chinese" 4.5;
}

impl Language {
    /// The language of a code such as `en` or `de-AT`.
    pub fn of(code: &str) -> Option<&'static Self> {
        let first = code.split(['-', '_']).next()?;
        LANGUAGES.iter().find(|language| language.code.eq_ignore_ascii_case(first))
    }

    /// The language of scripts that name none.
    pub fn usual() -> &'static Self {
        &ENGLISH
    }

    /// How long so many characters take to say, in seconds, with a breath after them.
    ///
    /// ```
    /// let secs = surprisal::script::Language::of("de").map(|german| german.secs(29));
    /// assert!(secs.is_some_and(|secs| (secs - 2.7).abs() < 1e-9));
    /// ```
    pub fn secs(&self, characters: usize) -> f64 {
        characters as f64 / self.characters + BREATH_SECS
    }

    /// The part of those seconds in which something is said.
    pub fn spoken(secs: f64) -> f64 {
        (secs - BREATH_SECS / 2.0).max(secs * 0.7)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_known_with_their_regions() {
        let codes: std::collections::BTreeSet<_> = LANGUAGES.iter().flat_map(|row| [row.code, row.long]).collect();
        assert_eq!(codes.len(), 2 * LANGUAGES.len());
        assert_eq!(Language::of("pt-BR").map(|row| row.name), Some("Portuguese"));
        assert_eq!((Language::of("xx"), Language::usual().code), (None, "en"));
    }
}
