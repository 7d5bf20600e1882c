//! The words of VEX, which the working group fixed: nobody may add one.

use crate::error::Result;
use crate::statement::fields::Part;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$meaning:meta])* $word:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$meaning])* $word,)* }

        impl $name {
            pub(crate) const ALL: [$name; [$($text),*].len()] = [$($name::$word),*];

            pub(crate) const fn word(self) -> &'static str {
                match self { $($name::$word => $text,)* }
            }

            /// The word in a member, if there is one.
            pub(super) fn read(part: &Part<'_, '_>, member: &str) -> Result<Option<Self>> {
                let Some(text) = part.text(member)? else { return Ok(None) };
                let known = Self::ALL.into_iter().find(|one| one.word() == text);
                known.map(Some).ok_or_else(|| {
                    let words: Vec<&str> = Self::ALL.into_iter().map(Self::word).collect();
                    part.invalid(member, &words.join(", ")).found(format!("{text:?}"))
                })
            }
        }
    };
}

words! {
    /// What a vulnerability means for a product.
    Status {
        NotAffected "not_affected",
        Affected "affected",
        Fixed "fixed",
        UnderInvestigation "under_investigation",
    }
}

words! {
    /// Why a product is not affected.
    Justification {
        ComponentNotPresent "component_not_present",
        VulnerableCodeNotPresent "vulnerable_code_not_present",
        NotInExecutePath "vulnerable_code_not_in_execute_path",
        NotControllable "vulnerable_code_cannot_be_controlled_by_adversary",
        InlineMitigations "inline_mitigations_already_exist",
    }
}
