//! Texts that CloudFormation computes when it makes a stack.

use serde::{Serialize, Serializer};
use serde_json::json;

/// A text of a template: itself, or how CloudFormation gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// As it stands.
    Literal(String),
    /// `Ref`: a parameter, a pseudo parameter, or what a resource is known by.
    Ref(&'static str),
    /// `Fn::GetAtt`: a resource and one of its attributes.
    Attribute(&'static str, &'static str),
    /// The host of a URL that `Fn::GetAtt` gives.
    HostOf(&'static str, &'static str),
    /// `Fn::Sub`: a text with `${…}` in it.
    Filled(String),
    /// `Fn::ImportValue`: the name under which another stack exports it.
    Import(String),
    /// What a shared object exports. Which of its copies is known when every site has its place: see
    /// [`crate::link`].
    Shared(String, &'static str),
}

/// The function that stands for [`Text::Shared`] until a template is linked.
pub(crate) const SHARED: &str = "Fn::Shared";

impl Text {
    /// The name of the stack that the text is in.
    pub(crate) const STACK_NAME: Self = Self::Ref("AWS::StackName");

    /// A text with `${…}` in it.
    pub(crate) fn filled(text: impl Into<String>) -> Self {
        Self::Filled(text.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Literal(text.to_owned())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Literal(text)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Literal(text) => serializer.serialize_str(text),
            Self::Ref(name) => serializer.collect_map([("Ref", name)]),
            Self::Attribute(resource, name) => {
                serializer.collect_map([("Fn::GetAtt", [resource, name])])
            }
            Self::HostOf(resource, name) => {
                let url = json!({ "Fn::GetAtt": [resource, name] });
                let parts = json!({ "Fn::Split": ["/", url] });
                json!({ "Fn::Select": [2, parts] }).serialize(serializer)
            }
            Self::Filled(text) => serializer.collect_map([("Fn::Sub", text)]),
            Self::Import(name) => serializer.collect_map([("Fn::ImportValue", name)]),
            Self::Shared(object, what) => serializer.collect_map([(SHARED, [object, *what])]),
        }
    }
}
