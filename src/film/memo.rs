//! What has been worked out for the actors of a scene, by their indices.

use std::cell::RefCell;

/// A value for each actor that has one: as it is, and with members of components at rest.
pub(super) struct Memo<T>(RefCell<Vec<[Option<T>; 2]>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Clone> Memo<T> {
    /// The value of an actor, if it is known.
    pub(super) fn get(&self, index: usize, at_rest: bool) -> Option<T> {
        self.0.borrow().get(index)?.get(usize::from(at_rest))?.clone()
    }

    /// Keeps the value of an actor.
    pub(super) fn insert(&self, index: usize, at_rest: bool, value: T) {
        let mut all = self.0.borrow_mut();
        if all.len() <= index {
            all.resize_with(index + 1, || [None, None]);
        }
        if let Some(slot) = all.get_mut(index).and_then(|pair| pair.get_mut(usize::from(at_rest))) {
            *slot = Some(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Memo;

    #[test]
    fn what_is_at_rest_is_kept_apart() {
        let memo = Memo::default();
        memo.insert(3, true, "rest");
        assert_eq!([memo.get(3, true), memo.get(3, false), memo.get(9, true)], [Some("rest"), None, None]);
        memo.insert(3, false, "moves");
        assert_eq!([memo.get(3, true), memo.get(3, false)], [Some("rest"), Some("moves")]);
    }
}
