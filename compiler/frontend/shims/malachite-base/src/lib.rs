//! Stand-in for the part of the LGPL crate of this name that `rustpython-common` uses: one float
//! predicate, and the trait by which a rational is rounded.

#![no_std]

/// Numeric traits, under the paths their users import them by.
pub mod num {
    /// Basic number types.
    pub mod basic {
        /// Floats.
        pub mod floats {
            /// What a primitive float can be asked.
            pub trait PrimitiveFloat: Copy {
                /// Whether this is `-0.0`.
                fn is_negative_zero(self) -> bool;
            }

            impl PrimitiveFloat for f64 {
                fn is_negative_zero(self) -> bool {
                    self == 0.0 && self.is_sign_negative()
                }
            }
        }
    }

    /// Conversions between number types.
    pub mod conversion {
        /// The conversion traits.
        pub mod traits {
            use crate::rounding_modes::RoundingMode;
            use core::cmp::Ordering;

            /// Conversion that may have to round.
            pub trait RoundingInto<T> {
                /// The rounded value, and how it compares with the exact one.
                fn rounding_into(self, mode: RoundingMode) -> (T, Ordering);
            }
        }
    }
}

/// How to round.
pub mod rounding_modes {
    /// The one mode in use.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RoundingMode {
        /// To the nearest value, ties to even.
        Nearest,
    }
}
