//! Which choice of the request made a line.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::request::Field;

/// A field of the form: of one machine, or of the fleet (`machine` is `None`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Mark {
    /// The name in `nixosConfigurations`.
    pub machine: Option<String>,
    /// [`MarkField::Machine`] or [`MarkField::Whole`] with a machine, one of the others without.
    pub field: MarkField,
}

/// What a line of the result comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum MarkField {
    /// A field of the machine.
    Machine(Field),
    /// The machine as a whole.
    Whole,
    /// The llama.cpp input.
    Input,
    /// [`Options::binary_caches`](crate::request::Options::binary_caches): "Binary caches" in the form.
    Caches,
    /// [`Options::alias`](crate::request::Options::alias): "Names" in the form.
    Alias,
}

impl Mark {
    /// The mark of a machine's field.
    pub fn machine(name: &str, field: Field) -> Self {
        Self { machine: Some(name.to_owned()), field: MarkField::Machine(field) }
    }

    /// The mark of a field that all machines share.
    pub fn fleet(field: MarkField) -> Self {
        Self { machine: None, field }
    }

    /// Whether a line that `other` produced is to be marked when this field is pointed at.
    pub fn covers(&self, other: &Mark) -> bool {
        self == other || (self.field == MarkField::Whole && self.machine == other.machine)
    }
}

/// Lines of a hunk, and the choice that made them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The first of them, counted from 0 within the inserted text.
    pub first: usize,
    /// The last of them.
    pub last: usize,
    /// What asked for them.
    pub mark: Mark,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointing_at_a_machine_covers_all_its_fields() {
        let whole = Mark { machine: Some("a".into()), field: MarkField::Whole };
        assert!(whole.covers(&Mark::machine("a", Field::Cpu)));
        assert!(!whole.covers(&Mark::machine("b", Field::Cpu)));
        assert!(!Mark::machine("a", Field::Cpu).covers(&whole));
    }
}
