//! The outline of a shape, which knows its box: things that share an outline measure it once.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::{Digest, Measured, handwritten};
use crate::geom::{BezPath, Rect, Shape as _};

/// A path and, once asked for, its box, its digest and its lengths.
#[derive(Clone)]
pub struct Outline {
    path: BezPath,
    bounds: OnceLock<Rect>,
    digest: OnceLock<Digest>,
    measured: OnceLock<Arc<Measured>>,
    written: OnceLock<Arc<Measured>>,
}

impl Outline {
    /// The outline of a path, to be shared by what has the same.
    pub fn shared(path: BezPath) -> Arc<Self> {
        let (bounds, digest, measured, written) = Default::default();
        Arc::new(Self { path, bounds, digest, measured, written })
    }

    /// Where the digest of the path is kept.
    pub(super) fn digest_cell(&self) -> &OnceLock<Digest> {
        &self.digest
    }

    /// The smallest box around the path, in its units.
    ///
    /// ```
    /// use surprisal::{draw::Outline, geom::{Point, circle}};
    /// assert!((Outline::shared(circle(Point::ORIGIN, 2.0)).bounds().width() - 4.0).abs() < 1e-9);
    /// ```
    pub fn bounds(&self) -> Rect {
        *self.bounds.get_or_init(|| self.path.bounding_box())
    }

    /// The path with its lengths.
    pub fn measured(&self) -> &Measured {
        self.measured.get_or_init(|| Arc::new(Measured::new(self.path.clone())))
    }

    /// The path as a hand draws it (see [`handwritten`]), with its lengths.
    pub fn written(&self) -> &Measured {
        self.written.get_or_init(|| Arc::new(Measured::new(handwritten(&self.path))))
    }
}

impl fmt::Debug for Outline {
    /// The path alone: whether its box was asked for is no property of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.fmt(f)
    }
}

impl Deref for Outline {
    type Target = BezPath;

    fn deref(&self) -> &BezPath {
        &self.path
    }
}
