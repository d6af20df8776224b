//! What the page remembers, in cells of Leptos' reactive graph. Leptos' own signals and memos are compiled once for
//! each type that they hold, which was a tenth of the page's weight; here the graph's nodes are of one type, and the
//! values lie beside them.

use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::reactive::signal::Trigger;

/// Where the values lie; they go with the part of the page that they were made in.
type Place = StoredValue<Rc<dyn Any>, LocalStorage>;

/// A value that nobody follows. A handle: copies mean the same value.
///
/// The methods panic where the part of the page that it was made in is gone; those with `try` do not.
pub struct Plain<T> {
    place: Place,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Plain<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Plain<T> {}

impl<T: Default + 'static> Default for Plain<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: 'static> Plain<T> {
    pub fn new(value: T) -> Self {
        Self { place: place_of(Rc::new(RefCell::new(value))), of: PhantomData }
    }

    fn cell<R>(self, act: impl FnOnce(&RefCell<T>) -> R) -> Option<R> {
        look(self.place)?.downcast_ref().map(act)
    }

    pub fn try_with<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.cell(|cell| read(&cell.borrow()))
    }

    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.try_with(read).unwrap_or_else(|| gone())
    }

    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    pub fn try_get(self) -> Option<T>
    where
        T: Clone,
    {
        self.try_with(T::clone)
    }

    /// Changes the value, where it is still there.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.cell(|cell| change(&mut cell.borrow_mut()));
    }

    /// Replaces the value, where it is still there.
    pub fn set(self, value: T) {
        // The old value goes when the cell is free again: it may hold what looks at the cell.
        drop(self.cell(|cell| cell.replace(value)));
    }
}

// Apart from the generic methods, so that they are there only once.
fn place_of(value: Rc<dyn Any>) -> Place {
    StoredValue::new_local(value)
}

fn look(place: Place) -> Option<Rc<dyn Any>> {
    place.try_get_value()
}

#[cold]
fn gone() -> ! {
    panic!("a part of the page was used after it was taken away")
}

/// A value that is followed: what reads it inside an effect, a [`Derived`] or a live part of a view is run again when it
/// changes. A handle: copies mean the same value.
pub struct State<T> {
    value: Plain<T>,
    changed: Trigger,
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for State<T> {}

impl<T: Default + 'static> Default for State<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: 'static> State<T> {
    pub fn new(value: T) -> Self {
        Self { value: Plain::new(value), changed: Trigger::new() }
    }

    /// Reads the value, and follows it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.track();
        self.value.with(read)
    }

    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.value.with(read)
    }

    /// A copy of the value, which is followed.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.track();
        self.value.get()
    }

    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.value.get()
    }

    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        self.value.try_get()
    }

    /// Follows the value without reading it.
    pub fn track(self) {
        self.changed.track();
    }

    /// Changes the value, where it is still there, and tells those who follow it.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.value.update(change);
        self.changed.notify();
    }

    /// Replaces the value, where it is still there, and tells those who follow it.
    pub fn set(self, value: T) {
        self.value.set(value);
        self.changed.notify();
    }
}

/// A value that follows from others: computed when it is read after one of them has changed. Those who follow it are
/// told only of a value that differs. A handle: copies mean the same value.
pub struct Derived<T> {
    value: Plain<Option<T>>,
    /// How often the value has become another.
    version: Memo<u32>,
}

impl<T> Clone for Derived<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Derived<T> {}

impl<T: PartialEq + 'static> Derived<T> {
    pub fn new(compute: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::boxed(Box::new(compute))
    }

    fn boxed(compute: Box<dyn Fn() -> T + Send + Sync>) -> Self {
        let value = Plain::new(None);
        let differs = move || {
            let new = Some(compute());
            let differs = value.try_with(|old| *old != new) == Some(true);
            if differs {
                value.set(new);
            }
            differs
        };
        Self { value, version: version(Box::new(differs)) }
    }
}

fn version(differs: Box<dyn Fn() -> bool + Send + Sync>) -> Memo<u32> {
    Memo::new(move |version: Option<&u32>| version.copied().unwrap_or_default() + u32::from(differs()))
}

impl<T: 'static> Derived<T> {
    fn read<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.value.try_with(|value| value.as_ref().map(read)).flatten()
    }

    /// Reads the value, and follows it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.version.get();
        self.read(read).unwrap_or_else(|| gone())
    }

    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.version.get_untracked();
        self.read(read).unwrap_or_else(|| gone())
    }

    pub fn try_with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.version.try_get_untracked()?;
        self.read(read)
    }

    /// A copy of the value, which is followed.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        self.try_with_untracked(T::clone)
    }

    /// Follows the value without reading it.
    pub fn track(self) {
        self.version.get();
    }
}
