//! Where actors are: relations between layout boxes, looks, groups, and the moves that steps make.
//!
//! A relation is a statement that stays true: `above: chart` follows the chart when it moves.

use super::effect::Effect;
use super::instant::Instant;
use super::scene::ActorKind;
use crate::geom::{Affine, Point, Rect, Vec2};
use crate::script::{Align, Anchor, Arrange, Beside, Motion, Num, Place as At, Placement, Selector, Side};

/// Where an actor is at an instant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Leads from the actor's units to the stage.
    pub(super) stage_from_actor: Affine,
    /// Its layout box on the stage.
    pub(super) layout: Rect,
    /// Height of its baseline on the stage.
    pub(super) baseline: Option<f64>,
}

/// Space between neighbours where a script gives none, in stage units.
const GAP: f64 = 0.4;

/// Where a `move` leads.
pub(super) enum Goal {
    /// The centre of the box goes here.
    To(Point),
    /// By so much.
    By(Vec2),
}

impl Instant<'_> {
    /// Where an actor is, its own moves included.
    pub(super) fn place(&self, index: usize) -> Place {
        if let Some(known) = self.remembered_place(index) {
            return known;
        }
        let rest = self.place_at_rest(index);
        let effects: Vec<&Effect> = self.effects_on_whole(index);
        let mut place = rest;
        // Moves through a group go about the group's centre; the rest about the actor's own.
        let (own, through): (Vec<&Effect>, Vec<&Effect>) = effects
            .into_iter()
            .partition(|effect| effect.targets.iter().any(|t| t.actor == index && t.group.is_none()));
        place = moved(place, self.displacement(&own, place.layout, place.layout.center(), Affine::IDENTITY));
        for effect in through {
            let group = effect.targets.iter().find(|t| t.actor == index).and_then(|t| t.group);
            let around = group.map_or(place.layout, |group| self.place_at_rest(group).layout);
            place = moved(place, self.displacement(&[effect], around, around.center(), Affine::IDENTITY));
        }
        self.remember_place(index, place);
        place
    }

    /// Effects that address an actor as a whole.
    pub(super) fn effects_on_whole(&self, index: usize) -> Vec<&Effect> {
        let whole = |effect: &&Effect| {
            if effect.complement {
                effect.targets.iter().all(|t| t.actor != index)
            } else {
                effect.targets.iter().any(|t| t.actor == index && t.path.is_empty())
            }
        };
        self.effects_of(index).map(|(_, effect)| effect).filter(whole).collect()
    }

    /// Where an actor is before its own moves.
    fn place_at_rest(&self, index: usize) -> Place {
        let nowhere = Place { stage_from_actor: Affine::IDENTITY, layout: Rect::ZERO, baseline: None };
        let Some(actor) = self.actor(index) else { return nowhere };
        let sized = match &actor.kind {
            ActorKind::Group { members, .. } => return Place { layout: self.group_box(members), ..nowhere },
            ActorKind::Visual(_) => self.sized(index, &actor.placement),
        };
        let Some(sized) = sized else { return nowhere };
        let shift = match actor.member_of {
            Some((group, position)) => match self.member_shift(group, position, &sized) {
                Some(shift) => shift + self.shift_of(&actor.placement),
                None => self.placed(&actor.placement, &sized),
            },
            None if unplaced(&actor.placement) && self.drawing(index).is_some_and(|drawing| drawing.on_stage) => {
                let own = self.drawing(index).map_or(Point::ORIGIN, |drawing| drawing.layout.center());
                own.to_vec2() + self.shift_of(&actor.placement)
            }
            None => self.placed(&actor.placement, &sized),
        };
        let shift = if shift.is_finite() { shift } else { Vec2::ZERO };
        moved(sized, Affine::translate(shift))
    }

    /// The actor with its look's scale and angle, its layout box centred on the origin.
    fn sized(&self, index: usize, look: &Placement) -> Option<Place> {
        let drawing = self.drawing(index)?;
        let number = |num: &Option<Num>| num.as_ref().map(|num| self.number(num)).filter(|n| n.is_finite());
        let to_width = number(&look.width).map(|width| width / drawing.layout.width().max(1e-9));
        let to_height = number(&look.height).map(|height| height / drawing.layout.height().max(1e-9));
        let fitted = match (to_width, to_height) {
            (Some(a), Some(b)) => a.min(b),
            (a, b) => a.or(b).unwrap_or(1.0),
        };
        let scale = (fitted * number(&look.scale).unwrap_or(1.0)).clamp(-1e4, 1e4);
        let (sin, cos) = libm::sincos(number(&look.rotate).unwrap_or(0.0).to_radians());
        let turn = Affine::new([cos * scale, sin * scale, -sin * scale, cos * scale, 0.0, 0.0]);
        let map = turn * Affine::translate(-drawing.layout.center().to_vec2());
        let layout = map.transform_rect_bbox(drawing.layout);
        Some(Place {
            stage_from_actor: map,
            layout,
            baseline: drawing.baseline.map(|y| (map * Point::new(drawing.layout.x0, y)).y),
        })
    }

    /// The shift that a placement asks for.
    fn placed(&self, placement: &Placement, sized: &Place) -> Vec2 {
        let pinned = |to: Point| to - pin_point(sized, placement.anchor.unwrap_or(Anchor::Centre));
        let shift = if let Some(at) = &placement.at {
            pinned(self.point_at(at))
        } else if let Some(beside) = &placement.beside {
            self.beside(beside, sized, placement.align)
        } else if let Some(selector) = &placement.inside {
            aligned_inside(self.box_of(selector), sized, placement.align)
        } else if let Some((pin, margin)) = &placement.edge {
            let safe = Place { layout: self.film.size.stage().inset(-self.number(margin)), ..*sized };
            pin_point(&safe, *pin) - pin_point(sized, *pin)
        } else {
            pinned(Point::ORIGIN)
        };
        shift + self.shift_of(placement)
    }

    fn shift_of(&self, placement: &Placement) -> Vec2 {
        placement.shift.as_ref().map_or(Vec2::ZERO, |shift| self.point(shift).to_vec2())
    }

    fn point_at(&self, at: &At) -> Point {
        match at {
            At::Point(point) => self.point(point),
            At::In(actor, point) => self.point_on(actor, self.point(point)),
            At::Part(selector) => self.box_of(selector).center(),
        }
    }

    fn beside(&self, Beside { side, of, gap }: &Beside, sized: &Place, align: Option<Align>) -> Vec2 {
        let gap = gap.as_ref().map_or(GAP, |gap| self.number(gap));
        let other = self.box_of(of);
        let own = sized.layout;
        let along_x = match align {
            Some(Align::Left) => other.x0 - own.x0,
            Some(Align::Right) => other.x1 - own.x1,
            _ => other.center().x - own.center().x,
        };
        let along_y = match align {
            Some(Align::Top) => other.y1 - own.y1,
            Some(Align::Bottom) => other.y0 - own.y0,
            Some(Align::Centre) => other.center().y - own.center().y,
            _ => match (self.baseline_of(of), sized.baseline) {
                (Some(theirs), Some(ours)) => theirs - ours,
                _ => other.center().y - own.center().y,
            },
        };
        match side {
            Side::Up => Vec2::new(along_x, other.y1 + gap - own.y0),
            Side::Down => Vec2::new(along_x, other.y0 - gap - own.y1),
            Side::Left => Vec2::new(other.x0 - gap - own.x1, along_y),
            Side::Right => Vec2::new(other.x1 + gap - own.x0, along_y),
        }
    }

    /// Where a group's arrangement puts a member: the shift of its sized box; `None` if the group leaves members alone.
    fn member_shift(&self, group: usize, position: usize, sized: &Place) -> Option<Vec2> {
        let actor = self.actor(group)?;
        let ActorKind::Group { arrange, members, gap, align } = &actor.kind else { return None };
        let boxes: Vec<Rect> = members
            .iter()
            .map(|&m| self.actor(m).and_then(|a| self.sized(m, &a.placement)).map_or(Rect::ZERO, |p| p.layout))
            .collect();
        let gap = gap.as_ref().map_or(GAP, |gap| self.number(gap));
        let centres = arranged(*arrange, &boxes, gap, *align)?;
        let whole = centres.iter().zip(&boxes).fold(None, |all, (centre, rect)| {
            crate::geom::union(all, Some(rect.with_origin(*centre - rect.size().to_vec2() / 2.0)))
        })?;
        let frame = Place { layout: whole, baseline: None, ..*sized };
        let shift = self.placed(&actor.placement, &frame);
        Some(*centres.get(position)? - sized.layout.center() + shift)
    }

    fn group_box(&self, members: &[usize]) -> Rect {
        members
            .iter()
            .fold(None, |all, &member| crate::geom::union(all, Some(self.place(member).layout)))
            .unwrap_or(Rect::ZERO)
    }

    /// A point of another actor's coordinates, on the stage: of its plane if it has one, else of its own units.
    fn point_on(&self, selector: &Selector, point: Point) -> Point {
        let Some(index) = self.index_of(&selector.actor) else { return Point::ORIGIN };
        let plane = self.drawing(index).and_then(|drawing| drawing.plane).unwrap_or(Affine::IDENTITY);
        self.place(index).stage_from_actor * plane * point
    }

    /// The layout box of an actor, or the box of a part, on the stage.
    pub(super) fn box_of(&self, selector: &Selector) -> Rect {
        let Some(index) = self.index_of(&selector.actor) else { return Rect::ZERO };
        if selector.path.is_empty() {
            return self.place(index).layout;
        }
        self.part_box(index, &selector.path).unwrap_or_else(|| self.place(index).layout)
    }

    fn baseline_of(&self, selector: &Selector) -> Option<f64> {
        let index = self.index_of(&selector.actor)?;
        if selector.path.is_empty() { self.place(index).baseline } else { None }
    }

    pub(super) fn index_of(&self, name: &str) -> Option<usize> {
        self.scene.actors.iter().position(|actor| actor.name == name)
    }

    /// Where a `move` leads a box of this size.
    pub(super) fn destination(&self, goal: &Motion, size: crate::geom::Size, centre: Point) -> Goal {
        match goal {
            Motion::To(at) => Goal::To(self.point_at(at)),
            Motion::By(vector) => Goal::By(self.point(vector).to_vec2()),
            Motion::Beside(beside) => {
                let layout = Rect::from_center_size(centre, size);
                let place = Place { stage_from_actor: Affine::IDENTITY, layout, baseline: None };
                Goal::To(centre + self.beside(beside, &place, None))
            }
        }
    }
}

fn unplaced(placement: &Placement) -> bool {
    placement.at.is_none() && placement.beside.is_none() && placement.inside.is_none() && placement.edge.is_none()
}

fn moved(place: Place, map: Affine) -> Place {
    Place {
        stage_from_actor: map * place.stage_from_actor,
        layout: map.transform_rect_bbox(place.layout),
        baseline: place.baseline.map(|y| (map * Point::new(place.layout.x0, y)).y),
    }
}

/// The point of a box that a placement holds on to.
fn pin_point(place: &Place, pin: Anchor) -> Point {
    let rect = place.layout;
    let x = match pin {
        Anchor::Left | Anchor::TopLeft | Anchor::BottomLeft | Anchor::BaselineLeft => rect.x0,
        Anchor::Right | Anchor::TopRight | Anchor::BottomRight => rect.x1,
        Anchor::Centre | Anchor::Top | Anchor::Bottom => rect.center().x,
    };
    let y = match pin {
        Anchor::Top | Anchor::TopLeft | Anchor::TopRight => rect.y1,
        Anchor::Bottom | Anchor::BottomLeft | Anchor::BottomRight => rect.y0,
        Anchor::BaselineLeft => place.baseline.unwrap_or(rect.y0),
        Anchor::Centre | Anchor::Left | Anchor::Right => rect.center().y,
    };
    Point::new(x, y)
}

fn aligned_inside(around: Rect, sized: &Place, align: Option<Align>) -> Vec2 {
    let gap = GAP;
    let own = sized.layout;
    let centred = around.center() - own.center();
    match align {
        Some(Align::Left) => Vec2::new(around.x0 + gap - own.x0, centred.y),
        Some(Align::Right) => Vec2::new(around.x1 - gap - own.x1, centred.y),
        Some(Align::Top) => Vec2::new(centred.x, around.y1 - gap - own.y1),
        Some(Align::Bottom) => Vec2::new(centred.x, around.y0 + gap - own.y0),
        _ => centred,
    }
}

/// Centres of boxes in a row, column or grid about the origin of the first; `None` if they are left where they are.
fn arranged(arrange: Arrange, boxes: &[Rect], gap: f64, align: Option<Align>) -> Option<Vec<Point>> {
    let columns = match arrange {
        Arrange::Row => boxes.len().max(1),
        Arrange::Column => 1,
        Arrange::Grid { columns } => columns.max(1),
        Arrange::Free => return None,
    };
    let rows = boxes.len().div_ceil(columns);
    let widest = |column: usize| boxes.iter().skip(column).step_by(columns).map(Rect::width).fold(0.0, f64::max);
    let highest = |row: usize| boxes.iter().skip(row * columns).take(columns).map(Rect::height).fold(0.0, f64::max);
    let lefts: Vec<f64> = running(0.0, (0..columns).map(|column| widest(column) + gap));
    let tops: Vec<f64> = running(0.0, (0..rows).map(|row| -(highest(row) + gap)));
    let centre = |(i, rect): (usize, &Rect)| {
        let (column, row) = (i % columns, i / columns);
        let (width, height) = (widest(column), highest(row));
        let left = lefts.get(column).copied().unwrap_or_default();
        let top = tops.get(row).copied().unwrap_or_default();
        let x = match align {
            Some(Align::Left) => left + rect.width() / 2.0,
            Some(Align::Right) => left + width - rect.width() / 2.0,
            _ => left + width / 2.0,
        };
        let y = match align {
            Some(Align::Top) => top - rect.height() / 2.0,
            Some(Align::Bottom) => top - height + rect.height() / 2.0,
            _ => top - height / 2.0,
        };
        Point::new(x, y)
    };
    Some(boxes.iter().enumerate().map(centre).collect())
}

fn running(start: f64, steps: impl Iterator<Item = f64>) -> Vec<f64> {
    steps.scan(start, |sum, step| Some(std::mem::replace(sum, *sum + step))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_keep_their_gaps() {
        let boxes = [Rect::new(0.0, 0.0, 2.0, 1.0), Rect::new(0.0, 0.0, 4.0, 3.0)];
        let row = arranged(Arrange::Row, &boxes, 0.5, None).unwrap();
        assert_eq!((row[1].x - 2.0) - (row[0].x + 1.0), 0.5);
        assert_eq!(row[0].y, row[1].y);
        let column = arranged(Arrange::Column, &boxes, 0.5, Some(Align::Left)).unwrap();
        assert_eq!((column[0].y - 0.5) - (column[1].y + 1.5), 0.5);
        assert_eq!(column[0].x - 1.0, column[1].x - 2.0);
    }
}
