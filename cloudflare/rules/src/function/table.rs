//! One entry per function, in the order of their names.

use super::{Accepts, Copes, Form, Function, Parameter, Returns};
use super::{encoding, items, json, network, replace, text};
use crate::field::Counterpart;
use crate::kind::Type;

const TEXT: &[Accepts] = &[Accepts::Of(Type::Text)];
const INTEGER: &[Accepts] = &[Accepts::Of(Type::Integer)];
const ADDRESS: &[Accepts] = &[Accepts::Of(Type::Address)];
const BOOLEANS: &[Accepts] = &[Accepts::Of(Type::BOOLEANS)];
const TEXTS: &[Accepts] = &[Accepts::Of(Type::TEXTS)];
const MAP: &[Accepts] = &[Accepts::AnyMap];
const COLLECTION: &[Accepts] = &[Accepts::AnyArray, Accepts::AnyMap];
const TEXT_OR_ARRAY: &[Accepts] = &[Accepts::Of(Type::Text), Accepts::AnyArray];
const TEXT_OR_INTEGER: &[Accepts] = &[Accepts::Of(Type::Text), Accepts::Of(Type::Integer)];
const SCALAR: &[Accepts] =
    &[Accepts::Of(Type::Integer), Accepts::Of(Type::Boolean), Accepts::Of(Type::Address)];
const VALUE: &[Accepts] =
    &[Accepts::Of(Type::Text), Accepts::Of(Type::Integer), Accepts::Of(Type::Address)];

const JAVASCRIPT: Counterpart = Counterpart::Lossless("JavaScript in the viewer function");
const WAF_MATCH: Counterpart =
    Counterpart::Lossless("a match statement of AWS WAF, or JavaScript in the viewer function");
const WAF_LOWERCASE: Counterpart =
    Counterpart::Lossless("the text transformation LOWERCASE of AWS WAF, or JavaScript");
const WAF_DECODE: Counterpart =
    Counterpart::Partial("the text transformation URL_DECODE of AWS WAF, or JavaScript");
const WAF_BASE64: Counterpart =
    Counterpart::Partial("the text transformation BASE64_DECODE of AWS WAF, or JavaScript");
const WAF_SIZE: Counterpart =
    Counterpart::Lossless("a size constraint of AWS WAF, or JavaScript in the viewer function");
const CRYPTO: Counterpart = Counterpart::Lossless("the module `crypto` of the viewer function");
const NO_BODY: Counterpart = Counterpart::Partial("JavaScript, for texts that are not of the body");

/// A parameter that may be any value of a type.
const fn any(name: &'static str, accepts: &'static [Accepts]) -> Parameter {
    Parameter { name, accepts, form: Form::Any, is_optional: false, range: None }
}

/// A parameter that has to be written out.
const fn literal(name: &'static str, accepts: &'static [Accepts]) -> Parameter {
    Parameter { form: Form::Literal, ..any(name, accepts) }
}

/// A parameter that may not be written out.
const fn field(name: &'static str, accepts: &'static [Accepts]) -> Parameter {
    Parameter { form: Form::Field, ..any(name, accepts) }
}

const fn optional(parameter: Parameter) -> Parameter {
    Parameter { is_optional: true, ..parameter }
}

/// An integer that is written out, from and to these.
const fn within(name: &'static str, from: i64, to: i64) -> Parameter {
    Parameter { range: Some((from, to)), ..literal(name, INTEGER) }
}

/// What an entry has that most others have too.
const USUAL: Function = Function {
    name: "",
    parameters: &[],
    repeats_last: false,
    returns: Returns::Always(Type::Text),
    summary: "",
    counterpart: JAVASCRIPT,
    copes: Copes::Neither,
    apply: |_| None,
};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "all",
        parameters: &[field("items", BOOLEANS)],
        returns: Returns::Always(Type::Boolean),
        summary: "whether no item is false; true of an empty array",
        copes: Copes::Unknown,
        apply: items::all,
        ..USUAL
    },
    Function {
        name: "any",
        parameters: &[field("items", BOOLEANS)],
        returns: Returns::Always(Type::Boolean),
        summary: "whether an item is true; false of an empty array",
        copes: Copes::Unknown,
        apply: items::any,
        ..USUAL
    },
    Function {
        name: "bit_slice",
        parameters: &[
            field("protocol", TEXT),
            any("offset_start", INTEGER),
            any("offset_end", INTEGER),
        ],
        returns: Returns::Always(Type::Integer),
        summary: "bits of a packet, which only network firewalls see",
        counterpart: Counterpart::None,
        ..USUAL
    },
    Function {
        name: "cidr",
        parameters: &[
            field("address", ADDRESS),
            within("ipv4_network_bits", 1, 32),
            within("ipv6_network_bits", 1, 128),
        ],
        returns: Returns::Always(Type::Address),
        summary: "the first address of the network that an address is in",
        counterpart: Counterpart::Partial(
            "an IP set of AWS WAF, where it is compared with addresses",
        ),
        apply: network::cidr,
        ..USUAL
    },
    Function {
        name: "cidr6",
        parameters: &[field("address", ADDRESS), within("ipv6_network_bits", 1, 128)],
        returns: Returns::Always(Type::Address),
        summary: "the same of an IPv6 address; an IPv4 address stays",
        counterpart: Counterpart::Partial(
            "an IP set of AWS WAF, where it is compared with addresses",
        ),
        apply: network::cidr6,
        ..USUAL
    },
    Function {
        name: "concat",
        parameters: &[any("values", TEXT_OR_ARRAY)],
        repeats_last: true,
        returns: Returns::SameAsFirst,
        summary: "the strings, or the items of the arrays, one behind the other; missing ones are left out",
        copes: Copes::Missing,
        apply: items::concat,
        ..USUAL
    },
    Function {
        name: "decode_base64",
        parameters: &[field("source", TEXT)],
        summary: "what a text in Base64 says",
        counterpart: WAF_BASE64,
        apply: encoding::decode_base64,
        ..USUAL
    },
    Function {
        name: "encode_base64",
        parameters: &[any("input", TEXT), optional(literal("flags", TEXT))],
        summary: "the bytes in Base64; with `u` for URLs, with `p` padded",
        counterpart: CRYPTO,
        apply: encoding::encode_base64,
        ..USUAL
    },
    Function {
        name: "ends_with",
        parameters: &[field("source", TEXT), any("substring", TEXT)],
        returns: Returns::Always(Type::Boolean),
        summary: "whether a text ends with another",
        counterpart: WAF_MATCH,
        apply: text::ends_with,
        ..USUAL
    },
    Function {
        name: "has_key",
        parameters: &[field("map", MAP), any("key", TEXT)],
        returns: Returns::Always(Type::Boolean),
        summary: "whether a map has a value under the key",
        apply: items::has_key,
        ..USUAL
    },
    Function {
        name: "has_value",
        parameters: &[field("collection", COLLECTION), any("value", VALUE)],
        returns: Returns::Always(Type::Boolean),
        summary: "whether an array or a map has the value",
        apply: items::has_value,
        ..USUAL
    },
    Function {
        name: "is_timed_hmac_valid_v0",
        parameters: &[
            literal("key", TEXT),
            field("message_mac", TEXT),
            literal("ttl", INTEGER),
            any("current_timestamp", INTEGER),
            optional(literal("length_of_separator", INTEGER)),
            optional(literal("flags", TEXT)),
        ],
        returns: Returns::Always(Type::Boolean),
        summary: "whether a text ends with its time and a valid signature, and is not too old",
        counterpart: CRYPTO,
        apply: encoding::is_timed_hmac_valid,
        ..USUAL
    },
    Function {
        name: "join",
        parameters: &[field("items", TEXTS), any("separator", TEXT)],
        summary: "the items in one text, the separator between them",
        apply: items::join,
        ..USUAL
    },
    Function {
        name: "len",
        parameters: &[any("value", TEXT_OR_ARRAY)],
        returns: Returns::Always(Type::Integer),
        summary: "how many bytes a text or how many items an array has",
        counterpart: WAF_SIZE,
        apply: items::len,
        ..USUAL
    },
    Function {
        name: "lookup_json_integer",
        parameters: &[field("field", TEXT), any("keys", TEXT_OR_INTEGER)],
        repeats_last: true,
        returns: Returns::Always(Type::Integer),
        summary: "the integer at a place of a JSON document; keys and indexes lead there",
        counterpart: NO_BODY,
        apply: json::lookup_integer,
        ..USUAL
    },
    Function {
        name: "lookup_json_string",
        parameters: &[field("field", TEXT), any("keys", TEXT_OR_INTEGER)],
        repeats_last: true,
        summary: "the string at a place of a JSON document; keys and indexes lead there",
        counterpart: NO_BODY,
        apply: json::lookup_string,
        ..USUAL
    },
    Function {
        name: "lower",
        parameters: &[any("source", TEXT)],
        summary: "the text with ASCII letters in lower case",
        counterpart: WAF_LOWERCASE,
        apply: text::lower,
        ..USUAL
    },
    Function {
        name: "regex_replace",
        parameters: &[
            any("source", TEXT),
            literal("regular_expression", TEXT),
            literal("replacement", TEXT),
        ],
        summary: "the text with the first match replaced; `${1}` stands for a group, `$$` for a dollar sign",
        apply: replace::regex_replace,
        ..USUAL
    },
    Function {
        name: "remove_bytes",
        parameters: &[any("source", TEXT), any("bytes", TEXT)],
        summary: "the text without any of the bytes",
        apply: text::remove_bytes,
        ..USUAL
    },
    Function {
        name: "remove_query_args",
        parameters: &[field("field", TEXT), any("names", TEXT)],
        repeats_last: true,
        summary: "a query without the arguments of these names",
        apply: text::remove_query_args,
        ..USUAL
    },
    Function {
        name: "sha256",
        parameters: &[any("input", TEXT)],
        summary: "the 32 bytes of the hash",
        counterpart: CRYPTO,
        apply: encoding::sha256,
        ..USUAL
    },
    Function {
        name: "split",
        parameters: &[any("input", TEXT), literal("separator", TEXT), within("limit", 1, 128)],
        returns: Returns::Always(Type::TEXTS),
        summary: "the parts between separators; the last holds the rest",
        apply: items::split,
        ..USUAL
    },
    Function {
        name: "starts_with",
        parameters: &[field("source", TEXT), any("substring", TEXT)],
        returns: Returns::Always(Type::Boolean),
        summary: "whether a text begins with another",
        counterpart: WAF_MATCH,
        apply: text::starts_with,
        ..USUAL
    },
    Function {
        name: "substring",
        parameters: &[any("field", TEXT), any("start", INTEGER), optional(any("end", INTEGER))],
        summary: "the bytes from one place to another; places below zero count from the end",
        apply: text::substring,
        ..USUAL
    },
    Function {
        name: "to_string",
        parameters: &[any("value", SCALAR)],
        summary: "a value as a text",
        apply: text::to_string,
        ..USUAL
    },
    Function {
        name: "upper",
        parameters: &[any("source", TEXT)],
        summary: "the text with ASCII letters in upper case",
        apply: text::upper,
        ..USUAL
    },
    Function {
        name: "url_decode",
        parameters: &[any("source", TEXT), optional(literal("options", TEXT))],
        summary: "the text without percent-encodings; with `r` until there are none, with `u` those of the form `%uXXXX` too",
        counterpart: WAF_DECODE,
        apply: encoding::url_decode,
        ..USUAL
    },
    Function {
        name: "uuidv4",
        parameters: &[any("source", TEXT)],
        summary: "a random UUID, so that its value is never known",
        counterpart: Counterpart::Partial("JavaScript, of random numbers that are no secret"),
        ..USUAL
    },
    Function {
        name: "wildcard_replace",
        parameters: &[
            field("source", TEXT),
            literal("wildcard_pattern", TEXT),
            literal("replacement", TEXT),
            optional(literal("flags", TEXT)),
        ],
        summary: "the replacement where the whole text fits the pattern, `${1}` for what the first `*` stands for; else the text",
        apply: replace::wildcard_replace,
        ..USUAL
    },
];
