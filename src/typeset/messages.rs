//! What is wrong with a formula, in our words.
//!
//! Enters: the formula engine's message. Leaves: a sentence in the style of all our diagnostics, with a suggestion when a
//! command's name is a slip.

use crate::diag::closest;

/// Commands that formulas of lectures use, to suggest from.
const COMMANDS: &str = "alpha approx argmax argmin bar begin beta big bigg bigl bigr binom boxed cancel cap cases cdot \
    cdots chi circ color cos cup ddots delta det dfrac displaystyle div dots ell emptyset end epsilon equiv eta exists exp \
    forall frac gamma ge geq hat hspace iff implies in inf infty int iota kappa lambda land langle lceil ldots le left \
    leftarrow leq lfloor lim limits ln lnot log lor mapsto mathbb mathbf mathcal mathrm mathsf max mid middle min mu nabla \
    ne neg neq notin nu omega operatorname overbrace overline overset parallel part partial phi pi pm pmod Pr prime prod \
    propto psi qquad quad rangle rceil rfloor rho right rightarrow Rightarrow role setminus sigma sim sin sqrt stackrel \
    subset subseteq substack sum sup supset tan tau text textbf textcolor textit tfrac theta tilde times to top underbrace \
    underline underset vdots vec vee wedge widehat widetilde xi xrightarrow zeta Delta Gamma Lambda Omega Phi Pi Psi Sigma \
    Theta";

/// The engine's message in our style: one sentence, lower case, literals in backticks.
pub(super) fn reworded(message: &str) -> String {
    if let Some(name) = message.strip_prefix("Undefined control sequence: ") {
        let known = closest(name.trim_start_matches('\\'), COMMANDS.split_whitespace());
        let hint = known.map_or(String::new(), |known| format!("; did you mean `\\{known}`?"));
        return format!("no command is called `{name}`{hint}");
    }
    if let Some(found) = message.strip_prefix("Expected 'EOF', got ") {
        return format!("{} has no place here", found.replace('\'', "`"));
    }
    match message {
        "Recursion limit exceeded" => "nested more than 32 deep".into(),
        "Unexpected end of input in a macro argument" => "the last command lacks an argument".into(),
        "Can't use function '$' in math mode" => "no `$` is needed: this is a formula already".into(),
        _ => {
            let mut chars = message.chars();
            let first = chars.next().map(|c| c.to_ascii_lowercase());
            let text: String = first.into_iter().chain(chars).collect();
            text.replace("can't", "cannot").replace('\'', "`").replace("`EOF`", "the end").trim_end_matches('.').into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_in_our_style() {
        for (theirs, ours) in [
            ("Undefined control sequence: \\summ", "no command is called `\\summ`; did you mean `\\sum`?"),
            ("Undefined control sequence: \\zzzz", "no command is called `\\zzzz`"),
            ("Expected 'EOF', got '&'", "`&` has no place here"),
            ("Expected '\\right', got 'EOF'", "expected `\\right`, got the end"),
            ("Can't do it.", "cannot do it"),
            ("", ""),
        ] {
            assert_eq!(reworded(theirs), ours);
        }
    }
}
