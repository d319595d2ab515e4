//! The `surprisal` program: arguments in, exit code out.

use std::process::ExitCode;

/// Display lists are many small things, made and dropped on all cores for each frame: it is quicker with them than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    surprisal::cli::run().into()
}
