//! Rows of a table as values of the user's types: each cell is read as what the
//! field wants.

use std::fmt::Display;

use serde::de::value::{Error, MapDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, EnumAccess, Error as _};
use serde::de::{IntoDeserializer, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;

/// One value of a row whose cells have these names.
pub fn record<T: DeserializeOwned>(names: &[String], cells: &[String]) -> Result<T, String> {
    let pairs = names
        .iter()
        .zip(cells)
        .map(|(name, cell)| (name.as_str(), Cell { name, text: cell }));
    T::deserialize(MapDeserializer::<_, Error>::new(pairs)).map_err(|error| error.to_string())
}

#[derive(Clone, Copy)]
struct Cell<'a> {
    name: &'a str,
    text: &'a str,
}

impl Cell<'_> {
    fn read<T: std::str::FromStr>(&self) -> Result<T, Error>
    where
        T::Err: Display,
    {
        self.text.trim().parse().map_err(|error| {
            Error::custom(format_args!(
                "\"{}\" in the column \"{}\": {error}",
                self.text, self.name
            ))
        })
    }
}

impl<'de, 'a> IntoDeserializer<'de, Error> for Cell<'a> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! read_numbers {
    ($($method:ident $visit:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.read()?)
        })*
    };
}

impl<'de, 'a> Deserializer<'de> for Cell<'a> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text)
    }

    read_numbers! {
        deserialize_bool visit_bool
        deserialize_i8 visit_i8
        deserialize_i16 visit_i16
        deserialize_i32 visit_i32
        deserialize_i64 visit_i64
        deserialize_i128 visit_i128
        deserialize_u8 visit_u8
        deserialize_u16 visit_u16
        deserialize_u32 visit_u32
        deserialize_u64 visit_u64
        deserialize_u128 visit_u128
        deserialize_f32 visit_f32
        deserialize_f64 visit_f64
    }

    /// An empty cell is none.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.text.is_empty() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl<'de, 'a> EnumAccess<'de> for Cell<'a> {
    type Error = Error;
    type Variant = Bare;

    fn variant_seed<S: de::DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Bare), Error> {
        Ok((seed.deserialize(self)?, Bare))
    }
}

/// A variant without anything in it.
struct Bare;

impl<'de> VariantAccess<'de> for Bare {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: de::DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, Error> {
        Err(Error::custom("a cell holds the name of a variant alone"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("a cell holds the name of a variant alone"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        Err(Error::custom("a cell holds the name of a variant alone"))
    }
}
