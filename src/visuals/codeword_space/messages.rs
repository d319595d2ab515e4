//! Equal messages on their layer of the space, and the bump in the rug: a bit less for one is a bit more for two.

use super::Space;
use crate::color::Role;
use crate::draw::{Grow, Item, Paint, Part, Stroke};
use crate::geom::{Point, Vec2, circle, lerp};
use crate::visuals::lettering::{fitted, label};
use crate::visuals::{Action, Now};

/// Messages that all begin on one layer, as long as its strings.
pub(super) struct Messages {
    count: usize,
    /// Length of all at first.
    length: usize,
}

impl Messages {
    /// So many messages, on the lowest layer that has room for them; at most on layer `depth`.
    pub(super) fn new(count: usize, depth: usize) -> Self {
        let length = (1..=depth).find(|length| 1usize << length >= count).unwrap_or(depth);
        Self { count: count.min(1 << length), length }
    }

    /// Can one more message be shortened after so many? It needs a neighbour, and another one that shares its box.
    fn shortens(&self, times: usize) -> bool {
        self.length > 1 && 2 * times + 1 < self.count.saturating_sub(1 + times)
    }

    /// Length and number of the box of a message after so many have been shortened.
    fn place(&self, message: usize, times: usize) -> (usize, usize) {
        let pair = message / 2;
        match (pair < times, message.is_multiple_of(2)) {
            (true, true) => (self.length - 1, pair),
            // The neighbour goes to the right half of the last box that is still whole.
            (true, false) => (self.length + 1, 2 * (self.count - 1 - pair) + 1),
            (false, _) if message + times >= self.count => (self.length + 1, 2 * message),
            (false, _) => (self.length, message),
        }
    }

    /// The steps that have begun and mean something, with how many came before each.
    fn steps<'a>(&'a self, now: &'a Now<'_>) -> impl Iterator<Item = (usize, &'a Action)> {
        let steps = now.actions.iter().filter(|action| action.name == "shorten").enumerate();
        steps.filter(|(times, _)| self.shortens(*times))
    }

    /// A value of every message's length, averaged by how far steps have come.
    fn averaged(&self, now: &Now<'_>, of: impl Fn(f64) -> f64) -> f64 {
        let total = |times: usize| (0..self.count).map(|message| of(self.place(message, times).0 as f64)).sum::<f64>();
        let mut value = total(0);
        for (times, action) in self.steps(now) {
            value = lerp(value, total(times + 1), action.clock.whole());
        }
        value
    }

    pub(super) fn mean(&self, now: &Now<'_>) -> f64 {
        self.averaged(now, |length| length) / self.count.max(1) as f64
    }

    pub(super) fn kraft(&self, now: &Now<'_>) -> f64 {
        self.averaged(now, |length| libm::exp2(-length))
    }

    /// The messages as discs in their boxes.
    pub(super) fn part(&self, now: &Now<'_>, space: &Space) -> Part {
        let mut part = Part::new("messages");
        for message in 0..self.count {
            let (mut at, mut radius) = spot(space, self.place(message, 0));
            let mut trouble = 0.0;
            for (times, action) in self.steps(now) {
                let (goal, wide) = spot(space, self.place(message, times + 1));
                let progress = action.clock.progress;
                let span =
                    |from: f64, to: f64| action.clock.ease.ease(((progress - from) / (to - from)).clamp(0.0, 1.0));
                let chosen = message == 2 * times;
                let moved = if chosen { span(0.0, 0.35) } else { span(0.5, 0.95) };
                let pushed = message == 2 * times + 1;
                if pushed {
                    // It is hit, and wanders about before it finds a place.
                    trouble = span(0.15, 0.35) * (1.0 - span(0.85, 1.0));
                    let wander = libm::sin(progress * 22.0) * 0.12 * span(0.2, 0.4) * (1.0 - span(0.45, 0.55));
                    at += Vec2::new(wander, space.layer * 0.9 * span(0.2, 0.5) * (1.0 - moved));
                }
                at = at.lerp(goal, moved);
                radius = lerp(radius, wide, moved);
            }
            let color = now.role(Role::Information).lerp(now.role(Role::Loss), trouble as f32);
            let rim = Stroke::new(Paint::solid(now.role(Role::Ground)).kept(), 0.025);
            let disc = Item::fill_stroke(circle(at, radius), Paint::solid(color), rim);
            let mut one = Part::new(message.to_string()).with(disc).growing(Grow::Point(at));
            let set = now.label(&message.to_string(), &label(space.size * 0.8, now.role(Role::Ground)));
            one.parts.push(fitted("number", &set, at, radius * 1.5, 0.55));
            part.parts.push(one);
        }
        part
    }
}

/// Where a message lies, and how large it is.
fn spot(space: &Space, (length, index): (usize, usize)) -> (Point, f64) {
    let rect = space.rect(length, index);
    (rect.center(), (rect.width() * 0.4).min(rect.height() * 0.32))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lengths after so many steps, shortest first.
    fn lengths(times: usize) -> Vec<usize> {
        let messages = Messages::new(16, 5);
        assert!((0..times).all(|times| messages.shortens(times)));
        let mut lengths: Vec<usize> = (0..16).map(|message| messages.place(message, times).0).collect();
        lengths.sort_unstable();
        lengths
    }

    #[test]
    fn a_bit_less_for_one_is_a_bit_more_for_two() {
        assert_eq!(lengths(0), [4; 16]);
        assert_eq!(lengths(1), [&[3][..], &[4; 13], &[5; 2]].concat());
        assert_eq!(lengths(2), [&[3; 2][..], &[4; 10], &[5; 4]].concat());
        let kraft = |times| lengths(times).iter().map(|length| libm::exp2(-(*length as f64))).sum::<f64>();
        assert!([0, 1, 2, 3].into_iter().all(|times| (kraft(times) - 1.0).abs() < 1e-12));
    }

    #[test]
    fn no_two_messages_share_a_box_or_lie_over_each_other() {
        for count in [2usize, 3, 7, 16, 100] {
            let messages = Messages::new(count, 8);
            for times in (0..40).take_while(|times| *times == 0 || messages.shortens(times - 1)) {
                let mut spans: Vec<(u64, u64)> = (0..messages.count)
                    .map(|message| messages.place(message, times))
                    .map(|(length, index)| ((index as u64) << (10 - length), 1u64 << (10 - length)))
                    .collect();
                spans.sort_unstable();
                assert!(spans.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0), "{count} {times} {spans:?}");
            }
        }
    }
}
