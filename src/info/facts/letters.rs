//! Frequencies of English letters, as printed by their sources, in the order printed.

use std::sync::Arc;

use crate::info::Distribution;

/// Units of 0.1 billion letters; Norvig 2012, <http://norvig.com/mayzner.html>.
pub(in crate::info) const NORVIG26: &str = "E 4452 T 3305 A 2865 O 2723 I 2697 N 2578 S 2321 R 2238 H 1801 L 1450 D 1360 C 1192 U 973 M 895 F 856 P \
    761 G 666 W 597 Y 593 B 529 V 375 K 193 X 84 J 57 Q 43 Z 32";

/// Of 100,000 letters; Lewand, by way of <https://en.wikipedia.org/wiki/Letter_frequency>. Sums to 99,999.
pub(in crate::info) const LEWAND26: &str = "A 8167 B 1492 C 2782 D 4253 E 12702 F 2228 G 2015 H 6094 I 6966 J 153 K 772 L 4025 M 2406 N 6749 O 7507 P \
    1929 Q 95 R 5987 S 6327 T 9056 U 2758 V 978 W 2360 X 150 Y 1974 Z 74";

/// Of 1,000 with the blank; Dasgupta, Papadimitriou, Vazirani, *Algorithms*, exercise 5.18. Sums to 1,010 as printed.
pub(in crate::info) const DPV27: &str = "blank 183 E 102 T 77 A 68 O 59 I 58 N 55 S 51 H 49 R 48 D 35 L 34 C 26 U 24 M 21 W 19 F 18 G 17 P 16 Y 16 \
    B 13 V 9 K 6 J 2 X 2 Q 1 Z 1";

/// A table as a source.
pub(in crate::info) fn letters(table: &str) -> Arc<Distribution> {
    let fields: Vec<&str> = table.split_whitespace().collect();
    let weights: Vec<(String, f64)> =
        fields.chunks(2).map(|pair| (pair[0].to_owned(), pair[1].parse().unwrap())).collect();
    Arc::new(Distribution::from_relative(&weights).unwrap())
}
