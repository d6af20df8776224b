//! Undo and redo.

/// Earlier states of a value, and the states that were undone.
#[derive(Debug, Clone)]
pub struct History<T> {
    past: Vec<T>,
    future: Vec<T>,
    /// The kind of the last change; further changes of the same kind are one step, as when a word is typed.
    last: Option<String>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { past: Vec::new(), future: Vec::new(), last: None }
    }
}

impl<T> History<T> {
    /// Keeps `before`, the state that a change of this `kind` is about to replace; `depth` is the longest way back.
    pub fn record(&mut self, kind: &str, before: T, depth: usize) {
        self.future.clear();
        if self.last.as_deref() == Some(kind) {
            return;
        }
        self.last = Some(kind.to_owned());
        self.past.push(before);
        let excess = self.past.len().saturating_sub(depth);
        self.past.drain(..excess);
    }

    /// The state before the last change, in exchange for the present one.
    pub fn undo(&mut self, present: T) -> Result<T, T> {
        self.last = None;
        match self.past.pop() {
            Some(past) => {
                self.future.push(present);
                Ok(past)
            }
            None => Err(present),
        }
    }

    /// The state that was undone last, in exchange for the present one.
    pub fn redo(&mut self, present: T) -> Result<T, T> {
        self.last = None;
        match self.future.pop() {
            Some(future) => {
                self.past.push(present);
                Ok(future)
            }
            None => Err(present),
        }
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_and_redo_lead_through_the_same_states() {
        let mut history = History::default();
        history.record("a", 1, 100);
        history.record("b", 2, 100);
        assert_eq!(history.undo(3), Ok(2));
        assert_eq!(history.undo(2), Ok(1));
        assert_eq!(history.undo(1), Err(1));
        assert_eq!(history.redo(1), Ok(2));
        assert_eq!(history.redo(2), Ok(3));
        assert!(!history.can_redo());
    }

    #[test]
    fn typing_in_one_field_is_one_step() {
        let mut history = History::default();
        history.record("port", 1, 100);
        history.record("port", 2, 100);
        history.record("host", 3, 100);
        assert_eq!(history.undo(4), Ok(3));
        assert_eq!(history.undo(3), Ok(1));
    }

    #[test]
    fn a_change_after_undo_forgets_what_was_undone() {
        let mut history = History::default();
        history.record("a", 1, 100);
        assert_eq!(history.undo(2), Ok(1));
        history.record("a", 1, 100);
        assert!(!history.can_redo());
    }

    #[test]
    fn the_way_back_is_bounded() {
        let mut history = History::default();
        for n in 0..1000 {
            history.record(&n.to_string(), n, 100);
        }
        assert_eq!(history.past.len(), 100);
    }
}
