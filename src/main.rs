//! The `surprisal` program: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    surprisal::cli::run().into()
}
