//! Where a map stands in a script -> the order of its keys, if that is nobody's choice.

use super::super::cast::GROUPS;
use super::super::placement::PLACEMENT_KEYS;
use super::super::verbs::VerbRow;

/// Keys of a script.
const TOP: &[&str] = &[
    "surprisal",
    "title",
    "description",
    "language",
    "thumbnail",
    "stage",
    "theme",
    "include",
    "sources",
    "codes",
    "data",
    "functions",
    "vars",
    "styles",
    "define",
    "figures",
    "scenes",
];
/// Keys that only a script has: a file of actors for a cast to include has none of them.
const ONLY_TOP: &[&str] =
    &["surprisal", "stage", "include", "sources", "codes", "functions", "vars", "styles", "define", "scenes"];
/// Keys of a scene.
const SCENE: &[&str] = &["id", "title", "chapter", "if", "transition", "functions", "vars", "sets", "cast", "steps"];
/// Keys of a definition.
const COMPONENT: &[&str] = &["summary", "params", "cast", "steps", "actions"];
/// Keys of time, which follow a verb and its options, and the condition.
const TIME: &[&str] = &["at", "for", "until", "window", "ease", "stagger", "order", "delay", "arc", "as", "if"];
/// Keys of a step that chooses.
const CHOICE: &[&str] = &["if", "then", "else"];

/// What a value is by its place in the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The whole script.
    Top,
    /// The list of scenes.
    Scenes,
    /// A scene.
    Scene,
    /// Components by name.
    Components,
    /// A component.
    Component,
    /// What a component can do, by name.
    Actions,
    /// Values by name, such as sources: laid out like a table.
    Names,
    /// Actors by name: laid out like a table.
    Cast,
    /// An actor.
    Actor,
    /// Actors that stand in a group without names.
    Members,
    /// A list of steps.
    Steps,
    /// A step.
    Step,
    /// Anything else: its order is meaning, or its writer's choice.
    Other,
}

impl Role {
    /// The role of a whole file with these keys.
    pub fn of_file(keys: &[&str]) -> Self {
        if keys.iter().any(|key| ONLY_TOP.contains(key)) { Self::Top } else { Self::Cast }
    }

    /// The role of a value in a map, by its key.
    pub fn of(self, key: &str) -> Self {
        match (self, key) {
            (Self::Top, "scenes") => Self::Scenes,
            (Self::Top, "define") => Self::Components,
            (Self::Top | Self::Scene, "sources" | "codes" | "data" | "functions" | "styles") => Self::Names,
            (Self::Top | Self::Scene | Self::Component, "cast") => Self::Cast,
            (Self::Top | Self::Scene | Self::Component, "steps") => Self::Steps,
            (Self::Component, "params") => Self::Names,
            (Self::Component, "actions") => Self::Actions,
            (Self::Components | Self::Actions, _) => Self::Component,
            (Self::Cast, "include") => Self::Other,
            (Self::Cast, _) | (Self::Members, "each") => Self::Actor,
            (Self::Actor, group) if GROUPS.contains(&group) => Self::Members,
            (Self::Members, "members") => Self::Members,
            (Self::Step, "meanwhile") => Self::Step,
            (Self::Step, _) => Self::Steps,
            _ => Self::Other,
        }
    }

    /// The role of an item of a list.
    pub fn of_items(self) -> Self {
        match self {
            Self::Scenes => Self::Scene,
            Self::Members => Self::Actor,
            // An action is a list of steps, or a map that holds one; `meanwhile` is a step, or a list of them.
            Self::Steps | Self::Step | Self::Component => Self::Step,
            _ => Self::Other,
        }
    }

    /// Are entries laid out like a table?
    pub fn is_table(self) -> bool {
        matches!(self, Self::Cast | Self::Names)
    }

    /// The order in which the entries with these keys are written. `is_list` tells whether the value of one is a list.
    pub fn order(self, keys: &[&str], is_list: &dyn Fn(usize) -> bool) -> Vec<usize> {
        let place = |known: &[&str], key: &str| known.iter().position(|k| *k == key);
        let ranks: Option<Vec<Option<usize>>> = match self {
            Self::Top => Some(keys.iter().map(|key| place(TOP, key)).collect()),
            Self::Scene => Some(keys.iter().map(|key| place(SCENE, key)).collect()),
            Self::Component => Some(keys.iter().map(|key| place(COMPONENT, key)).collect()),
            Self::Actor => Some(keys.iter().map(|key| Some(place_of_actor(key))).collect()),
            Self::Step if keys.contains(&"then") => Some(keys.iter().map(|key| place(CHOICE, key)).collect()),
            Self::Step => verb(keys, is_list).map(|verb| {
                let rank = |(i, key): (usize, &&str)| if i == verb { 0 } else { place(TIME, key).map_or(1, |p| p + 2) };
                keys.iter().enumerate().map(|at| Some(rank(at))).collect()
            }),
            _ => None,
        };
        let mut order: Vec<usize> = (0..keys.len()).collect();
        if let Some(ranks) = ranks {
            // An unknown key goes with the one before it.
            let mut last = 0;
            let ranks: Vec<usize> = ranks
                .into_iter()
                .map(|rank| {
                    last = rank.unwrap_or(last);
                    last
                })
                .collect();
            order.sort_by_key(|i| ranks.get(*i).copied().unwrap_or_default());
        }
        order
    }
}

/// Of the keys of an actor, the loop comes first, then the visual (what is nothing else), its style, where it is.
fn place_of_actor(key: &str) -> usize {
    match key {
        "for_each" => 0,
        "style" => 2,
        "if" | "allow" => usize::MAX,
        _ => PLACEMENT_KEYS.iter().position(|known| *known == key).map_or(1, |place| place + 3),
    }
}

/// Does this key of an actor say where it is?
pub(super) fn is_place(key: &str) -> bool {
    place_of_actor(key) > 2
}

/// The one verb of a step. `stagger` is one only with a list; what is no key of time may be an own verb.
fn verb(keys: &[&str], is_list: &dyn Fn(usize) -> bool) -> Option<usize> {
    let those = |which: &dyn Fn(&str) -> bool| -> Vec<usize> {
        keys.iter().enumerate().filter(|(_, key)| which(key)).map(|(i, _)| i).collect()
    };
    let mut verbs = those(&|key| VerbRow::named(key).is_some());
    if verbs.len() > 1 {
        verbs.retain(|i| keys.get(*i) != Some(&"stagger") || is_list(*i));
    } else if verbs.is_empty() || !verbs.iter().any(|i| keys.get(*i) != Some(&"stagger") || is_list(*i)) {
        verbs = those(&|key| !TIME.contains(&key));
    }
    match verbs.as_slice() {
        [verb] => Some(*verb),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(role: Role, keys: &str) -> String {
        let keys: Vec<&str> = keys.split(' ').collect();
        let order = role.order(&keys, &|i| keys[i] == "stagger" && i == 0);
        order.into_iter().map(|i| keys[i]).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn known_keys_have_an_order_and_others_keep_theirs() {
        assert_eq!(sorted(Role::Top, "scenes audio vars title"), "title vars scenes audio");
        assert_eq!(sorted(Role::Actor, "gap at text"), "text at gap");
        assert_eq!(sorted(Role::Actor, "if at style text for_each"), "for_each text style at if");
        assert_eq!(sorted(Role::Step, "delay spotlight"), "spotlight delay");
        assert_eq!(sorted(Role::Step, "if grow"), "grow if");
        assert_eq!(sorted(Role::Step, "else then if"), "if then else");
        assert_eq!(sorted(Role::Step, "delay a b"), "delay a b");
        assert_eq!(Role::of_file(&["title", "data"]), Role::Cast);
        assert_eq!(Role::of_file(&["title", "scenes"]), Role::Top);
        assert_eq!(sorted(Role::Step, "ease for to copy"), "copy to for ease");
        assert_eq!(sorted(Role::Step, "for stagger grow"), "grow for stagger");
        assert_eq!(sorted(Role::Step, "stagger delay lag"), "stagger lag delay");
        assert_eq!(sorted(Role::Step, "write for grow"), "write for grow"); // two verbs: not ours to settle
        assert_eq!(sorted(Role::Cast, "b at a"), "b at a");
        assert_eq!(sorted(Role::Names, "b a"), "b a");
    }
}
