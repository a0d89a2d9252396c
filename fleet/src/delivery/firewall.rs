//! Rules of a site's own in its web ACL: what is done to which requests.

use serde::{Deserialize, Serialize};

/// A rule of one's own. Rules are tried in their order, behind the lists of addresses and countries
/// and before the limits of rates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WafRule {
    /// Its name in metrics and logs: letters, digits, `-` and `_`, at most 100.
    pub name: String,
    /// Default: [`WafAction::Block`].
    #[serde(default)]
    pub action: WafAction,
    /// Which requests are meant.
    pub when: Condition,
}

/// What is done to a request that a rule is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WafAction {
    /// It is let in, whatever the rules behind this one say.
    Allow,
    /// It is refused with 403.
    #[default]
    Block,
    /// A person has to solve a puzzle.
    Captcha,
    /// The browser has to prove in silence that it is one.
    Challenge,
    /// It is counted, and the next rule is tried.
    Count,
}

/// What is so of a request, as the viewer sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Condition {
    /// Each of these is so; two or more.
    All(Vec<Self>),
    /// One of these is so; two or more.
    Any(Vec<Self>),
    /// This is not so.
    Not(Box<Self>),
    /// The path, as it stands on the request line.
    Path(TextMatch),
    /// The query, without the question mark.
    Query(TextMatch),
    /// The method.
    Method(TextMatch),
    /// A header field.
    Header(NamedMatch),
    /// A cookie.
    Cookie(NamedMatch),
    /// An argument of the query.
    Argument(NamedMatch),
    /// The client's address is in one of these CIDR blocks.
    Addresses(Vec<String>),
    /// The client is in one of these countries, by ISO 3166-1 alpha-2.
    Countries(Vec<String>),
    /// The client's address belongs to one of these autonomous systems.
    AutonomousSystems(Vec<u32>),
}

/// What a text is like: one of the five.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TextMatch {
    /// It is this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
    /// It begins with this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_with: Option<String>,
    /// It ends with this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_with: Option<String>,
    /// This is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// This regular expression matches somewhere in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matches: Option<String>,
    /// Whether case does not count; the text is then written in lower case. Default: `false`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ignore_case: bool,
}

/// A header field, cookie or argument, and what its value is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NamedMatch {
    /// Its name.
    pub name: String,
    /// Default: none, it is enough that it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<TextMatch>,
}

/// The one test of a [`TextMatch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest<'a> {
    /// The text is this.
    Is(&'a str),
    /// It begins with this.
    StartsWith(&'a str),
    /// It ends with this.
    EndsWith(&'a str),
    /// This is in it.
    Contains(&'a str),
    /// This regular expression matches somewhere in it.
    Matches(&'a str),
}

impl TextMatch {
    /// A text that passes the test.
    pub fn of(test: TextTest<'_>) -> Self {
        let mut text = Self::default();
        let (place, value) = match test {
            TextTest::Is(value) => (&mut text.is, value),
            TextTest::StartsWith(value) => (&mut text.starts_with, value),
            TextTest::EndsWith(value) => (&mut text.ends_with, value),
            TextTest::Contains(value) => (&mut text.contains, value),
            TextTest::Matches(value) => (&mut text.matches, value),
        };
        *place = Some(value.to_owned());
        text
    }

    /// Its test; none where it has none, or more than one.
    pub fn test(&self) -> Option<TextTest<'_>> {
        let mut tests = [
            self.is.as_deref().map(TextTest::Is),
            self.starts_with.as_deref().map(TextTest::StartsWith),
            self.ends_with.as_deref().map(TextTest::EndsWith),
            self.contains.as_deref().map(TextTest::Contains),
            self.matches.as_deref().map(TextTest::Matches),
        ]
        .into_iter()
        .flatten();
        tests.next().filter(|_| tests.next().is_none())
    }
}

impl<'a> TextTest<'a> {
    /// What is looked for.
    pub fn text(&self) -> &'a str {
        match self {
            Self::Is(text)
            | Self::StartsWith(text)
            | Self::EndsWith(text)
            | Self::Contains(text)
            | Self::Matches(text) => text,
        }
    }
}

impl Condition {
    /// The conditions that it is directly made of.
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) | Self::Any(parts) => parts,
            Self::Not(part) => std::slice::from_ref(part),
            _ => &[],
        }
    }
}
