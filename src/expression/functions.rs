//! The table of functions that expressions may call: help, suggestions, the reference and its tests follow from it.

/// A function of expressions.
pub struct FunctionRow {
    /// Its name.
    pub name: &'static str,
    /// What it takes; `|` between kinds, `[]` round what may be left out.
    pub args: &'static str,
    /// What it is worth, with the unit.
    pub meaning: &'static str,
    /// What it is about.
    pub topic: &'static str,
    /// An example; `moves` is a source of up 1/2, down 1/4, left and right 1/8, `clever` its Huffman code.
    pub example: &'static str,
    /// What the example is worth, as it is shown.
    pub worth: &'static str,
}

macro_rules! functions {
    ($($topic:literal { $($name:literal ($args:literal) $meaning:literal, $example:literal = $worth:literal;)* })*) => {
        /// Every function, by topic.
        pub const FUNCTIONS: &[FunctionRow] = &[$($(FunctionRow {
            name: $name, args: $args, meaning: $meaning, topic: $topic, example: $example, worth: $worth,
        },)*)*];
    };
}

functions! {
    "information" {
        "H" ("source | p") "entropy in bits of a source, or of a coin that falls heads with probability p; 0 at 0 and 1", "H(moves)" = "1.75";
        "information" ("p | list") "-log2 p, in bits, also of each of a list; infinite at 0", "information(1/8)" = "3";
        "cross_entropy" ("p, q") "mean bits when symbols follow source p and the code fits source q", "cross_entropy(moves, moves)" = "1.75";
        "kl" ("p, q") "cross_entropy(p, q) - H(p), in bits, at least 0", "kl(moves, moves)" = "0";
        "jensen_shannon" ("p, q") "Jensen-Shannon divergence in bits, from 0 to 1", "jensen_shannon(moves, moves)" = "0";
        "difference" ("p, q") "sum of the distances |p - q|, from 0 to 2", "difference(moves, moves)" = "0";
        "kl_terms" ("p, q") "the terms p log2(p/q), in bits, as a list", "sum(kl_terms(moves, moves))" = "0";
        "nats" ("bits") "the same in nats: times ln 2", "round(nats(2) * 1000)" = "1386";
        "symmetric_channel" ("p") "capacity in bits of a channel that flips a bit with probability p", "symmetric_channel(1/2)" = "0";
        "erasure_channel" ("p") "capacity in bits of a channel that loses a bit with probability p", "erasure_channel(1/4)" = "0.75";
        "perplexity" ("source | bits") "2 to the entropy: so many equally likely choices have it", "perplexity(3)" = "8";
    }
    "sources" {
        "prob" ("source, symbol") "probability of a symbol, by name or position; also `moves.up`", "prob(moves, \"down\")" = "0.25";
        "cumulative" ("source, symbol") "sum of the probabilities before a symbol", "cumulative(moves, \"left\")" = "0.75";
        "probabilities" ("source") "the probabilities of all symbols, as a list", "max(probabilities(moves))" = "0.5";
        "symbols" ("source | code") "the symbols, as a list", "symbols(moves)[1]" = "down";
        "count" ("source | code | list | table | text[, part]") "number of symbols, items, rows or characters; of a text, how often a part occurs in it", "count(moves)" = "4";
        "draw" ("source, seed, i") "the symbol that is drawn at random as number i; the same for the same seed", "count(draw(moves, 1, 0)) > 0" = "true";
        "random" ("seed, i") "number i of random numbers from 0 to 1; the same for the same seed", "random(1, 0) < 1" = "true";
        "walk" ("seed, time") "a random walk that begins at 0: each whole step is a draw from the standard normal distribution", "walk(1, 0)" = "0";
        "sway" ("seed, time") "a value from -1 to 1 that sways smoothly, and turns about once in a unit of time", "abs(sway(1, 2.5)) <= 1" = "true";
    }
    "families of sources" {
        "binomial" ("n, p") "how many of n tosses fall heads", "prob(binomial(2, 1/2), 1)" = "0.5";
        "geometric" ("p, count") "how long one waits for heads; the last of the symbols has all that is left", "prob(geometric(1/2, 3), 0)" = "0.5";
        "zipf" ("count, exponent") "shares in proportion to 1/k^exponent", "prob(zipf(2, 1), 1) * 3" = "1";
        "drift" ("seed, time, count, floor") "a source that drifts at random, drawn anew at each whole time; no share is below the floor", "count(drift(1, 0.5, 7, 1/16))" = "7";
        "softmax" ("list") "e^x over the sum of all, as a list", "softmax([3, 3])[0]" = "0.5";
    }
    "texts" {
        "followers" ("text, string") "a source: what comes after a string in a text, in 27 symbols", "prob(followers(\"the thing\", \"th\"), \"e\")" = "0.5";
        "next_letter" ("text, read, order") "a source: what a model of so many letters, learnt from a text, expects next", "count(next_letter(\"abab\", \"a\", 2))" = "27";
        "chances" ("text, message, order") "the probability of each letter of a message under that model, as a list", "count(chances(\"abab\", \"ab\", 2))" = "2";
        "guesses" ("text, message, order") "how many guesses each letter takes, the likeliest first, as a list", "guesses(\"abab\", \"ab\", 2)[1]" = "1";
        "next_word" ("text, read") "a source: which words come in a text after the longest end of what was read that occurs there", "prob(next_word(\"a cat, a dog, a cat\", \"a\"), \"dog\") * 3" = "1";
        "word_chances" ("text, message, order") "the probability of each word of a message, letter by letter under that model, with the blank before it, as a list", "count(word_chances(\"abab\", \"ab ba\", 2))" = "2";
        "block_bits" ("text, n") "entropy in bits of an n-gram drawn from a text", "block_bits(\"abcd\", 1)" = "2";
        "ngram_bits" ("text, n") "entropy in bits of a letter when the n-1 before it are known", "ngram_bits(\"abcd\", 1)" = "2";
        "distinct" ("text, n") "how many different n-grams a text has", "distinct(\"abab\", 2)" = "2";
        "model_code" ("text, message, order") "the bits of an arithmetic code for a message, by that model's chances", "count(model_code(\"abab\", \"ab\", 2)) < 5" = "true";
        "words" ("text") "its words, as a list", "words(\"to be\")[1]" = "be";
        "start" ("text, n") "the first n characters of a text", "start(\"surprise\", 3)" = "sur";
        "guess_shares" ("guesses") "the shares of letters that took 1, 2, ... guesses, as a list", "guess_shares([1, 2, 1, 1])[0]" = "0.75";
        "guessing_bounds" ("shares") "Shannon's bounds on the entropy, from the shares of letters that take 1, 2, ... guesses", "guessing_bounds([1/2, 1/2])[1]" = "1";
        "repeats" ("text[, least]") "what a compressor finds twice, of that many characters at least: a list of records `at`, `from`, `length`", "repeats(\"so and so and\")[0].length" = "6";
        "deflate" ("text | before, text") "bytes of a text when it is compressed, or bytes that it adds after another", "deflate(\"aaaaaaaaaaaaaaaaaaaa\") < 10" = "true";
    }
    "arithmetic codes" {
        "interval" ("source, message") "the two ends of a message's interval, as a list", "interval(moves, \"down\")[0]" = "0.5";
        "arithmetic_code" ("source, message") "the shortest bits that name a message's interval", "count(arithmetic_code(moves, \"up down\"))" = "3";
    }
    "codes" {
        "mean_length" ("code[, source]") "mean code word length in bits, under the code's own source or another", "mean_length(clever)" = "1.75";
        "efficiency" ("code") "entropy of its source by its mean length, at most 1 for a code that can be read", "efficiency(clever)" = "1";
        "redundancy" ("code") "mean length above the entropy of its source, in bits", "redundancy(clever)" = "0";
        "kraft" ("code") "sum of 2^-length over the code words", "kraft(clever)" = "1";
        "prefix_free" ("code") "does no word begin another?", "prefix_free(clever)" = "true";
        "length" ("code, symbol") "length of a symbol's code word in bits", "length(clever, \"left\")" = "3";
        "word" ("code, symbol") "a symbol's code word as text", "count(word(clever, \"up\"))" = "1";
    }
    "numbers" {
        "log2" ("x") "logarithm to base 2", "log2(8)" = "3";
        "ln" ("x") "natural logarithm", "ln(1)" = "0";
        "log10" ("x") "logarithm to base 10", "log10(1000)" = "3";
        "exp" ("x") "e to the power x", "exp(0)" = "1";
        "pow" ("x, y") "x to the power y; also `x ** y`", "pow(2, 10)" = "1024";
        "sqrt" ("x") "square root", "sqrt(9)" = "3";
        "factorial" ("n") "1 * 2 * ... * n", "factorial(5)" = "120";
        "choose" ("n, k") "ways to choose k of n", "choose(4, 2)" = "6";
        "sin" ("x") "sine of radians", "sin(0)" = "0";
        "cos" ("x") "cosine of radians", "cos(0)" = "1";
        "tan" ("x") "tangent of radians", "tan(0)" = "0";
        "abs" ("x") "distance from 0", "abs(-2)" = "2";
        "floor" ("x") "largest whole number not above x; such a number may be an index, as in `list[floor(x)]`", "floor(2.7)" = "2";
        "ceil" ("x") "smallest whole number not below x", "ceil(2.1)" = "3";
        "round" ("x") "nearest whole number", "round(2.5)" = "3";
        "min" ("x, y | list") "the smaller, or the smallest item", "min(2, 1)" = "1";
        "max" ("x, y | list") "the larger, or the largest item", "max([1, 5, 2])" = "5";
        "clamp" ("x, low, high") "x, kept between low and high", "clamp(7, 0, 1)" = "1";
        "pick" ("condition, a, b") "a if the condition holds, else b", "pick(2 > 1, 3, 4)" = "3";
        "lerp" ("a, b, t") "a at t = 0, b at t = 1, on a line between; numbers or points", "lerp(2, 4, 1/2)" = "3";
    }
    "lists" {
        "numbers" ("from, to") "the numbers from one to another in steps of 1, both included", "count(numbers(1, 6))" = "6";
        "map" ("list, x => ...") "what a function makes of each item, as a list; also by the name of a function", "map(numbers(1, 3), x => x * x)[2]" = "9";
        "filter" ("list, x => ...") "the items of which a condition holds, as a list", "count(filter([1, 5, 7], x => x > 2))" = "2";
        "slice" ("list | text, from, to") "what is from one position on up to another, which is not included", "sum(slice([1, 2, 4, 8], 1, 3))" = "6";
        "sum" ("list") "all items added up", "sum([1, 2, 4])" = "7";
        "mean" ("list") "arithmetic mean of the items", "mean([1, 2, 6])" = "3";
        "fit" ("xs, ys") "intercept and slope of the line with the least squared distances, as a list", "fit([0, 1], [1, 3])[1]" = "2";
        "correlation" ("xs, ys") "how well points lie on a line, from -1 to 1", "correlation([0, 1], [3, 2])" = "-1";
        "counts" ("list, from, to, bins") "how many numbers lie in each part of a range: a histogram", "counts([1, 2, 2], 0, 4, 2)[1]" = "2";
    }
    "places" {
        "on" ("graph, x, y") "the point of the stage at these coordinates of a graph or chart", "" = "";
        "norm" ("point") "distance from the origin", "norm([3, 4])" = "5";
        "polar" ("length, degrees") "the point so far from the origin, in that direction", "norm(polar(2, 90))" = "2";
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Value, constant};
    use super::*;
    use crate::diag::{Source, Span};
    use crate::info::{Code, Distribution};

    #[test]
    fn every_example_is_worth_what_the_table_says() {
        let weights = [("up", 0.5), ("down", 0.25), ("left", 0.125), ("right", 0.125)].map(|(n, p)| (n.to_owned(), p));
        let moves = Arc::new(Distribution::new(&weights).unwrap());
        let clever = Arc::new(Code::huffman(Arc::clone(&moves)));
        let known = |name: &str| match name {
            "moves" => Some(Value::Distribution(Arc::clone(&moves))),
            "clever" => Some(Value::Code(Arc::clone(&clever))),
            _ => None,
        };
        for row in FUNCTIONS.iter().filter(|row| !row.example.is_empty()) {
            assert!(row.example.contains(&format!("{}(", row.name)), "{}", row.name);
            let source = Source::new("x", row.example);
            let value = constant(row.example, &Span::new(&source, 0, row.example.len()), &known).unwrap();
            let shown = match value {
                Value::Number(number) => number.to_string(),
                Value::Text(text) => text,
                Value::Flag(flag) => flag.to_string(),
                other => panic!("{}: {other:?}", row.example),
            };
            assert_eq!(shown, row.worth, "{}", row.example);
        }
    }
}
