//! What the page has to show beside the files.

/// How far the way from the files to a result has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// No file was given.
    Empty,
    /// The engine is being fetched, or reads or plans.
    Working,
    /// The files do not parse, and never did: the problems say where.
    Broken,
    /// The files parse, and no machine is to be seen in them.
    NoMachines,
    /// There are machines, and none of them is chosen.
    NoneChosen,
    /// There is a result.
    Planned,
    /// The engine stopped over the files or the plan.
    Failed,
}

impl Stage {
    /// `machines`: how many there are, and how many of them are chosen.
    pub fn of(
        no_text: bool,
        is_planned: bool,
        is_trouble: bool,
        is_working: bool,
        machines: (usize, usize),
        is_broken: bool,
    ) -> Self {
        match machines {
            _ if no_text => Stage::Empty,
            _ if is_planned => Stage::Planned,
            _ if is_trouble => Stage::Failed,
            _ if is_working => Stage::Working,
            (0, _) if is_broken => Stage::Broken,
            (0, _) => Stage::NoMachines,
            (_, 0) => Stage::NoneChosen,
            _ => Stage::Working,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_says_what_is_missing() {
        let stage = |machines, is_broken| Stage::of(false, false, false, false, machines, is_broken);
        assert_eq!(Stage::of(true, false, false, false, (0, 0), false), Stage::Empty);
        assert_eq!(stage((0, 0), true), Stage::Broken);
        assert_eq!(stage((0, 0), false), Stage::NoMachines);
        assert_eq!(stage((3, 0), false), Stage::NoneChosen);
        assert_eq!(stage((3, 1), false), Stage::Working, "its plan is on the way");
        assert_eq!(Stage::of(false, false, true, false, (0, 0), false), Stage::Failed);
        assert_eq!(Stage::of(false, true, false, true, (3, 1), false), Stage::Planned, "while the next one is made");
    }
}
