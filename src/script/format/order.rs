//! Where a map stands in a script -> the order of its keys, if that is nobody's choice.

use super::super::placement::PLACEMENT_KEYS;
use super::super::verbs::VerbRow;

/// Keys of a script.
const TOP: &[&str] = &[
    "title",
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
    "scenes",
];
/// Keys of a scene.
const SCENE: &[&str] = &["id", "title", "vars", "cast", "steps"];
/// Keys of time, which follow a verb and its options.
const TIME: &[&str] = &["at", "for", "until", "window", "ease", "stagger", "order", "delay", "arc", "as"];

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
    /// Values by name, such as sources: laid out like a table.
    Names,
    /// Actors by name: laid out like a table.
    Cast,
    /// An actor.
    Actor,
    /// A list of steps.
    Steps,
    /// A step.
    Step,
    /// Anything else: its order is meaning, or its writer's choice.
    Other,
}

impl Role {
    /// The role of a value in a map, by its key.
    pub fn of(self, key: &str) -> Self {
        match (self, key) {
            (Self::Top, "scenes") => Self::Scenes,
            (Self::Top, "define") => Self::Components,
            (Self::Top | Self::Scene, "sources" | "codes" | "data" | "functions" | "styles") => Self::Names,
            (Self::Top | Self::Scene | Self::Component, "cast") => Self::Cast,
            (Self::Top | Self::Scene | Self::Component, "steps") => Self::Steps,
            (Self::Components, _) => Self::Component,
            (Self::Cast, _) => Self::Actor,
            (Self::Step, "meanwhile") => Self::Step,
            (Self::Step, _) => Self::Steps,
            _ => Self::Other,
        }
    }

    /// The role of an item of a list.
    pub fn of_items(self) -> Self {
        match self {
            Self::Scenes => Self::Scene,
            // `meanwhile: [...]`
            Self::Steps | Self::Step => Self::Step,
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
            // What is no placement is the visual.
            Self::Actor => Some(keys.iter().map(|key| Some(place_of_actor(key))).collect()),
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

/// 0 for the visual, then by the order of placement keys.
pub(super) fn place_of_actor(key: &str) -> usize {
    PLACEMENT_KEYS.iter().position(|known| *known == key).map_or(0, |place| place + 1)
}

/// The one verb of a step. `stagger` is one only with a list.
fn verb(keys: &[&str], is_list: &dyn Fn(usize) -> bool) -> Option<usize> {
    let mut verbs: Vec<usize> =
        keys.iter().enumerate().filter(|(_, key)| VerbRow::named(key).is_some()).map(|(i, _)| i).collect();
    if verbs.len() > 1 {
        verbs.retain(|i| keys.get(*i) != Some(&"stagger") || is_list(*i));
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
        assert_eq!(sorted(Role::Step, "ease for to copy"), "copy to for ease");
        assert_eq!(sorted(Role::Step, "for stagger grow"), "grow for stagger");
        assert_eq!(sorted(Role::Step, "stagger delay lag"), "stagger lag delay");
        assert_eq!(sorted(Role::Step, "write for grow"), "write for grow"); // two verbs: not ours to settle
        assert_eq!(sorted(Role::Cast, "b at a"), "b at a");
        assert_eq!(sorted(Role::Names, "b a"), "b a");
    }
}
