//! Answers of functions that take long, found again by what was asked: while a film moves, most frames ask the same.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use rhai::EvalAltResult;

/// Answers, of which the ones that were asked for last are kept.
pub(super) struct Answers {
    kept: usize,
    /// Answers about more bytes of text are not kept: they may be as long.
    most_bytes: usize,
    known: Mutex<VecDeque<(Question, Box<dyn Any + Send>)>>,
}

/// A digest of a function and its arguments.
type Question = [u8; 32];

/// Of functions of texts.
pub(super) static ANSWERS: Answers = Answers::keeping(64, 1 << 20);

impl Answers {
    /// Keeps so many, each about at most so many bytes of text.
    pub(super) const fn keeping(kept: usize, most_bytes: usize) -> Self {
        Self { kept, most_bytes, known: Mutex::new(VecDeque::new()) }
    }

    /// The answer to this question, if it is known.
    pub(super) fn known<T: Clone + 'static>(&self, function: &str, texts: &[&str], number: f64) -> Option<T> {
        self.find(&question(function, texts, number))
    }

    /// What `work` gives for these arguments of a function, which must depend on nothing else. Failures are not kept.
    pub(super) fn of<T: Clone + Send + 'static>(
        &self,
        function: &str,
        texts: &[&str],
        number: f64,
        work: impl FnOnce() -> Result<T, Box<EvalAltResult>>,
    ) -> Result<T, Box<EvalAltResult>> {
        let question = question(function, texts, number);
        if let Some(known) = self.find(&question) {
            return Ok(known);
        }
        // Others may ask meanwhile: who asks the same works it out as well.
        let value = work()?;
        if texts.iter().map(|text| text.len()).sum::<usize>() > self.most_bytes {
            return Ok(value);
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(asked, _)| *asked != question);
        if known.len() >= self.kept {
            known.pop_front();
        }
        known.push_back((question, Box::new(value.clone())));
        Ok(value)
    }

    fn find<T: Clone + 'static>(&self, question: &Question) -> Option<T> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.iter().position(|(asked, _)| asked == question)?;
        let answer = known.remove(at)?;
        let value = answer.1.downcast_ref::<T>().cloned();
        known.push_back(answer);
        value
    }
}

fn question(function: &str, texts: &[&str], number: f64) -> Question {
    let mut digest = blake3::Hasher::new();
    for text in std::iter::once(&function).chain(texts) {
        digest.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    }
    // As bits, so that every number equals itself.
    *digest.update(&number.to_bits().to_le_bytes()).finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_is_not_worked_out_again() {
        let answers = Answers::keeping(5, 100);
        let mut worked = 0;
        let mut ask = |function, texts: &[&str], number: f64, value: f64| {
            let answer = answers.of(function, texts, number, || {
                worked += 1;
                Ok(value)
            });
            (answer.unwrap(), worked)
        };
        assert_eq!(ask("one", &["abc"], 1.0, 10.0), (10.0, 1));
        assert_eq!(ask("one", &["abc"], 1.0, 99.0), (10.0, 1));
        assert_eq!(ask("two", &["abc"], 1.0, 20.0), (20.0, 2));
        assert_eq!(ask("one", &["xyz"], 1.0, 30.0), (30.0, 3));
        assert_eq!(ask("one", &["abc"], 2.0, 40.0), (40.0, 4));
        assert_eq!(ask("one", &["ab", "c"], 1.0, 50.0), (50.0, 5));
        assert_eq!(ask("one", &["abc"], 1.0, 99.0), (10.0, 5));
        // The one that nobody asked for for the longest time is forgotten.
        assert_eq!(ask("three", &["abc"], 1.0, 60.0), (60.0, 6));
        assert_eq!(ask("one", &["abc"], 1.0, 99.0), (10.0, 6));
        assert_eq!(ask("two", &["abc"], 1.0, 70.0), (70.0, 7));
        let long = "long ".repeat(30);
        assert_eq!(ask("two", &[&long], 1.0, 80.0), (80.0, 8));
        assert_eq!(ask("two", &[&long], 1.0, 80.0), (80.0, 9));
    }

    #[test]
    fn failures_are_told_each_time() {
        let answers = Answers::keeping(1, 100);
        for _ in 0..2 {
            assert!(answers.of::<f64>("fails", &["text"], 0.0, || Err("no".into())).is_err());
        }
        assert_eq!(answers.of("fails", &["text"], 0.0, || Ok(1.0)).unwrap(), 1.0);
    }
}
