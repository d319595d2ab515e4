//! Blocks: several symbols of a source taken as one, for codes that come closer to the entropy.

use super::{Distribution, InfoError, Ratio};
use crate::limits;

/// Bytes that the names of all blocks may take together: four times the longest script.
const NAME_BYTES: usize = 4 * limits::SCRIPT_BYTES;

/// Longest block. Two symbols have more than [`limits::SYMBOLS`] blocks from 17 on; one symbol has one, whose name grows.
const LONGEST_BLOCK: usize = 1_000;

/// The distribution of `length` independent symbols, named by their names in a row, in lexicographic order of positions.
///
/// # Errors
/// If there are more than [`limits::SYMBOLS`] blocks, a block is longer than 1,000, or their names are too long together. A
/// length of 0 counts as 1.
///
/// ```
/// use surprisal::info::{Code, Distribution, Ratio, block_distribution};
/// let coin = Distribution::coin_exact(Ratio::new(9, 10).unwrap()).unwrap();
/// let code = Code::huffman(block_distribution(&coin, 2).unwrap().into());
/// assert_eq!(code.mean_length_exact(), Ratio::new(129, 100));
/// ```
pub fn block_distribution(source: &Distribution, length: usize) -> Result<Distribution, InfoError> {
    if length > LONGEST_BLOCK {
        return Err(InfoError::Block(length));
    }
    let longest_name = source.names().iter().map(String::len).max().unwrap_or(0).max(1);
    let mut blocks = vec![(String::new(), 1.0, Some(Ratio::ONE))];
    for done in 0..length.max(1) {
        let count = blocks.len().saturating_mul(source.len());
        if count > limits::SYMBOLS {
            return Err(InfoError::Count(count));
        }
        if count.saturating_mul(longest_name).saturating_mul(done + 1) > NAME_BYTES {
            return Err(InfoError::Block(length));
        }
        let longer = |(name, p, exact): &(String, f64, Option<Ratio>)| {
            let (name, p, exact) = (name.clone(), *p, *exact);
            (0..source.len()).map(move |i| {
                let symbol = source.names().get(i).map_or("", String::as_str);
                (format!("{name}{symbol}"), p * source.p(i), exact.zip(source.exact(i)).and_then(|(a, b)| a.times(b)))
            })
        };
        blocks = blocks.iter().flat_map(longer).collect();
    }
    let exact: Option<Vec<(String, Ratio)>> =
        blocks.iter().map(|(name, _, exact)| Some((name.clone(), (*exact)?))).collect();
    match exact {
        Some(exact) => Distribution::from_exact(exact),
        None => Distribution::from_relative(&blocks.into_iter().map(|(name, p, _)| (name, p)).collect::<Vec<_>>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_multiply() {
        let coin = Distribution::from_exact(vec![
            ("h".into(), Ratio::new(9, 10).unwrap()),
            ("t".into(), Ratio::new(1, 10).unwrap()),
        ])
        .unwrap();
        let blocks = block_distribution(&coin, 3).unwrap();
        assert_eq!((blocks.len(), blocks.names()[1].as_str()), (8, "hht"));
        assert_eq!(blocks.exact(1), Ratio::new(81, 1000));
        assert!(block_distribution(&coin, 64).is_err());
        assert_eq!(block_distribution(&coin, 0), Ok(coin));
        // One symbol makes one block of any length; building it must not take for ever.
        let lone = Distribution::uniform(1);
        assert_eq!(block_distribution(&lone, 1_000).map(|block| block.p(0)), Ok(1.0));
        assert_eq!(block_distribution(&lone, 10_000_000), Err(InfoError::Block(10_000_000)));
    }
}
