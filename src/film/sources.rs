//! The script's sources and codes: fixed ones are built once, live ones whenever their variables change.

use std::sync::Arc;

use super::Film;
use super::scene::{CodeEntry, CodeEntryKind, SourceEntry, SourceEntryKind};
use crate::diag::{Diagnostic, Diagnostics};
use crate::info::{Code, Distribution, InfoError, Ratio, Word, block_distribution};
use crate::script::{BuildRule, CodeDef, CodeKind, Num, Script, SourceDef, SourceKind, Weight};

pub(super) fn build(script: &Script, film: &mut Film, diags: &mut Diagnostics) {
    for def in &script.sources {
        if let Some(kind) = diags.ok(source(def, film)) {
            film.sources.push(SourceEntry { name: def.name.clone(), span: def.span.clone(), kind });
        }
    }
    for def in &script.codes {
        if let Some(kind) = diags.ok(code(def, film)).flatten() {
            film.codes.push(CodeEntry { name: def.name.clone(), source: def.source.0.clone(), kind });
        }
    }
}

fn source(def: &SourceDef, film: &Film) -> Result<SourceEntryKind, Diagnostic> {
    let mistaken = |error: InfoError| {
        Diagnostic::error("bad-source", &def.span, error.to_string())
            .hint("give fractions such as `1/3`, or relative `weights:`")
    };
    let (weights, relative) = match &def.kind {
        SourceKind::Uniform(count) => return Ok(SourceEntryKind::Fixed(Arc::new(Distribution::uniform(*count)))),
        SourceKind::Coin(Weight { value: Num::Fixed(p), text, .. }) => {
            let coin = Ratio::parse(text).map_or_else(|| Distribution::coin(*p), Distribution::coin_exact);
            return coin.map(|coin| SourceEntryKind::Fixed(Arc::new(coin))).map_err(mistaken);
        }
        SourceKind::Coin(weight) => return Ok(SourceEntryKind::LiveCoin(weight.value.clone())),
        SourceKind::Blocks { of, length, symbols } => {
            let found = film.sources.iter().position(|source| source.name == *of);
            return match found.and_then(|index| Some((index, &film.sources.get(index)?.kind))) {
                Some((_, SourceEntryKind::Fixed(source))) => block_distribution(source, *length)
                    .map(|blocks| SourceEntryKind::Fixed(Arc::new(blocks)))
                    .map_err(mistaken),
                Some((index, _)) => Ok(SourceEntryKind::Blocks { of: index, length: *length }),
                // That source was refused, which is told.
                None => Ok(SourceEntryKind::Fixed(Arc::new(Distribution::uniform(symbols.len())))),
            };
        }
        SourceKind::Weights(weights) => (weights, false),
        SourceKind::Relative(weights) => (weights, true),
    };
    if weights.iter().any(|weight| matches!(weight.value, Num::Live(_))) {
        let weights = weights.iter().map(|weight| (weight.symbol.clone(), weight.value.clone())).collect();
        return Ok(SourceEntryKind::Live { weights, relative });
    }
    let exact: Option<Vec<(String, Ratio)>> =
        weights.iter().map(|weight| Some((weight.symbol.clone(), Ratio::parse(&weight.text)?))).collect();
    let number = |weight: &Weight| match weight.value {
        Num::Fixed(value) => (weight.symbol.clone(), value),
        Num::Live(_) => (weight.symbol.clone(), f64::NAN),
    };
    let numbers: Vec<(String, f64)> = weights.iter().map(number).collect();
    let built = match (relative, exact) {
        (true, Some(exact)) => Distribution::from_relative_exact(exact),
        (true, None) => Distribution::from_relative(&numbers),
        // Decimals that miss 1 by less than they are rounded by are meant as probabilities all the same.
        (false, Some(exact)) => Distribution::from_exact(exact).or_else(|_| Distribution::new(&numbers)),
        (false, None) => Distribution::new(&numbers),
    };
    built.map(|distribution| SourceEntryKind::Fixed(Arc::new(distribution))).map_err(mistaken)
}

/// `None` if the code's source was refused already.
fn code(def: &CodeDef, film: &Film) -> Result<Option<CodeEntryKind>, Diagnostic> {
    let Some(source) = film.sources.iter().find(|source| source.name == def.source.0) else { return Ok(None) };
    let rule = match &def.kind {
        CodeKind::Build(rule) => builder(*rule),
        CodeKind::Words(words) => {
            let SourceEntryKind::Fixed(distribution) = &source.kind else {
                let mistake = Diagnostic::error(
                    "bad-code",
                    &def.span,
                    "words can be given for a source that stays the same only",
                );
                return Err(mistake.hint("let it be built: `build: huffman`"));
            };
            let mut ordered = Vec::new();
            for name in distribution.names() {
                let Some(word) = words.iter().find(|word| word.symbol == *name) else {
                    return Err(Diagnostic::error("bad-code", &def.span, format!("there is no word for `{name}`")));
                };
                let bits: Word = word
                    .bits
                    .parse()
                    .map_err(|e: InfoError| Diagnostic::error("bad-code", &word.bits_span, e.to_string()))?;
                ordered.push(bits);
            }
            if let Some(extra) = words.iter().find(|word| distribution.index_of(&word.symbol).is_none()) {
                let mistake =
                    Diagnostic::error("bad-code", &extra.span, format!("the source has no symbol `{}`", extra.symbol));
                return Err(mistake.suggest(&extra.symbol, distribution.names().iter().map(String::as_str)));
            }
            let code = Code::given(Arc::clone(distribution), ordered);
            return code
                .map(|code| Some(CodeEntryKind::Fixed(Arc::new(code))))
                .map_err(|e| Diagnostic::error("bad-code", &def.span, e.to_string()));
        }
    };
    Ok(Some(match &source.kind {
        SourceEntryKind::Fixed(distribution) => CodeEntryKind::Fixed(Arc::new(rule(Arc::clone(distribution)))),
        _ => CodeEntryKind::Live(rule),
    }))
}

fn builder(rule: BuildRule) -> fn(Arc<Distribution>) -> Code {
    match rule {
        BuildRule::Huffman => Code::huffman,
        BuildRule::Fano => Code::fano,
        BuildRule::Shannon => Code::shannon,
        BuildRule::ShannonFanoElias => Code::shannon_fano_elias,
        BuildRule::Fixed => Code::fixed,
        BuildRule::Utf8 => Code::utf8,
        BuildRule::Canonical => Code::canonical,
    }
}
