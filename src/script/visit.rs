//! Everything in a scene that refers to something: selectors, and expressions outside the visuals' own fields.

use super::{
    ActorKind, Amount, Beside, Camera, Motion, Num, Piece, Place, Placement, Property, Room, SceneDef, Selector, Slot,
    Step, Target, Template, Verb,
};

/// Calls `see` with every selector of a scene's placements and steps.
pub fn visit_selectors(scene: &SceneDef, see: &mut dyn FnMut(&Selector)) {
    let mut with_exceptions = |selector: &Selector| {
        see(selector);
        selector.except.iter().for_each(&mut *see);
    };
    visit(scene, &mut Visitor { selector: &mut with_exceptions, slot: &mut |_| {} });
}

/// Calls `see` with every expression of a scene's variables, placements and steps; not with those in the fields of visuals.
pub fn visit_slots(scene: &SceneDef, see: &mut dyn FnMut(Slot)) {
    visit(scene, &mut Visitor { selector: &mut |_| {}, slot: see });
}

struct Visitor<'a> {
    selector: &'a mut dyn FnMut(&Selector),
    slot: &'a mut dyn FnMut(Slot),
}

fn visit(scene: &SceneDef, visitor: &mut Visitor<'_>) {
    for var in &scene.vars {
        visitor.num(&var.value);
    }
    for actor in &scene.cast {
        visitor.placement(&actor.placement);
        match &actor.kind {
            ActorKind::Group { gap, spread, .. } => visitor.nums(gap.iter().chain(spread)),
            ActorKind::Set { of } => of.iter().for_each(|selector| (visitor.selector)(selector)),
            ActorKind::Visual { .. } => {}
        }
    }
    visitor.steps(&scene.steps);
}

impl Visitor<'_> {
    fn num(&mut self, num: &Num) {
        if let Num::Live(slot) = num {
            (self.slot)(*slot);
        }
    }

    fn template(&mut self, template: &Template) {
        for piece in &template.pieces {
            if let Piece::Live { slot, .. } = piece {
                (self.slot)(*slot);
            }
        }
    }

    fn nums<'n>(&mut self, nums: impl IntoIterator<Item = &'n Num>) {
        nums.into_iter().for_each(|num| self.num(num));
    }

    fn target(&mut self, target: &Target) {
        target.selectors.iter().for_each(|selector| (self.selector)(selector));
    }

    fn place(&mut self, place: &Place) {
        match place {
            Place::Point(point) => self.nums(point),
            Place::In(selector, point) => {
                (self.selector)(selector);
                self.nums(point);
            }
            Place::Part(selector) | Place::Corner(selector, _) => (self.selector)(selector),
            Place::Along(selector, share) => {
                (self.selector)(selector);
                self.num(share);
            }
        }
    }

    fn beside(&mut self, beside: &Beside) {
        (self.selector)(&beside.of);
        self.nums(&beside.gap);
    }

    fn placement(&mut self, placement: &Placement) {
        placement.at.iter().for_each(|place| self.place(place));
        placement.beside.iter().for_each(|beside| self.beside(beside));
        placement.inside.iter().for_each(|selector| (self.selector)(selector));
        self.nums(placement.edge.iter().filter_map(|(_, margin)| margin.as_ref()));
        self.nums(placement.fit.iter().filter_map(|(_, margin)| margin.as_ref()));
        if let Some((Room::Of(selector), _)) = &placement.fit {
            (self.selector)(selector);
        }
        let sizes = [&placement.match_width, &placement.match_height];
        sizes.into_iter().flatten().for_each(|selector| (self.selector)(selector));
        self.nums(placement.shift.iter().flatten());
        let looks = [&placement.scale, &placement.width, &placement.height, &placement.rotate, &placement.opacity];
        self.nums(looks.into_iter().flatten());
    }

    fn motion(&mut self, motion: &Motion) {
        match motion {
            Motion::To(place) => self.place(place),
            Motion::By(vector) => self.nums(vector),
            Motion::Beside(beside) => self.beside(beside),
            Motion::Axes(axes) => self.nums(axes.iter().flatten()),
            Motion::With(leader, _) => (self.selector)(leader),
        }
    }

    fn property(&mut self, property: &Property) {
        match property {
            Property::Place(motion) => self.motion(motion),
            Property::Scale(num) | Property::Rotate(num) | Property::Opacity(num) | Property::Color(_, num) => {
                self.num(num);
            }
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            step.time.near.iter().for_each(|near| self.place(&near.place));
            self.verb(&step.verb);
        }
    }

    fn verb(&mut self, verb: &Verb) {
        match verb {
            Verb::Pause(_)
            | Verb::Mark(_)
            | Verb::Sound(_)
            | Verb::Hush(..)
            | Verb::Figure(_)
            | Verb::Unhighlight(None)
            | Verb::Await(_) => {}
            Verb::Say(say) => self.template(&say.words),
            Verb::Show(target)
            | Verb::Hide(target)
            | Verb::Write(target, _)
            | Verb::Unwrite(target, _)
            | Verb::Draw(target)
            | Verb::Grow(target)
            | Verb::Shrink(target)
            | Verb::FadeIn(target, _)
            | Verb::FadeOut(target, _)
            | Verb::Dim(target, _)
            | Verb::Undim(target)
            | Verb::Focus(target, _)
            | Verb::Unhighlight(Some(target))
            | Verb::Indicate(target, _) => self.target(target),
            Verb::Fade(target, num) => {
                self.target(target);
                self.num(num);
            }
            Verb::Move(target, motion) => {
                self.target(target);
                self.motion(motion);
            }
            Verb::Bind(target, bound) => {
                self.target(target);
                bound.iter().for_each(|property| self.property(property));
            }
            Verb::Unbind(target, _) | Verb::Untrace(target) => self.target(target),
            Verb::Face { target, toward, .. } => {
                self.target(target);
                self.place(toward);
            }
            Verb::Arrange(plan) => {
                plan.members.iter().for_each(|member| (self.selector)(member));
                self.nums(&plan.gap);
                plan.to.iter().for_each(|place| self.place(place));
            }
            Verb::Save(_) | Verb::Restore(_, None) => {}
            Verb::Restore(_, Some(target)) => self.target(target),
            Verb::Trace { target, of, .. } => {
                self.target(target);
                (self.selector)(of);
            }
            Verb::Scale(target, amount) | Verb::Rotate(target, amount) => {
                self.target(target);
                let (Amount::To(num) | Amount::By(num)) = amount;
                self.num(num);
            }
            Verb::Style(target, _, opacity) => {
                self.target(target);
                self.nums(opacity);
            }
            Verb::Highlight { target, margin, .. } | Verb::Camera(Camera::Fit { target, margin }) => {
                self.target(target);
                self.nums(margin);
            }
            Verb::Copy(from, to) | Verb::Morph(from, to) => {
                self.target(from);
                self.target(to);
            }
            Verb::Camera(Camera::At { at, by, height, zoom }) => {
                self.nums(at.iter().chain(by).flatten());
                self.nums([height, zoom].into_iter().flatten());
            }
            Verb::Camera(Camera::Follow { target, height, .. }) => {
                self.target(target);
                self.nums(height);
            }
            Verb::Camera(Camera::Reset) => {}
            Verb::Set(goals) => self.nums(goals.iter().map(|(_, _, num)| num)),
            Verb::Do(actions) => actions.iter().for_each(|action| (self.selector)(&action.actor)),
            Verb::Together(steps)
            | Verb::Sequence(steps)
            | Verb::Stagger(_, steps)
            | Verb::Repeat(_, steps)
            | Verb::Meanwhile(steps) => self.steps(steps),
        }
    }
}
