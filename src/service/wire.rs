//! Values as bytes, for the way between page and engine.
//!
//! Reading cannot fail halfway: bytes that end too early or mean nothing leave the reader broken, which gives empty
//! values from then on, and the whole is refused at the end. So a type's reader is a handful of calls, where readers
//! that may fail at each field weigh four times as much, and the page's first load holds all of them.

use std::collections::BTreeMap;

/// A value that can go as bytes. Numbers are written with their lowest byte first, lists and texts after their length.
pub trait Wire: Sized {
    /// Writes the value behind what is written already.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads a value as [`write`](Self::write) wrote it; of a broken reader an empty one.
    fn read(from: &mut Reader<'_>) -> Self;

    /// The value as bytes.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// The value of these bytes; `None`: they are not all and only what [`to_bytes`](Self::to_bytes) writes.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader { rest: bytes, broken: false };
        let value = Self::read(&mut from);
        (!from.broken && from.rest.is_empty()).then_some(value)
    }
}

/// Bytes that are being read.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    /// The bytes ended too early, or meant nothing.
    broken: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        match self.rest.split_at_checked(length).filter(|_| !self.broken) {
            Some((taken, rest)) => {
                self.rest = rest;
                taken
            }
            None => {
                self.broken = true;
                &[]
            }
        }
    }

    /// Which of so many variants comes; of a broken reader the first.
    pub(super) fn variant(&mut self, count: usize) -> usize {
        let variant = usize::from(u8::read(self));
        if variant >= count {
            self.broken = true;
            return 0;
        }
        variant
    }
}

impl Wire for u8 {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        from.take(1).first().copied().unwrap_or_default()
    }
}

impl Wire for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Self {
        u8::read(from) != 0
    }
}

impl Wire for u32 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Self {
        from.take(4).iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
    }
}

impl Wire for u16 {
    fn write(&self, out: &mut Vec<u8>) {
        u32::from(*self).write(out);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        u32::read(from) as u16
    }
}

/// Lengths and line numbers: both ends' memory is the browser's, which counts in 32 bits.
impl Wire for usize {
    fn write(&self, out: &mut Vec<u8>) {
        (*self as u32).write(out);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        u32::read(from) as usize
    }
}

impl Wire for String {
    fn write(&self, out: &mut Vec<u8>) {
        self.len().write(out);
        out.extend_from_slice(self.as_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let length = usize::read(from);
        match std::str::from_utf8(from.take(length)) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                from.broken = true;
                String::new()
            }
        }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.len().write(out);
        self.iter().for_each(|item| item.write(out));
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let mut items = Vec::new();
        for _ in 0..usize::read(from) {
            if from.broken {
                break;
            }
            items.push(T::read(from));
        }
        items
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(from: &mut Reader<'_>) -> Self {
        bool::read(from).then(|| T::read(from))
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        (A::read(from), B::read(from))
    }
}

impl<A: Wire, B: Wire, C: Wire> Wire for (A, B, C) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
        self.2.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        (A::read(from), B::read(from), C::read(from))
    }
}

impl Wire for BTreeMap<String, String> {
    fn write(&self, out: &mut Vec<u8>) {
        self.len().write(out);
        for (key, value) in self {
            key.write(out);
            value.write(out);
        }
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let mut map = BTreeMap::new();
        // One by one: `collect` sorts first, and a sort weighs kilobytes in Wasm.
        for (key, value) in Vec::<(String, String)>::read(from) {
            map.insert(key, value);
        }
        map
    }
}

/// Implements [`Wire`] for a struct, field by field, or for an enum, by the number of the variant and its fields. The
/// compiler sees to it that none is left out.
macro_rules! wire {
    (struct $name:path { $($field:ident),* $(,)? }) => {
        impl $crate::service::Wire for $name {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::service::Wire::write($field, out);)*
            }

            fn read(from: &mut $crate::service::wire::Reader<'_>) -> Self {
                $(let $field = $crate::service::Wire::read(from);)*
                Self { $($field),* }
            }
        }
    };
    (enum $name:path {
        $first:ident $(($($first_item:ident),*))? $({ $($first_field:ident),* })?
        $(, $variant:ident $(($($item:ident),*))? $({ $($field:ident),* })?)* $(,)?
    }) => {
        impl $crate::service::Wire for $name {
            fn write(&self, out: &mut Vec<u8>) {
                enum Number { $first, $($variant),* }
                match self {
                    Self::$first $(($($first_item),*))? $({ $($first_field),* })? => {
                        out.push(Number::$first as u8);
                        $($($crate::service::Wire::write($first_item, out);)*)?
                        $($($crate::service::Wire::write($first_field, out);)*)?
                    }
                    $(Self::$variant $(($($item),*))? $({ $($field),* })? => {
                        out.push(Number::$variant as u8);
                        $($($crate::service::Wire::write($item, out);)*)?
                        $($($crate::service::Wire::write($field, out);)*)?
                    })*
                }
            }

            fn read(from: &mut $crate::service::wire::Reader<'_>) -> Self {
                enum Number { $first, $($variant),* }
                let variants = [Number::$first as usize, $(Number::$variant as usize),*];
                let variant = from.variant(variants.len());
                $(if variant == Number::$variant as usize {
                    $($(let $item = $crate::service::Wire::read(from);)*)?
                    $($(let $field = $crate::service::Wire::read(from);)*)?
                    return Self::$variant $(($($item),*))? $({ $($field),* })?;
                })*
                $($(let $first_item = $crate::service::Wire::read(from);)*)?
                $($(let $first_field = $crate::service::Wire::read(from);)*)?
                Self::$first $(($($first_item),*))? $({ $($first_field),* })?
            }
        }
    };
}
pub(super) use wire;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Shape {
        Dot,
        Line { from: u32, to: u32 },
        Named(String, Vec<Option<bool>>),
    }
    wire!(enum Shape { Dot, Line { from, to }, Named(name, flags) });

    #[test]
    fn what_is_written_is_read() {
        let shapes = vec![
            Shape::Dot,
            Shape::Line { from: 1, to: u32::MAX },
            Shape::Named("ä\u{0}😀".into(), vec![None, Some(true), Some(false)]),
        ];
        let value = (shapes, BTreeMap::from([("b".to_owned(), "2".to_owned()), ("a".to_owned(), String::new())]));
        let bytes = value.to_bytes();
        assert_eq!(Wire::from_bytes(&bytes), Some(value));
        assert_eq!(bytes[..9], [3, 0, 0, 0, 0, 1, 1, 0, 0]);
    }

    #[test]
    fn bytes_that_are_nothing_are_refused() {
        let bytes = Shape::Named("ab".into(), vec![Some(true)]).to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Shape::from_bytes(&bytes[..end]), None, "{end}");
        }
        assert_eq!(Shape::from_bytes(&[&bytes[..], &[0]].concat()), None, "too many");
        assert_eq!(Shape::from_bytes(&[3]), None, "no such variant");
        assert_eq!(String::from_bytes(&[1, 0, 0, 0, 0xff]), None, "not UTF-8");
        assert_eq!(Vec::<u32>::from_bytes(&[0xff; 8]), None, "longer than there are bytes");
    }
}
