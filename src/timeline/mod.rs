//! When things happen: easings, and how far a step has come.
//!
//! Enters: shares of a step's time. Leaves: eased progress, for the whole step and for each part that it is staggered over.

mod clock;
mod compose;
pub mod easing;

pub use clock::{Clock, LEAST_SHARE, Order};
pub use compose::{FORMS, Form};
pub use easing::{Easing, EasingError};
