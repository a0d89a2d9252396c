//! Claims of JSON Web Tokens.

use super::{Category, Counterpart, Field};
use crate::kind::Type;

const INTEGERS: Type = Type::Array(&Type::Integer);
const MAP_OF_INTEGERS: Type = Type::Map(&INTEGERS);
const IN_JAVASCRIPT: Counterpart = Counterpart::Partial("a viewer function that reads the token");

pub(super) const FIELDS: &[Field] = &[
    Field::said(
        "http.request.jwt.claims.aud",
        Type::MULTIMAP,
        Category::Jwt,
        "for whom the token is",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.aud.names",
        Type::TEXTS,
        Category::Jwt,
        "the names of those tokens",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.aud.values",
        Type::TEXTS,
        Category::Jwt,
        "the values of all",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.iat.sec",
        MAP_OF_INTEGERS,
        Category::Jwt,
        "when it was issued",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.iat.sec.names",
        Type::TEXTS,
        Category::Jwt,
        "the names of those tokens",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.iat.sec.values",
        INTEGERS,
        Category::Jwt,
        "the values of all",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.iss",
        Type::MULTIMAP,
        Category::Jwt,
        "who issued it",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.iss.names",
        Type::TEXTS,
        Category::Jwt,
        "the names of those tokens",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.iss.values",
        Type::TEXTS,
        Category::Jwt,
        "the values of all",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.jti",
        Type::MULTIMAP,
        Category::Jwt,
        "its number",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.jti.names",
        Type::TEXTS,
        Category::Jwt,
        "the names of those tokens",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.jti.values",
        Type::TEXTS,
        Category::Jwt,
        "the values of all",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.nbf.sec",
        MAP_OF_INTEGERS,
        Category::Jwt,
        "from when on it is valid",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.nbf.sec.names",
        Type::TEXTS,
        Category::Jwt,
        "the names of those tokens",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.nbf.sec.values",
        INTEGERS,
        Category::Jwt,
        "the values of all",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.sub",
        Type::MULTIMAP,
        Category::Jwt,
        "whom it is about",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.sub.names",
        Type::TEXTS,
        Category::Jwt,
        "the names of those tokens",
        IN_JAVASCRIPT,
    ),
    Field::said(
        "http.request.jwt.claims.sub.values",
        Type::TEXTS,
        Category::Jwt,
        "the values of all",
        IN_JAVASCRIPT,
    ),
];
