//! The one pattern dialect: always the whole string, never a part of it.

use crate::code::Code;
use crate::error::{Error, Result};

/// What a pattern is about; it decides where wildcards stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// Identities and builders: no wildcard crosses `@`.
    Identity,
    /// Repositories and references.
    Name,
    /// Paths in an image: a leading `**/` also matches nothing.
    Path,
}

/// A whole-string pattern: `*` stays inside a segment, `**` crosses `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    text: String,
    flavor: Flavor,
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Literal(char),
    /// Any run inside a segment.
    Star,
    /// Any run.
    DoubleStar,
}

impl Pattern {
    pub(crate) fn new(text: &str, flavor: Flavor) -> Result<Self> {
        let invalid = |found: &str| {
            Err(Error::new(Code::PolicyInvalid, format!("pattern {text:?}"))
                .expected("text in which * stands for a part of a segment and ** for any path")
                .found(found))
        };
        if text.is_empty() {
            return invalid("nothing, which would match nothing or everything");
        }
        // Paths have neither, so such a pattern would seem to say something and never match.
        if flavor == Flavor::Path && (text.starts_with('/') || text.starts_with("./") || text.ends_with('/'))
        {
            return invalid(
                "a slash or ./ at its start, or a slash at its end, which no path in an image has",
            );
        }
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let stars = rest.len() - rest.trim_start_matches('*').len();
            let (token, length) = match stars {
                0 => (Token::Literal(first), first.len_utf8()),
                1 => (Token::Star, 1),
                2 => (Token::DoubleStar, 2),
                _ => return invalid("three * in a row"),
            };
            tokens.push(token);
            rest = rest.get(length..).unwrap_or_default();
        }
        Ok(Pattern { text: text.to_owned(), flavor, tokens })
    }

    /// A pattern that matches this text alone, stars included.
    pub(crate) fn exact(text: &str, flavor: Flavor) -> Self {
        Pattern { text: text.to_owned(), flavor, tokens: text.chars().map(Token::Literal).collect() }
    }

    /// Whether the whole of `text` matches. Takes time in proportion to both lengths, whatever they hold.
    pub(crate) fn matches(&self, text: &str) -> bool {
        if matches!(self.flavor, Flavor::Path) && self.matches_from(3, text) {
            return true;
        }
        self.matches_from(0, text)
    }

    /// Matches after `skip` tokens, which must be a leading `**/` if there are any.
    fn matches_from(&self, skip: usize, text: &str) -> bool {
        let tokens = match skip {
            0 => self.tokens.as_slice(),
            _ => match self.tokens.as_slice() {
                [Token::DoubleStar, Token::Literal('/'), rest @ ..] => rest,
                _ => return false,
            },
        };
        // What stands before the first and after the last wildcard needs no table; most texts fail there.
        let (mut tokens, mut letters) = (tokens, text.chars());
        while let [Token::Literal(expected), rest @ ..] = tokens {
            if letters.next() != Some(*expected) {
                return false;
            }
            tokens = rest;
        }
        while let [rest @ .., Token::Literal(expected)] = tokens {
            if letters.next_back() != Some(*expected) {
                return false;
            }
            tokens = rest;
        }
        // reachable[i]: the first i tokens match what was read so far.
        let mut reachable = vec![false; tokens.len() + 1];
        let mut next = reachable.clone();
        if let Some(start) = reachable.first_mut() {
            *start = true;
        }
        pass_wildcards(tokens, &mut reachable);
        for letter in letters {
            next.fill(false);
            for (at, token) in tokens.iter().enumerate() {
                if !reachable.get(at).copied().unwrap_or_default() {
                    continue;
                }
                let (stay, step) = match token {
                    Token::Literal(expected) => (false, *expected == letter),
                    Token::Star => (letter != '/' && !self.stops_at(letter), false),
                    Token::DoubleStar => (!self.stops_at(letter), false),
                };
                for (target, hit) in [(at, stay), (at + 1, step)] {
                    if let Some(slot) = next.get_mut(target) {
                        *slot = *slot || hit;
                    }
                }
            }
            pass_wildcards(tokens, &mut next);
            std::mem::swap(&mut reachable, &mut next);
        }
        reachable.last().copied().unwrap_or_default()
    }

    fn stops_at(&self, letter: char) -> bool {
        letter == '@' && matches!(self.flavor, Flavor::Identity)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// A wildcard also matches nothing.
fn pass_wildcards(tokens: &[Token], reachable: &mut [bool]) {
    for (at, token) in tokens.iter().enumerate() {
        let here = reachable.get(at).copied().unwrap_or_default();
        if here
            && !matches!(token, Token::Literal(_))
            && let Some(next) = reachable.get_mut(at + 1)
        {
            *next = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(flavor: Flavor, pattern: &str, text: &str) -> bool {
        Pattern::new(pattern, flavor).unwrap().matches(text)
    }

    #[test]
    fn a_star_stays_inside_a_segment() {
        assert!(hit(Flavor::Name, "dhi/*", "dhi/python"));
        assert!(!hit(Flavor::Name, "dhi/*", "dhi/python/x"));
        assert!(!hit(Flavor::Name, "dhi/*", "xdhi/python"));
        assert!(hit(Flavor::Name, "registry.example.com/orders/**", "registry.example.com/orders/a/b"));
        assert!(!hit(Flavor::Name, "registry.example.com/orders/**", "registry.example.com/orders2/a"));
    }

    #[test]
    fn no_wildcard_crosses_an_at_sign_in_an_identity() {
        let pattern = "https://github.com/myorg/**@refs/tags/*";
        assert!(hit(Flavor::Identity, pattern, "https://github.com/myorg/a/b.yml@refs/tags/v1"));
        assert!(!hit(Flavor::Identity, pattern, "https://github.com/myorg/b.yml@refs/heads/x@refs/tags/v1"));
        assert!(!hit(Flavor::Identity, "a@*", "a@b@c"));
        assert!(hit(Flavor::Path, "**/a*", "x/a@b"));
    }

    #[test]
    fn a_leading_double_star_in_a_path_also_matches_nothing() {
        assert!(hit(Flavor::Path, "**/.npmrc", ".npmrc"));
        assert!(hit(Flavor::Path, "**/.npmrc", "a/b/.npmrc"));
        assert!(!hit(Flavor::Path, "**/.npmrc", "a/b.npmrc"));
        assert!(!hit(Flavor::Name, "**/x", "x"));
    }

    #[test]
    fn a_pattern_without_wildcards_is_one_text() {
        for (text, expected) in
            [("a/b@c", true), ("a/b@", false), ("a/b@cc", false), ("", false), ("x", false)]
        {
            assert_eq!(hit(Flavor::Identity, "a/b@c", text), expected, "{text:?}");
            assert_eq!(hit(Flavor::Path, "a/b@c", text), expected, "{text:?}");
        }
        assert!(hit(Flavor::Name, "abc*", "abc"));
        assert!(hit(Flavor::Name, "ab*c", "abc"));
        assert!(!hit(Flavor::Name, "ab*c", "ab"));
    }

    #[test]
    fn what_stands_before_and_after_wildcards_never_shares_a_letter() {
        for (pattern, text, expected) in [
            ("ab*bc", "abc", false),
            ("ab*bc", "abbc", true),
            ("a**a", "a", false),
            ("a**a", "aa", true),
            ("*", "", true),
            ("*/*", "a/b", true),
            ("*/*", "a/b/c", false),
            ("usr/**", "usr", false),
            ("**/lists/*.gz", "var/lists/x.gz", true),
            ("**/lists/*.gz", "lists/x.gz", true),
            ("**/lists/*.gz", "var/lists/x/y.gz", false),
        ] {
            assert_eq!(hit(Flavor::Path, pattern, text), expected, "{pattern} {text:?}");
        }
    }

    #[test]
    fn patterns_that_say_nothing_are_refused() {
        for text in ["", "a***b"] {
            assert_eq!(Pattern::new(text, Flavor::Name).unwrap_err().code(), Code::PolicyInvalid);
        }
        for text in ["/usr/bin/curl", "./a", "usr/bin/", "/"] {
            assert_eq!(Pattern::new(text, Flavor::Path).unwrap_err().code(), Code::PolicyInvalid, "{text}");
        }
    }

    #[test]
    fn many_wildcards_cost_no_more_than_the_product_of_lengths() {
        let pattern = "*a".repeat(200);
        assert!(!hit(Flavor::Name, &pattern, &"a".repeat(2_000).replace("aa", "ab")));
    }
}
