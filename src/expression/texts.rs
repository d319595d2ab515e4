//! What expressions can ask of texts and messages: n-grams, predictions, sizes when compressed, arithmetic codes.

use std::sync::{Arc, Mutex, PoisonError};

use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString};

use super::data::Data;
use super::dynamic::{Source, as_number};
use super::remembered::{ANSWERS, Answers};
use super::value::Value;
use crate::info::{
    self, Distribution, Interval, NgramCounts, NgramModel, Piece, Segments, conditional_ngram_bits, deflate_bytes,
    extra_bytes, followers, guessing_bounds, intervals, letters_of, lz77, next_words,
};
use crate::limits;

type Answer<T> = Result<T, Box<EvalAltResult>>;

/// Letters that a model learns from at most.
const MOST_LETTERS: usize = 1_000_000;
/// Orders of models in expressions at most.
const MOST_ORDER: f64 = 6.0;
/// Letters that are coded by a model at most: the exact interval grows with each.
const MOST_CODED: usize = 200;

/// Models that were trained last; each may be large.
static MODELS: Answers = Answers::keeping(6, usize::MAX);

pub(super) fn register(engine: &mut Engine) {
    engine
        .register_fn("followers", |text: ImmutableString, string: ImmutableString| -> Answer<Source> {
            ANSWERS.of("followers", &[&text, &string], 0.0, || {
                let found = followers(&letters(&text)?, &letters_of(&string)).map(|found| Source(Arc::new(found)));
                found.ok_or_else(|| format!("nothing follows `{string}` there").into())
            })
        })
        .register_fn("next_letter", |text: ImmutableString, read: ImmutableString, order: Dynamic| -> Answer<Source> {
            let order = order_of(&order)?;
            ANSWERS.of("next_letter", &[&text, &read], order as f64, || {
                let source = model(&text, order)?.next_source(&letters_of_end(&read));
                source.map(Source).ok_or_else(|| "the model has no letters".into())
            })
        })
        .register_fn("chances", |text: ImmutableString, message: ImmutableString, order: Dynamic| -> Answer<Data> {
            let order = order_of(&order)?;
            ANSWERS.of("chances", &[&text, &message], order as f64, || {
                Ok(numbers(model(&text, order)?.chances(&letters_of(&message)).into_iter()))
            })
        })
        .register_fn("guesses", |text: ImmutableString, message: ImmutableString, order: Dynamic| -> Answer<Data> {
            let order = order_of(&order)?;
            ANSWERS.of("guesses", &[&text, &message], order as f64, || {
                let ranks = model(&text, order)?.ranks(&letters_of(&message));
                Ok(numbers(ranks.into_iter().map(|rank| rank as f64)))
            })
        })
        .register_fn("block_bits", |text: ImmutableString, n: Dynamic| -> Answer<f64> {
            let n = size(&n)?;
            let work = || Ok(NgramCounts::of(&letters(&text)?, n).entropy_bits());
            ANSWERS.of("block_bits", &[&text], n as f64, work)
        })
        .register_fn("ngram_bits", |text: ImmutableString, n: Dynamic| -> Answer<f64> {
            let n = size(&n)?;
            let work = || Ok(conditional_ngram_bits(&letters(&text)?, n));
            ANSWERS.of("ngram_bits", &[&text], n as f64, work)
        })
        .register_fn("distinct", |text: ImmutableString, n: Dynamic| -> Answer<f64> {
            let n = size(&n)?;
            let work = || Ok(NgramCounts::of(&letters(&text)?, n).distinct() as f64);
            ANSWERS.of("distinct", &[&text], n as f64, work)
        })
        .register_fn("next_word", |text: ImmutableString, read: ImmutableString| -> Answer<Source> {
            ANSWERS.of("next_word", &[&text, &read], 0.0, || {
                let next = next_words(&text, &read).filter(|next| next.len() <= limits::SYMBOLS);
                next.map(|next| Source(Arc::new(next))).ok_or_else(|| "the text has no words, or too many".into())
            })
        })
        .register_fn(
            "word_chances",
            |text: ImmutableString, message: ImmutableString, order: Dynamic| -> Answer<Data> {
                let order = order_of(&order)?;
                ANSWERS.of("word_chances", &[&text, &message], order as f64, || {
                    let chances = model(&text, order)?.chances(&letters_of(&message));
                    Ok(numbers(word_chances(&chances, &message).into_iter()))
                })
            },
        )
        .register_fn("words", |text: ImmutableString| {
            let words = text.split_whitespace().map(|word| Value::Text(word.to_owned()));
            Data(Value::List(words.collect()))
        })
        .register_fn("slice", |text: ImmutableString, from: Dynamic, to: Dynamic| -> Answer<ImmutableString> {
            let (from, to) = span(&from, &to)?;
            Ok(text.chars().skip(from).take(to.saturating_sub(from)).collect::<String>().into())
        })
        .register_fn("repeats", |text: ImmutableString| {
            ANSWERS.of("repeats", &[&text], 3.0, || Ok(repeats(&text, 3.0)))
        })
        .register_fn("repeats", |text: ImmutableString, least: Dynamic| {
            let least = as_number(&least).unwrap_or(f64::NAN);
            ANSWERS.of("repeats", &[&text], least, || Ok(repeats(&text, least)))
        })
        .register_fn("deflate", |text: ImmutableString| {
            ANSWERS.of("deflate", &[&text], 0.0, || Ok(deflate_bytes(text.as_bytes()) as f64))
        })
        .register_fn("deflate", |before: ImmutableString, text: ImmutableString| {
            ANSWERS.of("deflate", &[&before, &text], 0.0, || Ok(extra_bytes(before.as_bytes(), text.as_bytes()) as f64))
        })
        .register_fn(
            "model_code",
            |text: ImmutableString, message: ImmutableString, order: Dynamic| -> Answer<String> {
                let order = order_of(&order)?;
                ANSWERS
                    .of("model_code", &[&text, &message], order as f64, || model_code(&*model(&text, order)?, &message))
            },
        )
        .register_fn("start", |text: ImmutableString, count: Dynamic| -> Answer<String> {
            let count = as_number(&count).ok_or("the second is a number")?;
            Ok(text.chars().take(libm::floor(count.max(0.0)) as usize).collect())
        })
        .register_fn("guess_shares", |guesses: Dynamic| -> Answer<Data> {
            let guesses = super::data::numbers(&guesses)?;
            let ranks: Vec<usize> = guesses.iter().map(|rank| rank.clamp(0.0, info::LETTERS as f64) as usize).collect();
            Ok(numbers(info::guess_shares(&ranks).into_iter()))
        })
        .register_fn("guessing_bounds", |shares: Dynamic| -> Answer<Data> {
            let (least, most) = guessing_bounds(&super::data::numbers(&shares)?);
            Ok(numbers([least, most].into_iter()))
        })
        .register_fn("interval", |source: Source, message: Dynamic| -> Answer<Data> {
            let last = interval(&source.0, &message)?;
            let ends = [last.low(), &last.high()].map(|end| num_traits::ToPrimitive::to_f64(end).unwrap_or(f64::NAN));
            Ok(numbers(ends.into_iter()))
        })
        .register_fn("arithmetic_code", |source: Source, message: Dynamic| -> Answer<String> {
            let bits = interval(&source.0, &message)?.inside();
            Ok(written(&bits))
        });
}

/// The chance of each word of a message, with the blank before it, from those of its letters.
fn word_chances(chances: &[f64], message: &str) -> Vec<f64> {
    let mut rest = chances.iter();
    let sizes = message.split_whitespace().map(letters_of).map(|word| word.len()).filter(|size| *size > 0);
    let word = |(index, size): (usize, usize)| rest.by_ref().take(size + usize::from(index > 0)).product::<f64>();
    sizes.enumerate().map(word).collect()
}

/// The arithmetic code of a message, each letter by the model's prediction.
fn model_code(model: &NgramModel, message: &str) -> Answer<String> {
    let message: Vec<usize> = letters_of(message).into_iter().map(usize::from).collect();
    let segments = |read: &[usize]| {
        let read: Vec<u8> = read.iter().map(|letter| *letter as u8).collect();
        let next = model.next_source(&read).unwrap_or_else(|| Arc::new(Distribution::uniform(info::LETTERS)));
        Arc::new(Segments::of(&next))
    };
    if message.len() > MOST_CODED {
        return Err(format!("the message has more than {MOST_CODED} letters").into());
    }
    let all = intervals(segments, &message).map_err(|error| error.to_string())?;
    Ok(written(&all.last().map_or_else(Vec::new, Interval::inside)))
}

fn written(bits: &[bool]) -> String {
    bits.iter().map(|bit| if *bit { '1' } else { '0' }).collect()
}

fn letters(text: &str) -> Answer<Vec<u8>> {
    let letters = letters_of(text);
    match letters.len() > MOST_LETTERS {
        true => Err(format!("the text has more than {MOST_LETTERS} letters").into()),
        false => Ok(letters),
    }
}

/// A context keeps the blank at its end: what follows a whole word is not what follows its last letter.
fn letters_of_end(text: &str) -> Vec<u8> {
    let mut letters = letters_of(text);
    if text.ends_with(|c: char| !c.is_ascii_alphabetic()) && !letters.is_empty() {
        letters.push(0);
    }
    letters
}

fn size(n: &Dynamic) -> Answer<usize> {
    let n = as_number(n).filter(|n| (1.0..=info::LONGEST_NGRAM as f64).contains(n));
    n.map(|n| n as usize).ok_or_else(|| format!("n-grams have from 1 to {} letters", info::LONGEST_NGRAM).into())
}

fn order_of(order: &Dynamic) -> Answer<usize> {
    let order = as_number(order).filter(|order| (1.0..=MOST_ORDER).contains(order));
    Ok(order.ok_or_else(|| format!("a model goes by from 1 to {MOST_ORDER} letters"))? as usize)
}

fn model(text: &str, order: usize) -> Answer<Arc<NgramModel>> {
    // One is trained at a time: it may take much memory, and who waits mostly wants the same.
    static TRAINING: Mutex<()> = Mutex::new(());
    if let Some(known) = MODELS.known("model", &[text], order as f64) {
        return Ok(known);
    }
    let _turn = TRAINING.lock().unwrap_or_else(PoisonError::into_inner);
    MODELS.of("model", &[text], order as f64, || Ok(Arc::new(NgramModel::train(&letters(text)?, order))))
}

/// The positions of a message's symbols: items of a list, words of a text, or its characters if every one is a symbol.
pub(crate) fn message_of(source: &Distribution, message: &Value) -> Option<Vec<usize>> {
    match message {
        Value::List(items) => items
            .iter()
            .map(|item| match item {
                Value::Number(number) => source.index_of(&number.to_string()),
                Value::Text(name) => source.index_of(name),
                _ => None,
            })
            .collect(),
        Value::Text(text) => {
            let words = || text.split_whitespace().map(|word| source.index_of(word)).collect::<Option<Vec<_>>>();
            let characters =
                || text.chars().map(|c| source.index_of(c.encode_utf8(&mut [0; 4]))).collect::<Option<Vec<_>>>();
            characters().or_else(words)
        }
        _ => None,
    }
}

fn interval(source: &Distribution, message: &Dynamic) -> Answer<Interval> {
    let value = super::dynamic::from_dynamic(message);
    let value = if message.is::<Array>() { super::data::list_of(message).unwrap_or_default() } else { value };
    let symbols = message_of(source, &value).ok_or("the message holds something that is no symbol of the source")?;
    let segments = Arc::new(Segments::of(source));
    let all = intervals(|_| Arc::clone(&segments), &symbols).map_err(|error| error.to_string())?;
    all.into_iter().last().ok_or_else(|| "the message is empty".into())
}

fn numbers(values: impl Iterator<Item = f64>) -> Data {
    Data(Value::List(values.map(Value::Number).collect()))
}
/// Two positions, the second not included.
pub(super) fn span(from: &Dynamic, to: &Dynamic) -> Answer<(usize, usize)> {
    let whole = |value: &Dynamic| as_number(value).filter(|number| *number >= 0.0).map(|number| number as usize);
    whole(from).zip(whole(to)).ok_or_else(|| "a slice goes from one position to another: `slice(list, 0, 3)`".into())
}

/// The repeats of a text that are so long at least, in characters, each a record of where it is, where it was before, and its
/// length.
fn repeats(text: &str, least: f64) -> Data {
    // Characters that begin before a byte.
    let place = |byte: usize| text.char_indices().take_while(|(at, _)| *at < byte).count() as f64;
    let mut at = 0;
    let mut found = Vec::new();
    for piece in lz77(text.as_bytes()) {
        if let Piece::Repeat { from, length } = piece {
            let long = place(at + length) - place(at);
            let entries = [("at", place(at)), ("from", place(from)), ("length", long)];
            let record = entries.into_iter().map(|(name, number)| (name.to_owned(), Value::Number(number))).collect();
            found.extend((long >= least).then(|| Value::Record(Arc::new(record))));
        }
        at += piece.len();
    }
    Data(Value::List(found.into()))
}
