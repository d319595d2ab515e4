//! Information theory: pure mathematics.
